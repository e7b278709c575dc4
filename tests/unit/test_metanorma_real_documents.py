"""What is read out of real Metanorma documents, against what their files say and another parser counts."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from standards_tree.documents.model import BlockKind, StandardDocument
from standards_tree.documents.reading import read_document
from standards_tree.standards import AdoptionDegree, Level

GB = {
    "rice.gb.en.xml": (Level.NATIONAL, "GB/T", "en"),
    "rice.gb.sector.en.xml": (Level.INDUSTRY, "LS/T", "en"),
    "rice.gb.sector.zh.xml": (Level.INDUSTRY, "LS/T", "zh"),
    "rice.gb.local.en.xml": (Level.LOCAL, "DB81/T", "en"),
    "rice.gb.local.zh.xml": (Level.LOCAL, "DB81/T", "zh"),
    "rice.gb.social.en.xml": (Level.GROUP, "T/ABC", "en"),
    "rice.gb.enterprise.en.xml": (Level.ENTERPRISE, "Q/DEF", "en"),
    "rice.gb.enterprise.zh.xml": (Level.ENTERPRISE, "Q/DEF", "zh"),
}
STAGES = {
    "awi": ("ISO/AWI 17301-1:2016", "10.99"),
    "np": ("ISO/PWI 17301-1:2016", "00.00"),
    "wd": ("ISO/AWI 17301-1:2016", "20.00"),
    "cd": ("ISO/CD 17301-1:2016", "30.00"),
    "dis": ("ISO/DIS 17301-1:2016", "40.00"),
    "fdis": ("ISO/FDIS 17301-1:2016", "50.00"),
    "prf": ("ISO/PRF 17301-1:2016", "60.00"),
}


def read(shared_data: Path, folder: str, name: str) -> StandardDocument:
    """Return what a real document says."""
    return read_document((shared_data / "documents" / folder / name).read_bytes())


@pytest.mark.parametrize("name", sorted(GB))
def test_level_prefix_adoption_and_supersession_of_all_levels_are_read(name: str, shared_data: Path) -> None:
    """One model standard, published at each level: each says its level, prefix, what it adopts and what it replaces."""
    document = read(shared_data, "gb_standard", name)
    metadata = document.metadata
    assert metadata is not None
    level, prefix, language = GB[name]
    assert (metadata.level, metadata.prefix, document.language) == (level, prefix, language)
    assert document.identity() == f"{prefix} 80021.1—2018"
    assert [(note.designation_text, note.degree) for note in document.adoptions] == [
        ("ISO 17301-1:2016", AdoptionDegree.IDT)
    ]
    assert [(entry.relation, entry.designation_text) for entry in metadata.related] == [
        ("obsoletes", "GB/T 88021-2016")
    ]
    assert (metadata.ics_codes, metadata.ccs_codes, metadata.stage) == (("67.060",), ("B22",), "30.92")


@pytest.mark.parametrize("name", sorted(GB))
def test_placeholders_and_titles_that_were_not_supplied_are_found(name: str, shared_data: Path) -> None:
    """The Chinese forewords still have the words of the template; the titles of both related standards are lacking."""
    notes = read(shared_data, "gb_standard", name).notes
    left = [note.parameters["text"] for note in notes if "placeholder" in note.template]
    in_text = ["{drafting-organizations}", "{drafting-authors}"] if ".zh." in name else []
    assert left == ["[not supplied]", "[not supplied]", *in_text]
    assert any(note.parameters.get("text") == "X" for note in notes)  # no plan has this number


@pytest.mark.parametrize("name", ["rice.gb.sector.zh.xml", "rice.gb.local.zh.xml", "rice.gb.enterprise.zh.xml"])
def test_a_foreword_that_calls_an_adoption_otherwise_is_noted(name: str, shared_data: Path) -> None:
    """The front matter says identical; the Chinese foreword says 修改采用."""
    notes = read(shared_data, "gb_standard", name).notes
    assert [(note.parameters["told"], note.parameters["declared"]) for note in notes if "told" in note.parameters] == [
        ("MOD", "IDT")
    ]


@pytest.mark.parametrize("stage", sorted(STAGES))
def test_each_stage_of_a_standard_says_which_it_is(stage: str, shared_data: Path) -> None:
    """One ISO standard at each of its stages."""
    name = f"iso__international-standard__rice-2016__document-en.{stage}.xml"
    document = read(shared_data, "metanorma", name)
    assert document.metadata is not None
    assert (document.identity(), document.metadata.stage) == STAGES[stage]


def test_real_documents_lose_nothing(shared_data: Path) -> None:
    """Another parser counts as many clauses, terms, references, tables and formulas as were read."""
    files = [*(shared_data / "documents/gb_standard").iterdir(), *(shared_data / "documents/metanorma").iterdir()]
    for path in files:
        root = ElementTree.parse(path).getroot()  # noqa: S314  # a file of ours
        document = read_document(path.read_bytes())
        space = f"{{{root.tag[1:].partition('}')[0]}}}"
        body = [part for part in root if part.tag.removeprefix(space) not in ("bibdata", "boilerplate")]

        def count(*names: str, parts: list[ElementTree.Element] = body, space: str = space) -> int:
            return sum(len(list(part.iter(f"{space}{name}"))) for part in parts for name in names)

        blocks = [block for clause in document.clauses for block in clause.blocks]
        inside = [entry for part in body for entry in part.iter(f"{space}references")]
        entries = [item for entry in inside for item in entry.findall(f"{space}bibitem") if not item.get("hidden")]
        assert len(document.normative_references) + len(document.bibliography) == len(entries), path.name
        assert len(document.terms) == count("term"), path.name
        in_cells = sum(len(list(cell.iter(f"{space}table"))) for part in body for cell in part.iter(f"{space}td"))
        assert sum(block.kind is BlockKind.TABLE for block in blocks) == count("table") - in_cells, path.name
        assert sum(block.kind is BlockKind.FORMULA for block in blocks) == count("formula"), path.name
        assert len([clause for clause in document.clauses if clause.kind]) >= count("clause", "annex", "terms"), (
            path.name
        )
    assert len(files) == 21

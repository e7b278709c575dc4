"""Records of libraries and portals, the catalogue of ISO and that of medical devices are read as what they mean."""

import gzip
import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from standards_tree.catalogue import Scope, Title
from standards_tree.catalogue_files.catalogues import Form, form_of, read_catalogue
from standards_tree.catalogue_files.entries import NodeEntry, Reading, RelationEntry, StandardEntry
from standards_tree.catalogue_files.iso_catalogue import MAX_UNPACKED_BYTES, read_iso_catalogue
from standards_tree.catalogue_files.relaton_yaml import MAX_DEPTH, read_relaton_yaml
from standards_tree.errors import MalformedDocumentError, UnsafeDocumentError
from standards_tree.standards import AdoptionDegree, RelationKind, StandardStatus

SUPERSEDES = RelationKind.SUPERSEDES
ISO_CATALOGUE = """docid,urn,doctype,stage,substage,published,edition,tc,ics,title_en,title_fr
ISO 99901:2000,urn:x:1,international-standard,95,99,2000-05,1,ISO/TC 999,01.040;13.020,Example one,
ISO 99901:2010,urn:x:2,international-standard,90,93,2010-11-15,2,ISO/TC 999,,Example one,
ISO/DIS 99902,urn:x:3,international-standard,40,20,,1,,,Example two,
ISO 99903:1990,urn:x:4,technical-report,95,99,1990,1,,,Example three,
ISO 99904:2020,urn:x:5,international-standard,60,60,2020-13,1,,,Example four,
no number,urn:x:6,international-standard,60,60,,1,,,Example five,
"""
ISO_RELATIONS = """source,relation,target,circulated_date
ISO 99901:2000,updates,ISO 99901:2010,2010-11-15
ISO 99901:2010,obsoletes,ISO 99901:2000,
ISO 99901:2010,updates,ISO/DIS 99902,
ISO/DIS 99902,obsoletes,ISO/DIS 99902,
ISO/DIS 99902,likes,ISO 99903:1990,
"""
PORTAL = {
    "id": "71F772D7DE7CD3A7E05397BE0A0AB82A",
    "tableName": "BV_GB",
    "stdCode": "GB/T 99901.1-2018",
    "cName": "示例 第1部分：总则",
    "eName": "Example—Part 1: General",
    "state": "现行",
    "stdDomains": "国家标准",
    "stdNature": "推荐性",
    "ics": "17.160",
    "ccs": "N73",
    "issueDate": "2018-02-06",
    "actDate": 1533052800000,
    "tmCode": "TC53SC3",
    "taCode": "TC53",
    "totalRepe": "GB/T 99901.1-1998",
    "adoptNo": "ISO 99901-1:2014",
    "adoptLevel": "等同",
    "planCode": "20170425-T-469",
}


def standards(reading: Reading) -> list[StandardEntry]:
    """Return the standards of a reading."""
    return [entry for entry in reading.entries if isinstance(entry, StandardEntry)]


def relations(reading: Reading) -> list[tuple[str, RelationKind, str]]:
    """Return the relations of a reading."""
    return [(entry.source, entry.kind, entry.target) for entry in reading.entries if isinstance(entry, RelationEntry)]


def test_an_edge_of_iso_is_one_relation_from_whichever_end_it_is_stated():
    """`updates` points from the old document to its successor, `obsoletes` the other way round."""
    reading = read_iso_catalogue(ISO_CATALOGUE.encode(), ISO_RELATIONS.encode())
    assert relations(reading) == [
        ("ISO 99901:2010", SUPERSEDES, "ISO 99901:2000"),
        ("ISO/DIS 99902", SUPERSEDES, "ISO 99901:2010"),
        ("ISO/DIS 99902", SUPERSEDES, "ISO/DIS 99902"),
    ]
    assert (reading.figures["documents"], reading.figures["edges"]) == (5, 4)
    assert [(remark.column, remark.value) for remark in reading.remarks] == [
        ("relation", "likes"),
        ("published", "2020-13"),
        ("docid", "no number"),
    ]


def test_stages_of_iso_become_states():
    """Withdrawn and followed by another: superseded; withdrawn alone: abolished; not published yet: to come."""
    reading = read_iso_catalogue(ISO_CATALOGUE.encode(), ISO_RELATIONS.encode())
    assert [(one.status.value, one.issued_on) for one in standards(reading)] == [
        ("superseded", date(2000, 5, 1)),
        ("in_force", date(2010, 11, 15)),
        ("upcoming", None),
        ("abolished", None),
        ("in_force", None),
    ]


def test_a_packed_file_does_not_unpack_without_end():
    """A bomb is refused by its size, damage by what is wrong."""
    with pytest.raises(UnsafeDocumentError):
        read_catalogue(gzip.compress(b"0" * (MAX_UNPACKED_BYTES + 10)), Form.ISO)
    with pytest.raises(MalformedDocumentError):
        read_catalogue(gzip.compress(ISO_CATALOGUE.encode())[:-12], Form.ISO)


def test_the_catalogue_of_iso_is_read_whole(shared_data: Path):
    """Every document and every edge, without a remark."""
    folder = shared_data / "catalogues" / "iso"
    content = [(folder / f"{name}.csv.gz").read_bytes() for name in ("catalogue", "relations")]
    reading = read_catalogue(content[0], relations=content[1])
    assert (reading.form, reading.figures["documents"], reading.figures["edges"]) == ("iso", 30_663, 30_954)
    assert reading.remarks == []


@pytest.mark.parametrize(
    ("name", "designation", "title", "status"),
    [
        ("gb_bib_item.yml", "JB/T 13368", Title("叉车属具 软包夹", "Forklift attachment"), StandardStatus.IN_FORCE),
        ("from_yaml.xml", "JB/T 13368", Title("叉车属具 软包夹", "Forklift attachment"), StandardStatus.IN_FORCE),
        ("gbt_20223_2006.xml", "GB/T 20223—2006", Title("棉短绒", "Cotton linter"), StandardStatus.ABOLISHED),
        ("gbt_5606_1_2004.xml", "GB/T 5606.1—2004", Title("卷烟 第1部分:抽样", "Cigarettes"), StandardStatus.IN_FORCE),
        ("jbt_13368_2018.xml", "JB/T 13368—2018", Title("叉车属具 软包夹", ""), StandardStatus.IN_FORCE),
    ],
)
def test_real_records_of_relaton_are_read(
    shared_data: Path, name: str, designation: str, title: Title, status: StandardStatus
):
    """In YAML and XML; ``T13368`` of the type ``JB`` is JB/T 13368."""
    reading = read_catalogue((shared_data / "catalogues" / "portal_records" / name).read_bytes())
    (one,) = standards(reading)
    assert (reading.form, one.designation, one.title, one.status) == ("relaton", designation, title, status)


def test_a_record_in_yaml_and_in_xml_is_the_same(shared_data: Path):
    """Both forms of one real record give one entry."""
    folder = shared_data / "catalogues" / "portal_records"
    first, second = (read_catalogue((folder / name).read_bytes()) for name in ("gb_bib_item.yml", "from_yaml.xml"))
    assert first.entries == second.entries


def test_a_record_of_all_parts_gives_its_parts(shared_data: Path):
    """All parts together are no standard; a remark says so."""
    content = (shared_data / "catalogues" / "portal_records" / "gbt_5606_2004_all_parts.xml").read_bytes()
    reading = read_catalogue(content)
    assert [one.designation for one in standards(reading)] == ["GB/T 5606.1—2004"]
    assert len(reading.remarks) == 1


def test_relations_of_relaton_point_from_the_newer_or_dependent_standard():
    """Whichever end states them; one that is not known is told."""
    related = "\n".join(
        f"  - {{type: {kind}, bibitem: {{docid: {{id: {number}}}}}}}"
        for kind, number in [
            ("obsoletes", "GB/T 99901-2010"),
            ("obsoletedBy", "GB/T 99901-2024"),
            ("normativelyCites", "ISO 99905"),
            ("identical", "ISO 99901:2019"),
            ("similarTo", "ISO 99906"),
            ("updates", "GB/T 99901-2025"),
        ]
    )
    reading = read_catalogue(
        f"docid: {{id: GB/T 99901-2020}}\ndocstatus: {{stage: 现行}}\nrelation:\n{related}\n".encode()
    )
    own = "GB/T 99901—2020"
    assert relations(reading) == [
        (own, SUPERSEDES, "GB/T 99901—2010"),
        ("GB/T 99901—2024", SUPERSEDES, own),
        (own, RelationKind.NORMATIVE_REFERENCE, "ISO 99905"),
        (own, RelationKind.ADOPTS, "ISO 99901:2019"),
    ]
    assert [remark.value for remark in reading.remarks] == ["ISO 99906", "GB/T 99901—2025"]


def test_updates_in_records_of_iso_points_to_the_successor():
    """There, and nowhere else."""
    related = b"{type: updates, bibitem: {docid: {id: 'ISO 99901:2020'}}}"
    content = b"docid: {id: 'ISO 99901:2010', primary: true}\nrelation: " + related
    assert relations(read_relaton_yaml(content)) == [("ISO 99901:2020", SUPERSEDES, "ISO 99901:2010")]


def test_an_abstract_of_relaton_is_what_the_standard_is_about():
    """In YAML and in XML, the first of each language; a record without one has none."""
    yaml = (
        "docid:\n- id: GB/T 99901-2024\n  type: GB\ntitle:\n- content: 示例\n  language: zh\n"
        "docstatus:\n  stage: '60'\nabstract:\n- content: 规定了示例。\n  language: zh\n"
        "- content: Specifies examples.\n  language: en\n"
    )
    xml = (
        "<bibdata><title language='zh'>示例</title><docidentifier type='GB'>GB/T 99901-2024</docidentifier>"
        "<status><stage>60</stage></status><abstract language='zh'><p>规定了<b>示例</b>。</p></abstract>"
        "<abstract language='en'>Specifies examples.</abstract></bibdata>"
    )
    for content in (yaml, xml):
        (one,) = standards(read_catalogue(content.encode()))
        assert one.scope == Scope("规定了示例。", "Specifies examples.")


def test_several_records_may_be_in_one_file():
    """A list, several documents of YAML, or a collection in XML."""
    one = "docid: {id: GB/T 9990%d-2020}\ndocstatus: {stage: 现行}\n"
    documents = "---\n".join(one % place for place in (1, 2))
    listed = "".join("- " + (one % place).replace("\n", "\n  ", 1) for place in (1, 2))
    records = "".join(f"<bibdata><docidentifier>GB/T 9990{place}-2020</docidentifier></bibdata>" for place in (1, 2))
    for content in (documents, listed, f"<relaton-collection>{records}</relaton-collection>"):
        found = [entry.designation for entry in standards(read_catalogue(content.encode()))]
        assert found == ["GB/T 99901—2020", "GB/T 99902—2020"]


@pytest.mark.parametrize(
    "content",
    [
        "a: &x [1]\nb: *x\n",
        "&a [&b [*a]]",
        "docid: " + "[" * (MAX_DEPTH + 5) + "]" * (MAX_DEPTH + 5),
        "docid: {? [a, b] : c}",
        "- text",
        "docid: !!python/object/apply:os.system ['true']\n\tx: 1",
    ],
)
def test_yaml_that_would_do_harm_is_refused(content: str):
    """Aliases, depth, keys that are no texts, what is no record."""
    with pytest.raises((MalformedDocumentError, UnsafeDocumentError)):
        read_relaton_yaml(content.encode())


def test_a_tag_of_yaml_makes_nothing():
    """It is read as the text behind it."""
    reading = read_relaton_yaml(
        b"docid: {id: !!python/name:os.system 'GB/T 99901-2020'}\ndocstatus: {stage: !!int 60}\n"
    )
    assert [one.designation for one in standards(reading)] == ["GB/T 99901—2020"]


def test_a_record_of_the_public_platform_is_read():
    """With its adoption, what it supersedes, its subcommittee and where it comes from; unused fields are told."""
    reading = read_catalogue(json.dumps({"total": 1, "rows": [PORTAL]}).encode())
    (one,) = standards(reading)
    assert (reading.form, one.title.zh, one.committee) == ("portal", "示例 第1部分：总则", "SAC/TC 53/SC 3")
    assert (one.issued_on, one.effective_on, one.ics, one.ccs) == (
        date(2018, 2, 6),
        date(2018, 8, 1),
        ("17.160",),
        ("N73",),
    )
    assert one.source.endswith("id=71F772D7DE7CD3A7E05397BE0A0AB82A")
    assert relations(reading) == [
        ("GB/T 99901.1-2018", SUPERSEDES, "GB/T 99901.1-1998"),
        ("GB/T 99901.1-2018", RelationKind.ADOPTS, "ISO 99901-1:2014"),
    ]
    assert reading.unknown_columns == {"stdNature": 1, "planCode": 1}


def test_a_plan_of_the_public_platform_is_no_standard():
    """It is left out with the advice to register a draft."""
    plan = {**PORTAL, "tableName": "BV_GB_PLAN", "state": "正在征求意见"}
    reading = read_catalogue(json.dumps([plan, PORTAL]).encode())
    assert len(standards(reading)) == 1
    assert [(remark.row, remark.refused) for remark in reading.remarks] == [(1, True)]


def test_the_medical_catalogue_is_read_with_its_tree(shared_data: Path):
    """2,100 standards at 174 nodes of three levels; three days that are texts are told."""
    folder = shared_data / "catalogues" / "china_medical"
    reading = read_catalogue((folder / "standards_2026-05-10.json").read_bytes())
    kinds = Counter(type(entry) for entry in reading.entries)
    assert kinds == {NodeEntry: 174, StandardEntry: 2100}
    assert {remark.column for remark in reading.remarks} == {"effective_date"}
    adoptions = read_catalogue((folder / "adoptions.json").read_bytes())
    degrees = Counter(entry.degree for entry in adoptions.entries if isinstance(entry, RelationEntry))
    assert degrees.total() == 15
    assert set(degrees) <= {AdoptionDegree.IDT, AdoptionDegree.MOD}


@pytest.mark.parametrize(
    ("content", "form"),
    [
        ("docid,stage,published,ics,title_en\n", Form.ISO),
        ("source,relation,target\n", Form.ISO),
        ("<bibdata/>", Form.RELATON),
        ("---\nid: x\n", Form.RELATON),
        ("# made by hand\ndocid:\n  - id: x\n", Form.RELATON),
        ("标准号,状态\n", Form.CSV),
        ('[{"stdCode": "x", "cName": "y"}]', Form.PORTAL),
        ('[{"number": 1, "title_zh": 1, "dir_name": 1, "l1": 1, "l2": 1}]', Form.MEDICAL),
        ('[{"designation": 1}]', Form.JSON),
        ("[]", Form.JSON),
    ],
)
def test_the_form_of_a_file_is_found_by_how_it_begins(content: str, form: Any):
    """Whatever its name is."""
    assert form_of(content.encode()) is form

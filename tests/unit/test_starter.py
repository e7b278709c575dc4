"""Hold the starter set to its promises: enough real facts, each sourced, and nothing invented that does not say so."""

import shutil
from pathlib import Path

import pytest

import standards_tree.starter as starter_package
from standards_tree.errors import MalformedDocumentError
from standards_tree.standards import Level
from standards_tree.starter import StarterSet, load_starter

FILES = ("system.yaml", "standards.yaml", "measures.yaml", "links.yaml", "drafts.yaml", "vocabulary.yaml")


@pytest.fixture(scope="module")
def starter() -> StarterSet:
    """Return the shipped starter set."""
    return load_starter()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the shipped files that a test may damage."""
    shipped = Path(starter_package.__file__).parent
    for name in FILES:
        shutil.copy(shipped / name, tmp_path / name)
    return tmp_path


def test_no_designation_stands_twice(starter: StarterSet) -> None:
    """A standard is one entry."""
    designations = [standard.designation for standard in starter.standards]
    assert len(designations) == len(set(designations))


def test_every_standard_has_a_source_that_is_no_path_of_a_machine(starter: StarterSet) -> None:
    """Each fact can be followed to a page or a repository."""
    for standard in starter.standards:
        assert standard.sources
        assert not [source for source in standard.sources if source.startswith("/")], standard.designation


def test_the_three_national_branches_are_those_of_the_literature(starter: StarterSet) -> None:
    """National level: basic-general, technical and management standards."""
    top = next(node for node in starter.nodes if node.parent_code is None and node.level is Level.NATIONAL)
    names = [node.name_zh for node in starter.nodes if node.parent_code == top.code]
    assert names == ["基础通用标准", "技术标准", "管理标准"]


def test_an_unknown_key_is_refused_with_its_file_and_entry(folder: Path) -> None:
    """A misspelt key is never lost in silence."""
    file = folder / "drafts.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("stage:", "stages:", 1), encoding="utf-8")
    with pytest.raises(MalformedDocumentError, match=r"drafts\.yaml, entry 1 \(20990001-T-469\): stage is missing"):
        load_starter(folder)

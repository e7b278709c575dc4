"""What the documents say is what the code does."""

import re
from pathlib import Path

import pytest
from source import REPOSITORY
from tables import MARKED, TABLES, filled

from services.composition import SERVICES
from services.runtime.server import STEP_ORDER
from services.runtime.settings import Settings

DOCS = sorted((REPOSITORY / "docs").rglob("*.md"))
ARCHITECTURE = REPOSITORY / "docs" / "architecture.md"
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
DOCUMENTS = pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)


def section(title: str) -> str:
    """Return one section of the architecture."""
    text = ARCHITECTURE.read_text(encoding="utf-8")
    return text.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def tree(block: str) -> list[Path]:
    """Return the paths that an indented listing names."""
    found: list[Path] = []
    above: list[str] = []
    for line in block.splitlines():
        name = line.split()[0]
        depth = (len(line) - len(line.lstrip())) // 2
        above = [*above[:depth], name]
        found.append(Path(*above))
    return found


@DOCUMENTS
def test_every_table_is_what_the_code_says(path):
    """A table made by hand goes stale; PYTHONPATH=.:protos python tests/architecture/tables.py mends it."""
    text = path.read_text(encoding="utf-8")
    assert filled(text) == text


def test_every_table_is_shown_somewhere():
    """Roles, settings, calls, errors and steps can be looked up."""
    shown = {found["name"] for path in DOCS for found in MARKED.finditer(path.read_text(encoding="utf-8"))}
    assert shown == set(TABLES)


def test_the_layout_that_is_drawn_is_the_one_that_is_there():
    """Who reads the drawing finds the rooms."""
    drawn = tree(section("Layout").split("```")[1].strip("\n"))
    assert len(drawn) > 20
    assert [str(path) for path in drawn if not (REPOSITORY / path).exists()] == []


def test_every_top_level_folder_and_service_is_drawn():
    """No room is missing in the drawing."""
    drawn = {str(path) for path in tree(section("Layout").split("```")[1].strip("\n"))}
    assert drawn >= {f"services/{name}" for name in ("runtime", "cli", "embedded", "migrations")}
    assert drawn >= {"protos", "standards_tree", "services", "tests", "docs", "k8s"}
    assert all(f"`{name}`" in section("Services") for name in SERVICES)


def test_the_way_of_a_request_is_the_order_of_the_steps():
    """The line in the document and the tuple in the code are one order."""
    line = next(line for line in section("A request").splitlines() if "→" in line)
    steps = [name.strip(" *`") for name in line.split("→")]
    assert steps[: len(STEP_ORDER)] == [step.__name__.lower() for step, _reason in STEP_ORDER]


def test_the_architecture_can_be_read_at_one_sitting():
    """Two hundred and fifty lines, its tables included."""
    assert len(ARCHITECTURE.read_text(encoding="utf-8").splitlines()) <= 250


@DOCUMENTS
def test_every_link_leads_somewhere(path):
    """No reader is sent to a file that is not there."""
    targets = LINK.findall(path.read_text(encoding="utf-8"))
    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_every_setting_says_what_it_means():
    """An operator sets nothing by guessing."""
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_every_decision_has_its_four_parts():
    """A decision without numbers is an opinion, and one that nothing could change a creed."""
    parts = ("## Context", "## Decision", "## Numbers", "## What would change our mind")
    decisions = sorted((REPOSITORY / "docs" / "adr").glob("*.md"))
    missing = {
        path.name: [part for part in parts if part not in path.read_text(encoding="utf-8")] for path in decisions
    }
    assert len(decisions) >= 3
    assert {name: absent for name, absent in missing.items() if absent} == {}

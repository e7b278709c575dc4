"""`tbt terms` through the real program: from a candidate to a release, as two persons type it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from services.cli.__main__ import app
from services.composition import Composition, Program

Run = Callable[..., Result]


@pytest.fixture
def run(composition: Composition, program: Program) -> Run:
    """Return how somebody types a command."""

    def command(*words: str, role: str = "terminology_editor") -> Result:
        token = composition.local_issuer.issue(f"{role}@example", (role,), 600, "")
        options = ["--address", f"127.0.0.1:{program.port}", "--token", token]
        return CliRunner().invoke(app, [*options, "terms", *words], env={"COLUMNS": "260"})

    return command


def answer(result: Result) -> dict[str, object]:
    """Return what a command answered in JSON."""
    assert result.exit_code == 0, result.output
    found: dict[str, object] = json.loads(result.stdout)
    return found


def lines(result: Result) -> list[dict[str, object]]:
    """Return the JSON documents that a command answered with, one a line."""
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_candidate_becomes_a_release(run: Run, unique: Callable[[str], str]) -> None:
    """Proposed and discussed by one, commented on by another department, approved and released by a third."""
    domain, en, zh = unique("vocabulary"), unique("limit"), unique("限量")
    words = (f"en={en}", f"zh={zh}", f"zh=-{zh}值")
    meanings = ("--definition", "en=invented example", "--definition", "zh=示例之概念")
    options = ("--domain", domain, "--number", "3.1", "--source", "example", "--json")
    created = answer(run("create", *words, *meanings, *options))
    name = str(created["name"])
    assert run("discuss", name).exit_code == 0
    said = answer(run("comment", name, "--department", "海关总署", "--text", "另一译名", "--json", role="analyst"))
    assert run("approve", name, role="terminology_approver").exit_code == 4
    assert run("resolve", str(said["name"]), "列为许用").exit_code == 0
    assert run("approve", name, role="terminology_editor").exit_code == 5
    assert answer(run("approve", name, "--json", role="terminology_approver"))["status"] == "CONCEPT_STATUS_APPROVED"
    waivers = ("--waive", "T001=an example") if "T001" in run("rules").stdout else ()
    released = answer(run("release", domain, "2025.1", *waivers, "--json", role="terminology_approver"))
    assert released["concept_count"] == 1
    listed, history = run("list", "--domain", domain), run("history", name)
    assert name in listed.stdout
    assert f"{en} / {zh}" in listed.stdout
    assert [word for word in ("published", "approved", "discussed", "created") if word not in history.stdout] == []
    assert "2025.1" in run("releases", domain).stdout
    assert run("compare", str(released["name"])).exit_code == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_terms_are_recognized_in_a_text_as_programs_of_china_write_it(
    run: Run, unique: Callable[[str], str], tmp_path: Path, encoding: str
) -> None:
    """With a mark or without, or in the encoding of China."""
    term = unique("限量")
    assert run("create", f"zh={term}").exit_code == 0
    text = tmp_path / "draft.txt"
    text.write_text(f"{term}不应超过。", encoding=encoding)
    assert [(found["text"], found.get("start", 0)) for found in lines(run("recognize", str(text), "--json"))] == [
        (term, 0)
    ]


def test_a_text_that_is_none_is_refused_in_a_line(run: Run, tmp_path: Path) -> None:
    """With the exit status of wrong input."""
    text = tmp_path / "draft.txt"
    text.write_bytes(b"\xff\xff\xff\x00")
    refused = run("recognize", str(text))
    assert (refused.exit_code, "Traceback" in refused.output, refused.stderr.count("\n")) == (2, False, 1)


def test_two_candidates_are_merged_and_the_old_name_leads_on(run: Run, unique: Callable[[str], str]) -> None:
    """What must be chosen is asked for; shown by its old name, the concept is the survivor."""
    one, other = unique("one"), unique("other")
    goes, stays = (str(answer(run("create", f"en={text}", "--json"))["name"]) for text in (one, other))
    undecided = run("merge", goes, stays)
    assert undecided.exit_code == 4
    assert one in undecided.stderr
    assert run("merge", goes, stays, "--prefer", f"en={one}", "--reason", "the same").exit_code == 0
    shown = answer(run("show", goes, "--json"))
    assert (shown["name"], shown["redirected_from"]) == (stays, goes)


@pytest.mark.parametrize(
    "words",
    [("create", "limit"), ("create", "en="), ("list", "--status", "agreed"), ("release", "d", "1", "--waive", "T001")],
)
def test_what_is_typed_wrong_is_wrong_input(run: Run, words: tuple[str, ...]) -> None:
    """Exit status 2, and one line that says what would be right."""
    result = run(*words)
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1


def test_a_concept_that_says_two_things_is_split(run: Run, unique: Callable[[str], str]) -> None:
    """What goes is named in any spelling; both concepts and how they are related are shown."""
    number = unique("7.")
    limit, ceiling, zh = unique("limit"), unique("ceiling"), unique("限量")
    words = (f"en={limit}", f"zh={zh}", f"en=+{ceiling}")
    meanings = ("--definition", "en=an invented example", "--definition", "zh=示例")
    name = str(answer(run("create", *words, *meanings, "--number", number, "--json"))["name"])
    shown = run("split", name, f"en={ceiling.upper()}", "--relation", "generic", "--reason", "two things")
    assert shown.exit_code == 0, shown.output
    assert [text for text in (limit, zh, ceiling) if text not in shown.stdout] == []
    parts = answer(run("split", name, f"zh={zh}", "--definition", "zh", "--dry-run", "--json"))
    assert [one["text"] for one in parts["split_off"]["designations"]] == [zh]  # type: ignore[index]
    history = run("history", name).stdout
    assert "two things" in history


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("en=nobody",), 2),
        (("en={limit}",), 2),
        (("limit",), 2),
        (("en={limit}", "--relation", "cousin"), 2),
        (("en={limit}", "--definition", "fr"), 2),
    ],
)
def test_a_split_that_cannot_be_is_refused(
    run: Run, unique: Callable[[str], str], words: tuple[str, ...], status: int
) -> None:
    """A designation the concept has not, all that it has, no designation at all, and a relation that is none."""
    limit = unique("limit")
    name = str(answer(run("create", f"en={limit}", "--json"))["name"])
    refused = run("split", name, *[word.format(limit=limit) for word in words])
    assert (refused.exit_code, refused.stderr.count("\n")) == (status, 1)


def test_a_misspelt_term_is_told_with_its_near_misses(run: Run, unique: Callable[[str], str]) -> None:
    """Nothing is passed off as found: the table stays empty, and what is spelt nearly so is said beside it."""
    term = f"precautionary limitation {unique('measure')}"
    assert run("create", f"en={term}", "--domain", unique("vocabulary"), "--definition", "en=example").exit_code == 0
    found = run("lookup", term)
    assert term in found.stdout
    assert found.stderr == ""
    misspelt = run("lookup", term.replace("limitation", "limitaton"), "wholly unheard-of 示例")
    assert term not in misspelt.stdout
    assert f"limitaton {term.rpartition(' ')[2]} is no term here; near it: " in misspelt.stderr
    assert term in misspelt.stderr
    assert "wholly unheard-of 示例 is no term here\n" in misspelt.stderr

"""Reports: the same figures in every form, every word in both languages, and no text that becomes anything but text."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

import standards_tree.gap
from gap_cases import (
    AS_OF,
    requirement,
    rich_snapshot,
    snapshot,
)
from standards_tree.errors import InvalidArgumentError
from standards_tree.gap.advice import Action
from standards_tree.gap.analysis import analyse
from standards_tree.gap.health import DefectKind
from standards_tree.gap.inference import Inferring
from standards_tree.gap.network import network_of
from standards_tree.gap.priorities import Severity
from standards_tree.gap.snapshot import GapOptions, Scope, Snapshot
from standards_tree.gap.verdicts import Verdict
from standards_tree.limits import EXPLANATIONS
from standards_tree.measures.requirements import RequirementKind
from standards_tree.reports.canonical import render_json
from standards_tree.reports.captions import CAPTIONS
from standards_tree.reports.document import report_document
from standards_tree.reports.labels import WORDS
from standards_tree.reports.page import MAX_ROWS, render_html
from standards_tree.reports.schema import Report
from standards_tree.reports.workbook import render_xlsx
from standards_tree.standards import Level, RelationKind, SetRelation, StandardStatus

LANGUAGES = ("en", "zh-Hans")
HOSTILE = "<script>alert('x')</script>\"'&{{7*7}}\x07"
FORMULA = "=cmd|' /C calc'!A0"


def report_of(facts: Snapshot, *, suggested: bool = True) -> Report:
    """Return the report document on the usual date, with what is inferred."""
    analysis = analyse(facts, Scope(AS_OF, include_suggested=suggested), GapOptions())
    return report_document(analysis, inferring=Inferring(network_of(facts, analysis.health)))


@pytest.fixture(scope="module")
def report() -> Report:
    """Return a report with something in every part."""
    return report_of(rich_snapshot())


@pytest.fixture(scope="module")
def hostile_report() -> Report:
    """Return a report whose every text comes from somebody who means harm."""
    facts = rich_snapshot()
    return report_of(
        replace(
            facts,
            standards=tuple(
                replace(one, title_zh=HOSTILE, title_en=FORMULA, official=f"{HOSTILE} {one.key}")
                for one in facts.standards
            ),
            measures=tuple(replace(one, title_zh=FORMULA, title_en=HOSTILE) for one in facts.measures),
            requirements=tuple(
                replace(one, text_zh=HOSTILE, text_en=FORMULA, parameter=FORMULA) for one in facts.requirements
            ),
            nodes=tuple(replace(one, name_zh=HOSTILE, name_en=HOSTILE) for one in facts.nodes),
            systems=tuple(replace(one, name_zh=HOSTILE, name_en=HOSTILE) for one in facts.systems),
            drafts=tuple(replace(one, designation="", title_zh=HOSTILE) for one in facts.drafts),
        )
    )


# JSON


def test_json_is_canonical(report: Report) -> None:
    """Sorted keys, UTF-8, no blanks, a newline at the end: writing what was read gives the same bytes."""
    content = render_json(report)
    again = json.dumps(json.loads(content), ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"
    assert content == again.encode()


def test_json_names_the_revisions_and_what_was_asked(report: Report) -> None:
    """Whoever holds a report can have it made again."""
    content = json.loads(render_json(report))
    assert content["schema"] == "tbt.gap.report/1"
    assert content["revisions"] == {"catalog": 12, "linkage": 7}
    assert (content["as_of"], content["scope"]["include_suggested"]) == ("2026-06-01", True)


def test_no_random_identifier_leaves_the_analysis(report: Report) -> None:
    """Requirements, links and drafts are named by symbols, designations and plan numbers."""
    content = render_json(report_of(replace_identifiers(rich_snapshot()))).decode()
    assert "random-" not in content
    assert content == render_json(report).decode()


def replace_identifiers(facts: Snapshot) -> Snapshot:
    """Return the same facts under other identifiers."""
    return replace(
        facts,
        requirements=tuple(replace(one, id=f"random-{one.id}") for one in facts.requirements),
        drafts=tuple(replace(one, id=f"random-{one.id}") for one in facts.drafts),
        links=tuple(
            replace(
                one,
                id="random-link",
                requirement_id=f"random-{one.requirement_id}",
                draft_id=one.draft_id and f"random-{one.draft_id}",
            )
            for one in facts.links
        ),
    )


def test_the_evidence_path_runs_from_the_requirement_to_the_offending_standard(report: Report) -> None:
    """A reader sees each step with its relation, clause and state on the date."""
    second = report["requirements"][1]
    path = second["evidence"][0]["path"]
    assert [(step.get("edge"), step["name"], step.get("status")) for step in path] == [
        (None, "G/TBT/N/XXX/1#2", None),
        ("link", "A-2024", "in_force"),
        ("normative_reference", "B-2024", "in_force"),
        ("normative_reference", "C-2010", "superseded"),
    ]
    assert (path[-1]["clause"], path[-1]["defect"]) == ("5.2", "reference_superseded")


def test_a_link_to_an_earlier_edition_shows_the_chain_to_its_successor(report: Report) -> None:
    """The path goes over what superseded what."""
    path = report["requirements"][2]["path"]
    assert [(step.get("edge"), step["name"]) for step in path[1:]] == [("link", "C-2010"), ("superseded_by", "C-2024")]


def test_the_figures_add_up(report: Report) -> None:
    """Every sum over the parts equals the whole."""
    summary = report["summary"]
    assert sum(summary["verdicts"].values()) == summary["requirements"] == len(report["requirements"])
    assert sum(summary["severities"].values()) == summary["requirements"]
    assert summary["gaps"] == summary["requirements"] - summary["severities"]["none"]
    assert sum(one["requirements"] for one in report["measures"]) == summary["requirements"]
    served = [name for step in report["steps"] for name in step["requirements"]]
    assert sorted(served) == sorted(one["id"] for one in report["requirements"] if one["action"] is not None)
    top = [row for row in report["tree"] if row["depth"] == 0]
    assert sum(row["total"]["expected"] for row in top) == report["levels"][-1]["expected"]
    assert sum(row["total"]["existing"] for row in top) == report["levels"][-1]["existing"]


# Words


def codes_in_sources() -> Iterator[str]:
    """Yield every code of a reason that the analysis writes literally."""
    for module in Path(standards_tree.gap.__file__).parent.glob("*.py"):
        text = module.read_text(encoding="utf-8")
        yield from re.findall(r"Reason(?:\.of)?\(\s*\"(\w+)\"", text)
        yield from re.findall(r"self\.at\(\s*\"(\w+)\"", text)


def test_every_code_has_words_in_both_languages() -> None:
    """No reader meets a bare code, and no translation lacks a figure the other one gives."""
    wanted = {
        *codes_in_sources(),
        *(f"verdict_{one}" for one in Verdict),
        *(f"severity_{one}" for one in Severity),
        *(f"action_{one}" for one in Action),
        *(f"defect_{one}" for one in DefectKind),
        *(f"status_{one}" for one in StandardStatus),
        *(f"level_{one}" for one in Level),
        *(f"kind_{one}" for one in RequirementKind),
        *(f"set_{one}" for one in SetRelation),
        *(f"link_{one}" for one in SetRelation),
        *(f"edge_{one}" for one in (RelationKind.NORMATIVE_REFERENCE, RelationKind.AMENDS, RelationKind.ADOPTS)),
        *EXPLANATIONS,
    }
    assert len(wanted) > 90
    assert wanted <= set(WORDS)
    for words in (WORDS, CAPTIONS):
        for code, (english, chinese) in words.items():
            assert set(re.findall(r"{(\w+)}", english)) == set(re.findall(r"{(\w+)}", chinese)), code
            assert chinese in ("HS", "ICS") or re.search("[\u4e00-\u9fff]", chinese), code


def test_a_chinese_report_has_no_english_caption(report: Report) -> None:
    """Where a caption has a Chinese form, the Chinese page uses it."""
    page = render_html(report, "zh-Hans").decode()
    body = page[page.index("<body>") :]
    leaked = [
        english
        for english, _ in [*CAPTIONS.values(), *WORDS.values()]
        if "{" not in english and len(english) > 12 and f">{english}<" in body
    ]
    assert leaked == []


@pytest.mark.parametrize("render", [render_html, render_xlsx])
def test_a_language_reports_are_not_written_in_is_refused(report: Report, render: object) -> None:
    """The message names the language and those there are."""
    with pytest.raises(InvalidArgumentError, match="fr is not one of en, zh-Hans"):
        render(report, "fr")  # type: ignore[operator]  # both are functions


def test_any_tag_of_chinese_gives_the_chinese_report(report: Report) -> None:
    """``zh`` and ``zh-CN`` are what programs send."""
    assert render_html(report, "zh-CN") == render_html(report, "zh") == render_html(report, "zh-Hans")


# Workbook


def sheets(report: Report, language: str) -> openpyxl.Workbook:
    """Return the workbook as a reader's program opens it."""
    return openpyxl.load_workbook(BytesIO(render_xlsx(report, language)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_has_the_figures_of_the_json_form(report: Report, language: str) -> None:
    """Every sheet opens and says the same as the document."""
    book = sheets(report, language)
    summary, measures, gaps, evidence, inferred, plan, statistics, quality = book.worksheets
    named = {row[0]: row[1] for row in summary.iter_rows(max_col=2, values_only=True) if row[0]}
    column = LANGUAGES.index(language)
    for verdict in Verdict:
        assert named[WORDS[f"verdict_{verdict}"][column]] == report["summary"]["verdicts"][verdict]
    assert measures.max_row - 1 == len(report["measures"])
    assert gaps.max_row - 1 == report["summary"]["gaps"]
    assert inferred.max_row - 1 == len(report["inferred"])
    assert plan.max_row - 1 == len(report["works"])
    assert evidence.max_row - 1 == sum(
        len(found["path"]) - 1 for one in report["requirements"] for found in one["evidence"]
    )
    rows = list(statistics.iter_rows(min_row=2, values_only=True))
    assert [(row[1], row[4], row[5]) for row in rows[: len(report["tree"])]] == [
        (row["code"], row["total"]["expected"], row["total"]["existing"]) for row in report["tree"]
    ]
    assert quality.max_row - 1 == len(report["problems"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_cell_of_a_workbook_is_a_formula(hostile_report: Report, language: str) -> None:
    """A title that begins with an equals sign stays a title; nothing runs, links or breaks the file."""
    book = sheets(hostile_report, language)
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert all(cell.hyperlink is None for cell in cells)
    assert any(cell.value == FORMULA for cell in cells)


def test_a_text_longer_than_a_cell_is_cut_and_marked() -> None:
    """Excel takes 32,767 characters; silently nothing would be worse than a cut."""
    facts = replace(rich_snapshot(), requirements=(requirement("r1", text_en="x" * 40_000, assessed=True),), links=())
    [long] = [
        cell.value
        for row in sheets(report_of(facts), "en").worksheets[2].iter_rows()
        for cell in row
        if isinstance(cell.value, str) and cell.value.startswith("xxx")
    ]
    assert (len(long), long[-1]) == (32_767, "…")


def test_a_workbook_has_filters_and_a_frozen_heading_on_every_table(report: Report) -> None:
    """People sort and filter at once."""
    for sheet in sheets(report, "en").worksheets[1:]:
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref == f"A1:{sheet.dimensions.partition(':')[2]}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_report_gives_the_same_bytes_in_every_form(language: str) -> None:
    """Made twice from facts gathered twice, page and workbook do not differ in a byte."""
    first, second = report_of(rich_snapshot()), report_of(rich_snapshot())
    assert render_html(first, language) == render_html(second, language)
    assert render_xlsx(first, language) == render_xlsx(second, language)


# Page

VOID = {"meta", "br", "input", "hr", "img", "link"}


class Checker(HTMLParser):
    """Read a page strictly: every element closed in order, every text and address collected."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.handlers: list[str] = []
        self.inline: dict[str, str] = {}
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember the element and what it could load or run."""
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name in ("src", "href", "action", "data", "srcset", "poster"):
                self.addresses.append(value or "")
            if name.startswith("on") or name == "style":
                self.handlers.append(name)

    def handle_endtag(self, tag: str) -> None:
        """Refuse an end that closes something else."""
        assert self.open.pop() == tag, self.getpos()

    def handle_data(self, data: str) -> None:
        """Collect texts, those of style and script apart."""
        if self.open and self.open[-1] in ("script", "style"):
            self.inline[self.open[-1]] = self.inline.get(self.open[-1], "") + data
        else:
            self.text += data


def read_page(page: bytes) -> Checker:
    """Return what a strict reader finds on a page."""
    checker = Checker()
    checker.feed(page.decode())
    checker.close()
    assert checker.open == []
    return checker


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_well_formed_and_loads_nothing(report: Report, language: str) -> None:
    """One file, no network: every address is a place on the page itself."""
    page = render_html(report, language)
    checker = read_page(page)
    assert all(address.startswith("#") for address in checker.addresses)
    assert checker.handlers == []
    assert not re.search(r"url\(|@import|https?:", checker.inline["style"] + checker.inline["script"])
    assert page.startswith(b'<!DOCTYPE html>\n<html lang="' + language.encode())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_policy_of_a_page_admits_its_own_style_and_script_and_nothing_else(report: Report, language: str) -> None:
    """The hashes in the policy are those of what the page holds, so that an injected script would not run."""
    page = render_html(report, language)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page.decode())
    assert policy is not None
    inline = read_page(page).inline
    hashes = {
        kind: "sha256-" + base64.b64encode(hashlib.sha256(inline[kind].encode()).digest()).decode() for kind in inline
    }
    assert policy[1] == (
        f"default-src 'none'; style-src '{hashes['style']}'; script-src '{hashes['script']}'; "
        "base-uri 'none'; form-action 'none'"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hostile_title_is_only_text_on_the_page(hostile_report: Report, language: str) -> None:
    """A script in a title is shown, not run; a template in it is not filled."""
    page = render_html(hostile_report, language)
    checker = read_page(page)
    assert "alert" not in checker.inline["script"]
    assert b"<script>alert" not in page
    assert "<script>alert('x')</script>\"'&{{7*7}}" in checker.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_the_figures_of_the_summary(report: Report, language: str) -> None:
    """The big numbers are those of the document."""
    text = " ".join(read_page(render_html(report, language)).text.split())
    summary = report["summary"]
    for figure in (summary["gaps"], summary["requirements"], f"{summary['ratio'] or 0:.0%}"):
        assert str(figure) in text
    for one in report["requirements"]:
        assert one["id"] in text


def test_a_page_says_what_it_leaves_out() -> None:
    """A browser gets the worst thousand; the note says how many there are and where to find them."""
    many = tuple(requirement(f"r{number}", number, assessed=True) for number in range(1, MAX_ROWS + 50))
    page = render_html(report_of(snapshot(requirements=many)), "en").decode()
    assert f"The first {MAX_ROWS} of {len(many)} are shown" in page
    assert page.count('<tr data-verdict="uncovered"') == MAX_ROWS


def test_an_empty_report_is_a_report() -> None:
    """Nothing in scope is an answer, in every form."""
    empty = report_of(Snapshot(revisions={"catalog": 0, "linkage": 0}))
    for language in LANGUAGES:
        read_page(render_html(empty, language))
        assert len(sheets(empty, language).worksheets) == 8
    assert json.loads(render_json(empty))["summary"]["ratio"] is None

"""The same revisions and parameters give the same bytes; the JSON form is what its schema says."""

import itertools
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import jsonschema
import networkx
import pytest

from gap_cases import AS_OF, link, rich_snapshot
from standards_tree.errors import PreconditionError
from standards_tree.gap.analysis import analyse
from standards_tree.gap.inference import Inferring
from standards_tree.gap.network import network_of
from standards_tree.gap.plan import Budget
from standards_tree.gap.snapshot import GapOptions, Scope, Snapshot
from standards_tree.reports.canonical import render_json
from standards_tree.reports.comparison import ChangeKind, compare
from standards_tree.reports.document import report_document
from standards_tree.reports.graphml import render_graphml
from standards_tree.reports.json_schema import report_schema, schema_text, written
from standards_tree.reports.mapping import render_mapping
from standards_tree.reports.printed import render_pdf
from standards_tree.reports.schema import Report
from standards_tree.standards import SetRelation

REPOSITORY = Path(__file__).resolve().parent.parent.parent
ORDERS = 10
SHUFFLED = """
import hashlib, random, sys
from dataclasses import fields, replace
from gap_cases import AS_OF, rich_snapshot
from standards_tree.gap.analysis import analyse
from standards_tree.gap.inference import Inferring
from standards_tree.gap.network import network_of
from standards_tree.gap.plan import Budget
from standards_tree.gap.snapshot import GapOptions, Scope
from standards_tree.reports.canonical import render_json
from standards_tree.reports.document import report_document
facts, order = rich_snapshot(), random.Random(int(sys.argv[1]))
lists = {field.name: getattr(facts, field.name) for field in fields(facts) if field.name != "revisions"}
facts = replace(facts, **{name: tuple(order.sample(found, len(found))) for name, found in lists.items()})
analysis = analyse(facts, Scope(AS_OF, include_suggested=True), GapOptions())
inferring = Inferring(network_of(facts, analysis.health))
print(hashlib.sha256(render_json(report_document(analysis, Budget(2027, 2, 1), inferring))).hexdigest())
"""


@pytest.fixture(scope="module")
def report() -> Report:
    """Return a report with something in every part."""
    facts = rich_snapshot()
    analysis = analyse(facts, Scope(AS_OF, include_suggested=True), GapOptions())
    return report_document(analysis, Budget(2027, 2, 1), Inferring(network_of(facts, analysis.health)))


def test_ten_orders_and_hash_seeds_give_the_same_bytes() -> None:
    """In whatever order facts were recorded, and whatever disorder Python's sets have: the same JSON, the plan with it."""

    def made(seed: int) -> str:
        paths = os.pathsep.join(str(REPOSITORY / folder) for folder in (".", "tests"))
        outcome = subprocess.run(
            [sys.executable, "-c", SHUFFLED, str(seed)],
            env={"PYTHONHASHSEED": str(seed), "PYTHONPATH": paths, "PATH": ""},
            capture_output=True,
            check=True,
            text=True,
        )
        return outcome.stdout.strip()

    with ThreadPoolExecutor(2) as pool:
        hashes = list(pool.map(made, range(ORDERS)))
    assert len(hashes) == ORDERS
    assert len(set(hashes)) == 1
    assert len(hashes[0]) == 64


def test_every_report_is_what_the_schema_says(report: Report) -> None:
    """With everything in it, with nothing in it, with a plan and without; dates are dates."""
    empty = report_document(analyse(Snapshot(revisions={"catalog": 0}), Scope(AS_OF), GapOptions()))
    whole = report_schema()
    jsonschema.Draft202012Validator.check_schema(whole)
    validator = jsonschema.Draft202012Validator(whole, format_checker=jsonschema.FormatChecker())
    for one in (report, empty):
        validator.validate(json.loads(render_json(one)))


@pytest.mark.parametrize(
    "wrong", [{"as_of": "1 June"}, {"schema": "other"}, {"summary": {}}, {"requirements": [{"id": 1}]}, {"plan": []}]
)
def test_what_is_no_report_is_told_by_the_schema(report: Report, wrong: Mapping[str, object]) -> None:
    """The schema is not so wide that everything passes it."""
    validator = jsonschema.Draft202012Validator(report_schema(), format_checker=jsonschema.FormatChecker())
    assert not validator.is_valid({**json.loads(render_json(report)), **wrong})


def test_the_schema_that_is_shipped_is_the_one_of_the_code() -> None:
    """`python -m standards_tree.reports.json_schema` writes it anew."""
    assert schema_text() == written(report_schema())


def test_the_graph_has_every_path_of_the_report(report: Report) -> None:
    """As a program that reads GraphML sees it: each step of each path is an edge between two named nodes."""
    content = render_graphml(report)
    graph = networkx.parse_graphml(content.decode())
    for one in report["requirements"]:
        for path in (one["path"], *(found["path"] for found in one["evidence"])):
            names = [step["name"] for step in path]
            assert all(graph.has_edge(*pair) for pair in itertools.pairwise(names)), names
    verdicts = {one["id"]: one["verdict"] for one in report["requirements"]}
    assert {name: facts["verdict"] for name, facts in graph.nodes(data=True) if "verdict" in facts} == verdicts
    assert content == render_graphml(report)


def test_the_graph_stays_xml_whatever_a_title_holds(report: Report) -> None:
    """Marks, quotes and control characters are text."""
    hostile = '<a href="x">&\'\x07]]>'
    entries = [
        {**one, "text": {"en": hostile, "zh-Hans": hostile}, "id": f"{hostile}{one['id']}"}
        for one in report["requirements"]
    ]
    tree = ET.fromstring(render_graphml({**report, "requirements": entries}))  # noqa: S314 - what we wrote
    assert '<a href="x">&\']]>' in {node.text for node in tree.iter()}


def test_a_mapping_has_every_link_with_its_relation(report: Report) -> None:
    """Each link that counts is a map; what nothing answers is unmapped; identifiers are those OSCAL takes."""
    collection = json.loads(render_mapping(report))["mapping-collection"]
    (mapping,) = collection["mappings"]
    links = [(one["id"], link["target"]) for one in report["requirements"] for link in one["links"]]
    labels = [
        tuple(end[0]["props"][0]["value"] for end in (entry["sources"], entry["targets"])) for entry in mapping["maps"]
    ]
    assert labels == links
    assert {entry["relationship"] for entry in mapping["maps"]} <= {
        "equal-to",
        "subset-of",
        "superset-of",
        "intersects-with",
    }
    identifiers = [end["id-ref"] for entry in mapping["maps"] for end in entry["sources"] + entry["targets"]]
    assert all(not set(name) & set(" /#") and not name[0].isdigit() for name in identifiers)
    assert len({entry["uuid"] for entry in mapping["maps"]}) == len(links)
    assert render_mapping(report) == render_mapping(report)


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_a_print_is_the_same_twice_and_a_pdf(report: Report, language: str) -> None:
    """Where a font with Chinese characters is found; else the refusal says which to install."""
    try:
        first = render_pdf(report, language)
    except PreconditionError as refusal:
        assert "fonts-noto-cjk" in refusal.template
        return
    assert first.startswith(b"%PDF-")
    assert first == render_pdf(report, language)


def test_a_gap_that_matters_more_has_worsened_and_back_it_has_improved(report: Report) -> None:
    """By severity first, then points, then verdict; the counts add up to all gaps."""
    later = report_document(analyse(rich_snapshot(), Scope(AS_OF, include_suggested=False), GapOptions()))
    forth, back = compare(report, later), compare(later, report)
    assert forth.counts[ChangeKind.WORSENED] == back.counts[ChangeKind.IMPROVED] == 1
    (change,) = forth.changes
    assert (change.entry["id"], change.reasons[0].code) == ("G/TBT/N/XXX/1#7", "change_verdict")
    assert forth.unchanged + len(forth.changes) == later["summary"]["gaps"]
    assert forth.differing == ("include_suggested",)


def test_the_works_of_a_report_are_named_by_its_requirements(report: Report) -> None:
    """What a work closes alone has it as a remedy, what it helps with has it in a set; no other work is listed."""
    named = {name for one in report["requirements"] for remedy in one["remedies"] for name in remedy}
    assert named == {work["id"] for work in report["works"]}
    remedies = {one["id"]: one["remedies"] for one in report["requirements"]}
    for work in report["works"]:
        assert all([work["id"]] in remedies[name] for name in work["closes"])
        assert all(any(work["id"] in remedy for remedy in remedies[name]) for name in work["helps"])


def test_what_has_nothing_in_common_is_not_inferred() -> None:
    """A person's finding that a standard does not answer a requirement is neither a way nor inferred again."""
    base = rich_snapshot()
    nothing = link("r9", "b-2024", SetRelation.NONE)
    facts = replace(base, links=(*base.links, nothing))
    analysis = analyse(facts, Scope(AS_OF), GapOptions())
    inferred = report_document(analysis, None, Inferring(network_of(facts, analysis.health)))["inferred"]
    assert ("G/TBT/N/XXX/1#9", "B-2024") not in {(entry["requirement"], entry["standard"]) for entry in inferred}


def test_what_is_inferred_stands_apart_from_what_is_confirmed() -> None:
    """A requirement that cites an adopted standard has an inference with its way, and its verdict and figures do not change."""
    facts = rich_snapshot()
    analysis = analyse(facts, Scope(AS_OF), GapOptions())
    without = report_document(analysis)
    found = report_document(analysis, None, Inferring(network_of(facts, analysis.health)))
    inferred = {entry["requirement"]: entry for entry in found["inferred"]}["G/TBT/N/XXX/1#9"]
    assert (inferred["standard"], [step["edge"] for step in inferred["path"]]) == ("B-2024", ["cites", "adopts_idt"])
    assert 0 < inferred["probability"] < 1
    assert {**found, "inferred": []} == without

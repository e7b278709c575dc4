"""Read the graphs of others, which stand beside the repository, into what a gap analysis works on."""

import csv
import gzip
import json
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from standards_tree.gap.penalties import EDGE_NUMBER, EdgeKind
from standards_tree.gap.snapshot import RelationFact, Snapshot, StandardFact
from standards_tree.gap.steps import Steps
from standards_tree.standards import Level, RelationKind, StandardStatus, Validity

# What catalogues of common requirements say, and what that is in the network.
LINKS = {"Contains": EdgeKind.CONTAINS, "Related": EdgeKind.RELATED_TO, "Linked To": EdgeKind.LINKED_TO}
DATED = re.compile(r"https://www\.w3\.org/TR/\d{4}/[A-Z]+-(.+)-\d{8}$")


def foreign(key: str, status: StandardStatus = StandardStatus.IN_FORCE) -> StandardFact:
    """Return a standard of which nothing but the name matters."""
    return StandardFact(key, key, key, "", key, Level.INTERNATIONAL, Validity(status))


@dataclass(frozen=True, eq=False)
class CommonRequirements:
    """Sections of several standards, joined through common requirements; nodes are numbered in order of their names."""

    nodes: tuple[tuple[str, str], ...]
    edges: tuple[tuple[int, int, EdgeKind], ...]

    @property
    def standards(self) -> dict[str, list[int]]:
        """Return the sections of each standard."""
        found: dict[str, list[int]] = defaultdict(list)
        for number, (standard, _) in enumerate(self.nodes):
            if standard != "CRE":
                found[standard].append(number)
        return found

    def steps(self) -> Steps:
        """Return what can be walked."""
        source, target, kind = np.array([(one, other, EDGE_NUMBER[kind]) for one, other, kind in self.edges]).T
        return Steps.along_edges(len(self.nodes), source, target, kind.astype(np.int8))


def common_requirements(folder: Path) -> CommonRequirements:
    """Return OpenCRE's graph."""
    with (folder / "mappings" / "opencre_links.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    named = set()
    ends = []
    for row in rows:
        section = (
            row["target_section_id"]
            if row["target_standard"] == "CRE"
            else "|".join((row["target_section_id"], row["target_section"]))
        )
        pair = (("CRE", row["cre_id"]), (row["target_standard"], section))
        ends.append((pair, LINKS[row["link_type"]]))
        named.update(pair)
    nodes = tuple(sorted(named))
    number = {node: position for position, node in enumerate(nodes)}
    edges = tuple(sorted({(number[one], number[other], kind) for (one, other), kind in ends}))
    return CommonRequirements(nodes, edges)


@dataclass(frozen=True)
class Study:
    """What an independent study says of the references of the web: by the name of a specification.

    ``missing`` are links in its text to what it does not list as a reference, ``inconsistent`` references it lists under
    another URL than it links to. The study as it is kept has no lists of outdated or dated references.
    """

    referenced_by: dict[str, dict[str, set[str]]]
    without_normative: set[str]
    missing: dict[str, set[str]]
    inconsistent: dict[str, set[str]]
    lists: set[str]


def specifications(folder: Path) -> tuple[Snapshot, Study]:
    """Return the references of the specifications of the web, and what an independent study says of them.

    A reference leads to a specification by its URL or one above it, dated or not: the study counts both alike. One that
    leads to none keeps its URL.
    """
    editions = folder / "graphs" / "w3c_2020-12" / "ed"
    index = json.loads((editions / "index.json").read_text(encoding="utf-8"))["results"]
    study = json.loads((editions / "study.json").read_text(encoding="utf-8"))["results"]
    known: dict[str, list[str]] = defaultdict(list)
    for entry in index:
        for url in entry["versions"]:
            known[_canonical(url)].append(entry["shortname"])
    # Two editions at one address are one source to the study.
    crawled: dict[str, str] = {}
    for entry in index:
        crawled.setdefault(entry["crawled"], entry["shortname"])
    relations = []
    for entry in index:
        source = crawled[entry["crawled"]]
        path = editions / "refs" / f"{entry['shortname']}.json"
        if path.is_file():
            for strength, references in json.loads(path.read_text(encoding="utf-8"))["refs"].items():
                kind = RelationKind(f"{strength}_reference")
                relations += [
                    RelationFact(source, target, reference.get("url", reference["name"]), kind, dated=False)
                    for reference in references
                    for target in _specification(known, reference.get("url", "")) or ["nowhere"]
                ]
    told = Study(
        referenced_by={
            entry["shortname"]: {
                strength: {crawled[one["crawled"]] for one in references}
                for strength, references in entry["report"]["referencedBy"].items()
            }
            for entry in study
        },
        without_normative={crawled[entry["crawled"]] for entry in study if entry["report"]["noNormativeRefs"]},
        missing={crawled[entry["crawled"]]: set(entry["report"]["missingLinkRef"]) for entry in study},
        inconsistent={
            crawled[entry["crawled"]]: {one["ref"]["url"] for one in entry["report"]["inconsistentRef"]}
            for entry in study
        },
        lists={name for entry in study for name in entry["report"]},
    )
    standards = tuple(foreign(entry["shortname"]) for entry in index)
    return Snapshot(standards=standards, relations=tuple(relations)), told


def _canonical(url: str) -> str:
    plain = url.partition("#")[0].replace("http:", "https:").removesuffix("index.html").rstrip("/")
    dated = DATED.match(plain)
    return f"https://www.w3.org/TR/{dated[1]}" if dated else plain


def _specification(known: dict[str, list[str]], url: str) -> list[str]:
    """Return the specification that a URL names, or that the page it names is a part of."""
    sought = _canonical(url)
    while sought.count("/") >= 2:
        if sought in known:
            return known[sought]
        sought = sought.rpartition("/")[0]
    return []


def obsolete_documents(folder: Path) -> tuple[Snapshot, dict[str, list[frozenset[str]]]]:
    """Return what obsoletes what in ISO's catalogue, and the anomalies that are known in it, by kind."""
    iso = folder / "catalogues" / "iso"
    with gzip.open(iso / "catalogue.csv.gz", "rt", encoding="utf-8", newline="") as file:
        names = [row["docid"] for row in csv.DictReader(file)]
    with gzip.open(iso / "relations.csv.gz", "rt", encoding="utf-8", newline="") as file:
        edges = [row for row in csv.DictReader(file) if row["relation"] == "obsoletes"]
    with (iso / "known_anomalies.csv").open(encoding="utf-8", newline="") as file:
        known: dict[str, list[frozenset[str]]] = defaultdict(list)
        for row in csv.DictReader(file):
            known[row["anomaly"]].append(frozenset(row["members"].split("; ")))
    replaced = {row["target"] for row in edges}
    states = {True: StandardStatus.SUPERSEDED, False: StandardStatus.IN_FORCE}
    standards = tuple(foreign(name, states[name in replaced]) for name in dict.fromkeys(names))
    relations = tuple(
        RelationFact(row["source"], row["target"], row["target"], RelationKind.SUPERSEDES) for row in edges
    )
    return Snapshot(standards=standards, relations=relations), known

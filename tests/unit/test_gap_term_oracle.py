"""Where terms bind and which clauses are named, against plain loops on random snapshots, and the reading of sources."""

import re
from collections import defaultdict

import pytest

from gap_cases import AS_OF, link, refers, requirement, snapshot, standard, supersedes
from gap_oracle import Oracle
from gap_snapshots import GRAPHS, random_snapshot
from standards_tree.gap.analysis import analyse
from standards_tree.gap.bindings import bindings_on
from standards_tree.gap.clauses import clauses_of, shown_clauses
from standards_tree.gap.columns import UNKNOWN
from standards_tree.gap.health import examine
from standards_tree.gap.impact import influence_of_standards
from standards_tree.gap.network import NodeKind, network_of
from standards_tree.gap.penalties import EDGE_NUMBER, EdgeKind
from standards_tree.gap.snapshot import ConceptFact, GapOptions, Quote, Scope, Snapshot, UseFact
from standards_tree.gap.sub_graph import both_ways, sub_graph
from standards_tree.gap.term_health import conditions_of_terms
from standards_tree.gap.term_sources import SourceReader
from standards_tree.gap.terms import Terms, name_of_concept
from standards_tree.gap.uses import uses_of_facts
from standards_tree.gap.whole_network import WholeNetwork, with_terms
from standards_tree.reports.document import report_document
from standards_tree.standards import LinkState, SetRelation, StandardStatus
from standards_tree.terms import ConceptStatus

BLOCKS = pytest.mark.parametrize("block", range(8))
NAMED = re.compile(r"GB (\d+)(?:-(\d{4}))?")


def whole(facts: Snapshot) -> WholeNetwork:
    """Return the network of a snapshot with its terms."""
    network = network_of(facts, examine(facts, AS_OF, GapOptions()))
    terms = Terms.of(facts.concepts)
    uses = uses_of_facts(facts.uses, network.demands, terms)
    return with_terms(network, bindings_on(terms, network.editions), uses)


class TermOracle(Oracle):
    """Answer the same from the definitions, one quote at a time."""

    def source(self, quote: Quote) -> tuple[str, str | None]:
        """Return in what state a source is and which edition it means."""
        named = {f"gb {number}-{year}" if year else f"gb {number}" for number, year in NAMED.findall(quote.source)}
        if not named:
            return "term_without_source", None
        if len(named) > 1:
            return "term_source_ambiguous", None
        (key,) = named
        if "-" in key:
            meant = key if key in self.standards else None
        else:
            relation = refers("anything", key, dated=False)
            meant = self.meant(relation)
            in_force = [
                fact.key
                for fact in self.facts.standards
                if fact.undated_key == key and self.status[fact.key] is StandardStatus.IN_FORCE
            ]
            if len(in_force) > 1:
                return "term_source_ambiguous", meant
        if meant is None:
            return "term_source_missing", None
        state = {StandardStatus.SUPERSEDED: "term_source_superseded", StandardStatus.ABOLISHED: "term_source_abolished"}
        return state.get(self.status[meant], ""), meant

    def clause(self, quote: Quote) -> str:
        """Return the clause a quote names."""
        behind = re.search(r"GB \d+(?:-\d{4})?, ([A-Z]?[\d.]+)$", quote.source)
        return quote.clause or (behind[1] if behind else "")


@BLOCKS
def test_every_binding_and_every_doubt_about_a_source_equals_that_of_plain_loops(block: int) -> None:
    """Which edition each definition is quoted from on the date, in which clause, and which sources are doubtful."""
    for seed in range(block, GRAPHS, 8):
        facts = random_snapshot(seed)
        oracle, network = TermOracle(facts), whole(facts)
        keys = [fact.key for fact in network.editions.facts]
        expected, doubts = set(), defaultdict(set)
        for concept in facts.concepts:
            for quote in concept.quotes:
                state, meant = oracle.source(quote)
                if meant is not None:
                    expected.add((concept.id, meant, oracle.clause(quote)))
                if state:
                    doubts[state].add((name_of_concept(concept), quote.source))
        terms = network.bindings.terms
        concepts, standards, quotes = network.bindings.edges
        found = [
            (terms.concepts[concept].id, keys[target], terms.clauses[quote])
            for concept, target, quote in zip(concepts.tolist(), standards.tolist(), quotes.tolist(), strict=True)
        ]
        assert (set(found), len(found)) == (expected, len(expected)), seed
        for condition in conditions_of_terms(network.bindings, 10_000):
            assert condition.count == len(condition.cases), seed
            names = {case[0] for case in condition.cases}
            assert names == {name for name, _ in doubts[condition.code]}, (seed, condition.code)
        of_network = {
            (network.node(source).name, keys[target], network.clause_of(edge))
            for edge, (source, target) in enumerate(
                zip(network.sources.tolist(), network.targets.tolist(), strict=True)
            )
            if network.kind_of(edge) is EdgeKind.DEFINED_IN
        }
        named = {one.id: name_of_concept(one) for one in facts.concepts}
        assert of_network == {(named[concept], key, clause) for concept, key, clause in expected}, seed


@BLOCKS
def test_every_use_of_a_term_is_an_edge_and_a_report_lists_the_agreed_ones(block: int) -> None:
    """Edges of the network and what a report says of a requirement are the uses there are, of what is there."""
    for seed in range(block, GRAPHS, 8):
        facts = random_snapshot(seed)
        network, oracle = whole(facts), TermOracle(facts)
        concept_of = {one.id: one for one in facts.concepts}
        requirements = {one.id: f"{one.measure_symbol}#{one.number}" for one in facts.requirements}
        expected = sorted(
            (requirements[one.requirement_id], name_of_concept(concept_of[one.concept_id]))
            for one in set(facts.uses)
            if one.requirement_id in requirements and one.concept_id in concept_of
        )
        found = sorted(
            (network.node(int(network.sources[edge])).name, network.node(int(network.targets[edge])).name)
            for edge in range(len(network.sources))
            if network.kind_of(edge) is EdgeKind.USES
        )
        assert found == expected, seed
        analysis = analyse(facts, Scope(AS_OF), GapOptions())
        report = report_document(analysis)
        for entry, result in zip(report["requirements"], analysis.results, strict=True):
            used = [
                concept_of[one.concept_id]
                for one in set(facts.uses)
                if one.requirement_id == result.judgement.requirement.id and one.concept_id in concept_of
            ]
            agreed = [one for one in used if one.status in (ConceptStatus.APPROVED, ConceptStatus.PUBLISHED)]
            decisive = result.judgement.decisive
            deciding = set()
            if decisive is not None:
                numbers = {decisive.standard, decisive.holding} - {UNKNOWN}
                deciding = {analysis.health.editions.facts[number].key for number in numbers}
            listed = [
                (one["term"]["en"], one["number"], len(one["defined_in"]), one["by_deciding"]) for one in entry["terms"]
            ]
            said = []
            for one in agreed:
                meant = {
                    (oracle.source(quote)[1], oracle.clause(quote))
                    for quote in one.quotes
                    if oracle.source(quote)[1] is not None
                }
                by = any(key in deciding for key, _ in meant) if meant and deciding else None
                said.append((one.term_en, one.number, len(meant), by))
            assert sorted(listed, key=str) == sorted(said, key=str), seed


@BLOCKS
def test_the_clauses_of_every_standard_equal_those_of_plain_loops(block: int) -> None:
    """Which requirements a clause answers, which terms it defines, which references stand in it."""
    for seed in range(block, GRAPHS, 8):
        facts = random_snapshot(seed)
        network, oracle = whole(facts), TermOracle(facts)
        there = {one.id for one in facts.requirements}
        for number, fact in enumerate(network.editions.facts):
            expected: dict[str, tuple[set[str], int, int]] = {}

            def of(clause: str, expected: dict[str, tuple[set[str], int, int]] = expected) -> tuple[set[str], int, int]:
                return expected.get(clause, (set(), 0, 0))

            for one in facts.links:
                if (
                    one.standard_key == fact.key
                    and one.requirement_id in there
                    and one.state is not LinkState.REJECTED
                    and one.relation is not SetRelation.NONE
                ):
                    demands, terms, references = of(one.clause)
                    expected[one.clause] = (demands | {one.requirement_id}, terms, references)
            quoted = {
                (concept.id, oracle.clause(quote))
                for concept in facts.concepts
                for quote in concept.quotes
                if oracle.source(quote)[1] == fact.key
            }
            for _, clause in quoted:
                demands, terms, references = of(clause)
                expected[clause] = (demands, terms + 1, references)
            for relation in set(facts.relations):
                if relation.source_key == fact.key and relation.clause:
                    demands, terms, references = of(relation.clause)
                    expected[relation.clause] = (demands, terms, references + 1)
            found = {
                one.clause: (one.requirements(network.demands), len(one.concepts), len(one.relations))
                for one in clauses_of(network, number)
            }
            assert found == {
                clause: (len(demands), terms, references) for clause, (demands, terms, references) in expected.items()
            }, (seed, fact.key)


@BLOCKS
def test_every_clause_of_a_sub_graph_is_part_of_its_standard_and_named_by_what_stands_in_it(block: int) -> None:
    """Of links and definitions the clause of what they lead to, of references that of what refers."""
    for seed in range(block, GRAPHS, 8):
        network = whole(random_snapshot(seed))
        if not network.node_count:
            continue
        found = sub_graph(network, both_ways(network), [0], 4, 50)
        shown = shown_clauses(network, found)
        place = {node: position for position, node in enumerate(found.nodes)}
        expected = set()
        for edge in found.edges:
            clause, kind = network.clause_of(edge), network.kind_of(edge).value
            source, target = place[int(network.sources[edge])], place[int(network.targets[edge])]
            if clause and (kind.startswith("link_") or kind == "defined_in"):
                expected |= {(source, (target, clause), "names"), ((target, clause), target, "part_of")}
            elif clause:
                expected |= {((source, clause), target, "names"), ((source, clause), source, "part_of")}
        count = len(found.nodes)
        named = {
            (*(shown.clauses[end - count] if end >= count else end for end in ends), kind)
            for *ends, kind in shown.edges
        }
        assert named == expected, seed


@pytest.mark.parametrize(
    ("source", "clause", "read"),
    [
        ("GB/T 20000.1—2014, 5.3", "", ("gb/t 20000.1-2014", True, False, "5.3")),
        ("GB/T 20000.1-2014", "3.1", ("gb/t 20000.1-2014", True, False, "3.1")),
        ("GB/T 20000.1, 3.1", "", ("gb/t 20000.1", False, False, "3.1")),
        ("[SOURCE: ISO 704:2009, 3.2.1, modified]", "", ("iso 704:2009", True, False, "3.2.1")),
        ("ISO/IEC Guide 2:2004, definition 3.2", "", ("iso/iec guide 2:2004", True, False, "3.2")),
        ("ISO 19104:2016, A.2", "", ("iso 19104:2016", True, False, "A.2")),
        ("GB/T 20000.1—2014，第5.3条", "", ("gb/t 20000.1-2014", True, False, "5.3")),
        ("GB/T 20000.1—2014 和 GB/T 1.1—2020", "", ("", False, True, "")),
        ("GB/T 20000.1—2014, 5.3; ISO 704:2009, 3", "", ("", False, True, "")),
        ("GB/T 20000（所有部分）", "", ("", False, True, "")),
        ("WTO TBT Agreement, Annex 1.1", "", ("", False, False, "")),
        ("our own words, 2024", "", ("", False, False, "")),
        ("", "", ("", False, False, "")),
    ],
)
def test_a_source_names_one_standard_or_none(source: str, clause: str, read: tuple[str, bool, bool, str]) -> None:
    """The clause is what follows the designation, unless one is stated apart."""
    found = SourceReader().read(source, clause)
    key = found.key
    assert (key.replace("/ ", "/"), found.dated, found.several, found.clause) == read


def test_a_term_that_only_a_reference_leads_to_feels_nothing() -> None:
    """What refers to a standard that changes keeps its own words, and so its terms."""
    concept = ConceptFact("c", "", "", ConceptStatus.APPROVED, "示例", "example", (Quote("GB 2-2024", "3.1"),))
    facts = snapshot(
        standards=(standard("gb 1-2024"), standard("gb 2-2024")),
        relations=(refers("gb 2-2024", "gb 1-2024"),),
        concepts=(concept,),
        uses=(UseFact("r", "c"),),
    )
    network = whole(facts)
    influence = influence_of_standards(network)
    reached = [[network.node(one.node).name for one in influence.touched(node, 99)] for node in (0, 1)]
    assert reached == [["GB 2-2024"], ["示例 / example", "G/TBT/N/XXX/1#1", "G/TBT/N/XXX/1"]]
    assert network.kind(network.first_concept) is NodeKind.TERM


def test_no_inference_walks_through_a_term() -> None:
    """Two texts that use one word need not demand the same: nothing is inferred from it."""
    concept = ConceptFact("c", "", "", ConceptStatus.APPROVED, "示例", "example", (Quote("GB 1-2024"),))
    network = whole(snapshot(standards=(standard("gb 1-2024"),), concepts=(concept,), uses=(UseFact("r", "c"),)))
    walked = {EDGE_NUMBER[EdgeKind.DEFINED_IN], EDGE_NUMBER[EdgeKind.USES]}
    assert walked <= set(network.kinds.tolist())
    assert not walked & set(network.kinds[network.steps.edges].tolist())


def test_a_superseded_source_is_listed_with_what_took_its_place() -> None:
    """The term, the edition with its clause, and the successor in force."""
    concept = ConceptFact("c", "3.1", "示例", ConceptStatus.APPROVED, "示例", "", (Quote("GB 1-2010, 3.1"),))
    facts = snapshot(
        standards=(standard("gb 1-2010", StandardStatus.SUPERSEDED), standard("gb 1-2024")),
        relations=(supersedes("gb 1-2024", "gb 1-2010"),),
        concepts=(concept,),
        requirements=(requirement(),),
        links=(link("r", "gb 1-2024"),),
        uses=(UseFact("r", "c"),),
    )
    found = {one.code: one.cases for one in conditions_of_terms(whole(facts).bindings)}
    assert found["term_source_superseded"] == (("示例 [示例]", "GB 1-2010, 3.1", "GB 1-2024"),)
    problems = {one.code: one.examples for one in analyse(facts, Scope(AS_OF), GapOptions()).problems}
    assert problems["term_source_superseded"] == ("示例 [示例] · GB 1-2010, 3.1 · GB 1-2024",)
    (entry,) = report_document(analyse(facts, Scope(AS_OF), GapOptions()))["requirements"]
    assert entry["terms"] == [
        {
            "term": {"en": "示例", "zh-Hans": "示例"},
            "number": "3.1",
            "domain": "示例",
            "defined_in": [{"standard": "GB 1-2010", "clause": "3.1", "status": "superseded"}],
            "by_deciding": False,
        }
    ]

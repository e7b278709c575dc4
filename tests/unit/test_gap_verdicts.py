"""Verdicts, severities and actions on small cases made by hand, one for every line of the tables in the modules."""

from datetime import date

import pytest

from gap_cases import (
    AS_OF,
    LATELY,
    LONG_AGO,
    SYSTEM,
    adopts,
    at,
    draft,
    link,
    measure,
    refers,
    requirement,
    snapshot,
    standard,
    supersedes,
    tree,
)
from standards_tree.errors import InvalidArgumentError, NotFoundError
from standards_tree.gap.advice import Action
from standards_tree.gap.analysis import GapAnalysis, analyse
from standards_tree.gap.priorities import Severity
from standards_tree.gap.rollups import RequirementResult
from standards_tree.gap.snapshot import Citation, GapOptions, RelationFact, Scope, Snapshot
from standards_tree.gap.verdicts import Verdict
from standards_tree.limits import parse_limit
from standards_tree.measures.requirements import RequirementKind
from standards_tree.standards import (
    AdoptionDegree,
    Level,
    LinkState,
    RelationKind,
    SetRelation,
    StandardStatus,
)


def analysed(facts: Snapshot, **scope: object) -> GapAnalysis:
    """Return the analysis on the usual date."""
    return analyse(facts, Scope(AS_OF, **scope), GapOptions())  # type: ignore[arg-type]  # fields of Scope


def only_result(facts: Snapshot, **scope: object) -> RequirementResult:
    """Return what was found about the only requirement."""
    [result] = analysed(facts, **scope).results
    return result


def verdict(facts: Snapshot, **scope: object) -> Verdict:
    """Return the verdict on the only requirement."""
    return only_result(facts, **scope).judgement.verdict


def codes(result: RequirementResult) -> list[str]:
    """Return the codes of the reasons of a verdict."""
    return [reason.code for reason in result.judgement.reasons]


# verdicts by relation


@pytest.mark.parametrize(
    ("relation", "expected"),
    [
        (SetRelation.EQUAL, Verdict.COVERED),
        (SetRelation.SUBSET, Verdict.COVERED),
        (SetRelation.SUPERSET, Verdict.PARTIAL),
        (SetRelation.INTERSECTS, Verdict.PARTIAL),
    ],
)
def test_a_sound_standard_covers_what_lies_inside_it(relation: SetRelation, expected: Verdict) -> None:
    """A requirement equal to or inside a sound standard in force is covered, any other partly."""
    facts = snapshot(standards=(standard("gb-2024"),), links=(link("r", "gb-2024", relation),))
    assert verdict(facts) is expected


def test_a_looser_limit_makes_the_answer_weaker() -> None:
    """A standard that permits 600 mg/kg does not answer a requirement of 90 mg/kg, whatever the link says."""
    facts = snapshot(
        standards=(standard("gb-2024"),),
        requirements=(requirement(limit=parse_limit("≤ 90 mg/kg")),),
        links=(link("r", "gb-2024", standard_limit=parse_limit("≤ 600 ppm")),),
    )
    result = only_result(facts)
    assert result.judgement.verdict is Verdict.WEAKER
    assert result.advice is not None
    assert result.advice.reason.code == "revise_limit"
    assert dict(result.advice.reason.parameters)["limit"] == "≤ 90 mg/kg"


@pytest.mark.parametrize("limit", ["≤ 50 mg/kg", "≤ 90 ppm", "≤ 5 mg/L"])
def test_a_limit_as_strict_or_not_comparable_leaves_the_verdict(limit: str) -> None:
    """Stricter and equal limits answer; units that cannot be converted leave it to the reviewer's relation."""
    facts = snapshot(
        standards=(standard("gb-2024"),),
        requirements=(requirement(limit=parse_limit("≤ 90 mg/kg")),),
        links=(link("r", "gb-2024", standard_limit=parse_limit(limit)),),
    )
    assert verdict(facts) is Verdict.COVERED


# verdicts by the state of the standard


def test_a_link_to_a_superseded_edition_follows_its_successors_and_is_stale() -> None:
    """The link was confirmed for other words: the successor in force answers, but the link must be checked again."""
    facts = snapshot(
        standards=(
            standard("gb-2010", StandardStatus.SUPERSEDED),
            standard("gb-2017", StandardStatus.SUPERSEDED),
            standard("gb-2024"),
        ),
        relations=(supersedes("gb-2017", "gb-2010"), supersedes("gb-2024", "gb-2017")),
        links=(link("r", "gb-2010"),),
    )
    result = only_result(facts)
    assert result.judgement.verdict is Verdict.COVERED_STALE
    assert result.advice is not None
    assert (result.advice.action, dict(result.advice.reason.parameters)) == (
        Action.RELINK,
        {"standard": "GB-2010", "successor": "GB-2024"},
    )


def test_a_cycle_of_supersession_ends_the_search() -> None:
    """Two editions that supersede each other have no successor in force; nothing hangs, and the cycle is listed."""
    facts = snapshot(
        standards=(standard("a-2010", StandardStatus.SUPERSEDED), standard("b-2010", StandardStatus.SUPERSEDED)),
        relations=(supersedes("a-2010", "b-2010"), supersedes("b-2010", "a-2010")),
        links=(link("r", "a-2010"),),
    )
    analysis = analysed(facts)
    assert analysis.results[0].judgement.verdict is Verdict.UNCOVERED
    assert codes(analysis.results[0]) == ["standard_without_successor"]
    assert "supersession_cycle" in {problem.code for problem in analysis.problems}


def test_an_abolished_standard_answers_nothing() -> None:
    """A link to an abolished standard leaves the requirement uncovered, and says why."""
    facts = snapshot(standards=(standard("gb-2010", StandardStatus.ABOLISHED),), links=(link("r", "gb-2010"),))
    result = only_result(facts)
    assert result.judgement.verdict is Verdict.UNCOVERED
    assert codes(result) == ["standard_abolished"]


def test_a_standard_not_yet_in_force_is_only_in_preparation() -> None:
    """An issued standard counts from the day it takes effect."""
    coming = standard("gb-2026", effective_on=date(2026, 12, 1))
    facts = snapshot(standards=(coming,), links=(link("r", "gb-2026"),))
    assert verdict(facts) is Verdict.DRAFT_ONLY
    later = analyse(facts, Scope(date(2026, 12, 1)), GapOptions())
    assert later.results[0].judgement.verdict is Verdict.COVERED


def test_an_edition_without_its_last_day_is_in_force_until_its_successor_takes_effect() -> None:
    """Catalogues record that an edition is superseded, seldom since when; its successor's first day says it."""
    facts = snapshot(
        standards=(
            standard("gb-2017", StandardStatus.SUPERSEDED),
            standard("gb-2026", effective_on=date(2026, 12, 1)),
        ),
        relations=(supersedes("gb-2026", "gb-2017"),),
        links=(link("r", "gb-2017"),),
    )
    assert verdict(facts) is Verdict.COVERED


def test_a_draft_is_only_in_preparation_and_is_to_be_sped_up() -> None:
    """A draft answers nothing yet; its stage is named."""
    facts = snapshot(drafts=(draft("0001"),), links=(link("r", "draft:0001"),))
    result = only_result(facts)
    assert result.judgement.verdict is Verdict.DRAFT_ONLY
    assert result.advice is not None
    assert result.advice.action is Action.SPEED_UP
    assert ("stage", "30.20") in result.advice.reason.parameters


def test_an_international_standard_is_no_domestic_answer_but_can_be_adopted() -> None:
    """What a link to an ISO standard shows is what to adopt."""
    facts = snapshot(
        standards=(standard("iso-2020", level=Level.INTERNATIONAL),),
        links=(link("r", "iso-2020"),),
    )
    result = only_result(facts)
    assert result.judgement.verdict is Verdict.UNCOVERED
    assert result.advice is not None
    assert result.advice.action is Action.ADOPT


def test_the_domestic_standard_that_adopts_the_linked_one_is_to_be_linked_instead() -> None:
    """Nobody is told to adopt what is adopted already."""
    facts = snapshot(
        standards=(standard("iso-2020", level=Level.INTERNATIONAL), standard("gb-2021"), standard("gb-2022")),
        relations=(adopts("gb-2021", "iso-2020", AdoptionDegree.NEQ), adopts("gb-2022", "iso-2020")),
        links=(link("r", "iso-2020"),),
    )
    result = only_result(facts)
    assert result.advice is not None
    assert (result.advice.action, dict(result.advice.reason.parameters)["adopter"]) == (Action.RELINK, "GB-2022")


# verdicts where nothing counts


def test_a_requirement_nobody_looked_at_is_not_assessed() -> None:
    """No link and no mark: unknown, not uncovered."""
    result = only_result(snapshot())
    assert result.judgement.verdict is Verdict.NOT_ASSESSED
    assert result.advice is not None
    assert result.advice.action is Action.ASSESS


def test_a_requirement_assessed_without_a_link_is_uncovered() -> None:
    """Somebody looked and found nothing: that is a gap."""
    assert verdict(snapshot(requirements=(requirement(assessed=True),))) is Verdict.UNCOVERED


def test_a_requirement_whose_candidates_were_all_rejected_is_uncovered() -> None:
    """Rejecting every candidate is looking, too."""
    facts = snapshot(standards=(standard("gb-2024"),), links=(link("r", "gb-2024", state=LinkState.REJECTED),))
    assert verdict(facts) is Verdict.UNCOVERED


def test_a_suggestion_that_waits_leaves_the_requirement_not_assessed() -> None:
    """A suggestion is no answer until somebody reviews it, and no gap either."""
    facts = snapshot(
        standards=(standard("gb-2024"), standard("gb-2023")),
        links=(link("r", "gb-2024", state=LinkState.SUGGESTED), link("r", "gb-2023", state=LinkState.REJECTED)),
    )
    result = only_result(facts)
    assert result.judgement.verdict is Verdict.NOT_ASSESSED
    assert result.advice is not None
    assert result.advice.action is Action.CONFIRM_LINK


def test_suggestions_count_when_asked_for_and_make_the_verdict_tentative() -> None:
    """With suggestions the verdict may be better; the firm one stands beside it."""
    facts = snapshot(
        standards=(standard("gb-2024"), standard("gb-2023")),
        links=(
            link("r", "gb-2024", state=LinkState.SUGGESTED),
            link("r", "gb-2023", SetRelation.INTERSECTS),
        ),
    )
    judgement = only_result(facts, include_suggested=True).judgement
    assert (judgement.verdict, judgement.firm_verdict, judgement.tentative) == (Verdict.COVERED, Verdict.PARTIAL, True)


def test_a_confirmed_link_as_good_as_a_suggested_one_keeps_the_verdict_firm() -> None:
    """Tentative is said only where the verdict needs the suggestion."""
    facts = snapshot(
        standards=(standard("gb-2024"), standard("gb-2023")),
        links=(link("r", "gb-2024", state=LinkState.SUGGESTED, confidence=1.0), link("r", "gb-2023", confidence=0.5)),
    )
    assert not only_result(facts, include_suggested=True).judgement.tentative


def test_a_link_to_an_unknown_standard_gives_nothing_and_is_listed() -> None:
    """A dangling link neither covers nor uncovers; the reader is told."""
    analysis = analysed(snapshot(links=(link("r", "gb-1999"), link("r", "draft:gone"))))
    assert analysis.results[0].judgement.verdict is Verdict.NOT_ASSESSED
    assert {problem.code: problem.count for problem in analysis.problems}["link_target_unknown"] == 2


def test_the_best_of_several_links_decides() -> None:
    """Covered beats partial beats draft; the other links stay visible."""
    facts = snapshot(
        standards=(standard("gb-2024"), standard("gb-2023")),
        drafts=(draft("0001"),),
        links=(link("r", "draft:0001"), link("r", "gb-2023", SetRelation.SUPERSET), link("r", "gb-2024")),
    )
    judgement = only_result(facts).judgement
    assert judgement.verdict is Verdict.COVERED
    assert [finding.verdict for finding in judgement.findings] == [
        Verdict.COVERED,
        Verdict.PARTIAL,
        Verdict.DRAFT_ONLY,
    ]


# health beneath a standard


def chain_with(*more: object, relations: tuple[RelationFact, ...]) -> Snapshot:
    """Return a requirement covered by a-2024, which refers to b-2024, which refers to what *more* brings."""
    return snapshot(
        standards=(standard("a-2024"), standard("b-2024"), *more),
        relations=(refers("a-2024", "b-2024"), *relations),
        links=(link("r", "a-2024"),),
    )


@pytest.mark.parametrize(
    ("facts", "defect", "action"),
    [
        (
            chain_with(
                standard("c-2010", StandardStatus.SUPERSEDED),
                standard("c-2024"),
                relations=(refers("b-2024", "c-2010"), supersedes("c-2024", "c-2010")),
            ),
            "reference_superseded",
            Action.RE_DATE,
        ),
        (
            chain_with(standard("c-2010", StandardStatus.ABOLISHED), relations=(refers("b-2024", "c-2010"),)),
            "reference_abolished",
            Action.REVISE,
        ),
        (chain_with(relations=(refers("b-2024", "c-1999"),)), "reference_unknown", Action.REGISTER),
        (
            chain_with(
                standard("c-2026", effective_on=date(2027, 1, 1)),
                relations=(refers("b-2024", "c-2026"),),
            ),
            "reference_not_yet",
            Action.WAIT,
        ),
        (
            chain_with(
                standard("iso-2010", StandardStatus.SUPERSEDED, level=Level.INTERNATIONAL),
                standard("iso-2020", level=Level.INTERNATIONAL),
                relations=(adopts("b-2024", "iso-2010"), supersedes("iso-2020", "iso-2010")),
            ),
            "adoption_outdated",
            Action.ADOPT,
        ),
        (
            chain_with(
                standard("c-2015", issued_on=LONG_AGO),
                relations=(refers("b-2024", "c-2015"),),
            ),
            "review_overdue",
            Action.REVIEW,
        ),
    ],
)
def test_anything_wrong_beneath_a_standard_makes_what_it_covers_stale(
    facts: Snapshot, defect: str, action: Action
) -> None:
    """Every kind of defect, however deep, is found and comes with the action that removes it."""
    result = only_result(facts)
    assert result.judgement.verdict is Verdict.COVERED_STALE
    assert [found.defect.kind.value for found in result.evidence] == [defect]
    assert result.advice is not None
    assert result.advice.action is action


@pytest.mark.parametrize(
    "relations",
    [
        (adopts("b-2024", "iso-2010", AdoptionDegree.NEQ),),
        (RelationFact("b-2024", "iso-2010", "ISO-2010", RelationKind.INFORMATIVE_REFERENCE),),
    ],
)
def test_what_does_not_bind_is_no_defect(relations: tuple[RelationFact, ...]) -> None:
    """A non-equivalent adoption and an informative reference may name an old edition."""
    old = standard("iso-2010", StandardStatus.SUPERSEDED, level=Level.INTERNATIONAL)
    assert verdict(chain_with(old, relations=relations)) is Verdict.COVERED


def test_an_undated_reference_means_the_edition_in_force() -> None:
    """Without a year, the reference follows the current edition and is sound."""
    facts = chain_with(
        standard("c-2010", StandardStatus.SUPERSEDED),
        standard("c-2024"),
        relations=(refers("b-2024", "c", dated=False), supersedes("c-2024", "c-2010")),
    )
    assert verdict(facts) is Verdict.COVERED


def test_an_undated_reference_to_a_number_nobody_continued_is_a_defect() -> None:
    """Where another number took over, even an undated reference is out of date, and the new number is proposed."""
    facts = chain_with(
        standard("c-2010", StandardStatus.SUPERSEDED),
        standard("d-2020"),
        relations=(refers("b-2024", "c", dated=False), supersedes("d-2020", "c-2010")),
    )
    result = only_result(facts)
    assert result.advice is not None
    assert dict(result.advice.reason.parameters) == {"standard": "B-2024", "target": "C-2010", "successor": "D-2020"}


def test_the_evidence_is_the_shortest_path_and_of_equals_the_first_in_order() -> None:
    """A reader follows the fewest references; which of two equal ways is shown depends on names alone."""
    facts = snapshot(
        standards=(*(standard(f"{name}-2024") for name in "abcde"), standard("x-2010", StandardStatus.ABOLISHED)),
        relations=(
            refers("a-2024", "d-2024"),
            refers("a-2024", "c-2024"),
            refers("a-2024", "b-2024"),
            refers("b-2024", "e-2024"),
            refers("e-2024", "x-2010"),
            refers("d-2024", "x-2010"),
            refers("c-2024", "x-2010"),
        ),
        links=(link("r", "a-2024"),),
    )
    analysis = analysed(facts)
    [evidence] = analysis.results[0].evidence
    names = [analysis.health.editions.facts[number].key for number in evidence.standards]
    assert names == ["a-2024", "c-2024"]
    assert {analysis.health.editions.facts[found.defect.holder].key for found in analysis.defects} == {
        "c-2024",
        "d-2024",
        "e-2024",
    }


def test_a_cycle_of_references_is_walked_once() -> None:
    """Standards may refer to each other; the search ends and finds what lies beyond."""
    facts = chain_with(
        standard("x-2010", StandardStatus.ABOLISHED),
        relations=(refers("b-2024", "a-2024"), refers("a-2024", "a-2024"), refers("b-2024", "x-2010")),
    )
    assert len(only_result(facts).evidence[0].relations) == 1


def test_a_review_that_confirmed_the_standard_starts_the_cycle_anew() -> None:
    """Five years run from the last confirmation, not from the issue; the fifth anniversary itself is in time."""
    confirmed = standard("a-2015", issued_on=LONG_AGO, reviewed_on=date(2021, 6, 1))
    facts = snapshot(standards=(confirmed,), links=(link("r", "a-2015"),))
    assert verdict(facts) is Verdict.COVERED
    overdue = analyse(facts, Scope(date(2026, 6, 2)), GapOptions())
    assert overdue.results[0].judgement.verdict is Verdict.COVERED_STALE
    without_reviews = analyse(facts, Scope(date(2026, 6, 2)), GapOptions(review_years=0))
    assert without_reviews.results[0].judgement.verdict is Verdict.COVERED


def test_a_revision_under_way_is_sped_up_rather_than_begun() -> None:
    """Where a draft revises the standard already, that is the thing to do."""
    facts = snapshot(
        standards=(standard("gb-2024"),),
        drafts=(draft("0001", revises=("gb-2024",)),),
        links=(link("r", "gb-2024", SetRelation.SUPERSET),),
    )
    result = only_result(facts)
    assert result.advice is not None
    assert result.advice.reason.code == "speed_up_revision"


# what to do, where, how pressing


def test_a_new_standard_belongs_to_the_nearest_common_ancestor_of_its_ics_neighbours() -> None:
    """Common things stand high: neighbours at 1.1.1 and 1.1.2 put the missing standard at 1.1, whose level it gets."""
    facts = snapshot(
        standards=(standard("a-2024", ics=("97.200.50",)), standard("b-2024", ics=("97.200.50",))),
        systems=(SYSTEM,),
        nodes=tree("1", "1.1", "1.1.1", "1.1.2", "2", level=Level.GROUP),
        placements=(at("1.1.1", "a-2024"), at("1.1.2", "b-2024")),
        requirements=(requirement(assessed=True, ics=("97.200.50",)),),
    )
    analysis = analysed(facts)
    advice = analysis.results[0].advice
    assert advice is not None
    assert advice.place is not None
    assert (advice.action, advice.place.level) == (Action.WRITE_NEW, Level.GROUP)
    assert analysis.forest.nodes[advice.place.node].code == "1.1"


def test_a_cited_domestic_standard_is_to_be_linked() -> None:
    """Before anybody writes a new standard, the one the requirement itself cites is looked at."""
    facts = snapshot(
        standards=(standard("gb-2024"),),
        requirements=(requirement(assessed=True, cited=(Citation("GB", "gb"),)),),
    )
    result = only_result(facts)
    assert result.advice is not None
    assert result.advice.reason.code == "link_cited"


@pytest.mark.parametrize(
    ("dates", "kind", "expected"),
    [
        ({"entry_into_force": date(2026, 6, 1)}, RequirementKind.LIMIT, Severity.CRITICAL),
        ({"entry_into_force": date(2026, 12, 1)}, RequirementKind.LABELLING, Severity.CRITICAL),
        ({"entry_into_force": date(2027, 5, 1)}, RequirementKind.LABELLING, Severity.HIGH),
        ({"comment_deadline": date(2026, 6, 1)}, RequirementKind.LIMIT, Severity.CRITICAL),
        ({"comment_deadline": date(2026, 5, 31)}, RequirementKind.LIMIT, Severity.HIGH),
        ({}, RequirementKind.LABELLING, Severity.HIGH),
    ],
)
def test_time_and_kind_raise_the_severity_of_an_uncovered_requirement(
    dates: dict[str, date], kind: RequirementKind, expected: Severity
) -> None:
    """The points of the table add up, and the last day for comments still counts."""
    facts = snapshot(measures=(measure(**dates),), requirements=(requirement(assessed=True, kind=kind),))
    assert only_result(facts).priority.severity is expected


def test_a_covered_requirement_is_at_most_of_medium_severity() -> None:
    """However pressing the measure, an overdue review is no emergency."""
    facts = snapshot(
        standards=(standard("a-2015", issued_on=LONG_AGO),),
        measures=(measure(entry_into_force=LATELY),),
        requirements=(requirement(kind=RequirementKind.LIMIT, limit=parse_limit("≤ 1 g")),),
        links=(link("r", "a-2015"),),
    )
    assert only_result(facts).priority.severity is Severity.MEDIUM


def test_a_standard_in_force_after_the_measure_is_to_be_brought_forward() -> None:
    """Waiting is no advice when the measure applies first."""
    facts = snapshot(
        standards=(standard("gb-2026", effective_on=date(2027, 6, 1)),),
        measures=(measure(entry_into_force=date(2027, 1, 1)),),
        links=(link("r", "gb-2026"),),
    )
    result = only_result(facts)
    assert result.advice is not None
    assert result.advice.reason.code == "bring_forward"


# scope and sums


def two_branches() -> Snapshot:
    """Return two measures, one answered in branch 1 and one in branch 2 of the system S."""
    second = requirement("q", measure_symbol="G/TBT/N/YYY/2", ics=("67.040",))
    return snapshot(
        standards=(standard("a-2024", ics=("97.200.50",)), standard("b-2024", ics=("67.040",))),
        systems=(SYSTEM,),
        nodes=tree("1", "1.1", "2"),
        placements=(at("1.1", "a-2024"), at("2", "b-2024")),
        measures=(
            measure(hs=("9503",), ics=("97.200.50",), distributed_on=date(2026, 1, 10)),
            measure("G/TBT/N/YYY/2", members=("YYY",), hs=("0402",), distributed_on=date(2026, 2, 10)),
        ),
        requirements=(requirement(), second),
        links=(link("r", "a-2024"), link("q", "b-2024", SetRelation.SUPERSET)),
    )


@pytest.mark.parametrize(
    ("scope", "symbols"),
    [
        ({}, ["G/TBT/N/XXX/1", "G/TBT/N/YYY/2"]),
        ({"symbols": ("G/TBT/N/YYY/2",)}, ["G/TBT/N/YYY/2"]),
        ({"members": ("XXX",)}, ["G/TBT/N/XXX/1"]),
        ({"hs_prefixes": ("95",)}, ["G/TBT/N/XXX/1"]),
        ({"hs_prefixes": ("950390",)}, []),
        ({"ics_prefixes": ("67",)}, ["G/TBT/N/YYY/2"]),
        ({"ics_prefixes": ("67.04",)}, []),
        ({"distributed_from": date(2026, 2, 10)}, ["G/TBT/N/YYY/2"]),
        ({"distributed_to": date(2026, 2, 9)}, ["G/TBT/N/XXX/1"]),
        ({"system": "S", "branch": "1"}, ["G/TBT/N/XXX/1"]),
        ({"system": "S", "branch": "2"}, ["G/TBT/N/YYY/2"]),
    ],
)
def test_the_scope_picks_measures_and_requirements(scope: dict[str, object], symbols: list[str]) -> None:
    """Every condition holds for what is judged, and for nothing else."""
    analysis = analysed(two_branches(), **scope)
    assert [result.measure.symbol for result in analysis.results] == symbols
    assert [one.symbol for one in analysis.measures] == symbols


def test_an_unknown_branch_is_refused_by_name() -> None:
    """A mistyped branch is no empty report."""
    with pytest.raises(NotFoundError, match="no node 9"):
        analysed(two_branches(), system="S", branch="9")


def test_an_unknown_system_is_refused_with_those_there_are() -> None:
    """The message names the systems one can ask for."""
    with pytest.raises(NotFoundError, match="there are: S"):
        analysed(two_branches(), system="T")


def test_a_standard_that_is_in_the_snapshot_twice_is_refused() -> None:
    """Which of two would be taken must not depend on their order."""
    with pytest.raises(InvalidArgumentError, match="twice"):
        analysed(snapshot(standards=(standard("a-2024"), standard("a-2024", StandardStatus.ABOLISHED))))


def test_the_statistics_table_counts_what_there_is_and_what_there_should_be() -> None:
    """现有数 counts standards in force; 应有数 adds those to come, new drafts, proposals and what the system plans."""
    facts = snapshot(
        standards=(
            standard("a-2024", ics=("97.200.50",)),
            standard("b-2026", effective_on=date(2027, 1, 1)),
            standard("c-2010", StandardStatus.ABOLISHED),
        ),
        drafts=(
            draft("0001", system="S", node_code="1.1", level=Level.NATIONAL),
            draft("0002", system="S", node_code="1.1", revises=("a-2024",)),
        ),
        nodes=(*tree("1", "1.1"), *tree("1.2", planned=3)),
        placements=(at("1.1", "a-2024"), at("1.1", "b-2026"), at("1.1", "c-2010")),
        requirements=(
            requirement("p", 1, assessed=True, ics=("97.200.50",)),
            requirement("q", 2, assessed=True, ics=("97.200.50",)),
        ),
    )
    analysis = analysed(facts)
    figures = {row.node.code: (row.own.existing, row.own.expected, row.stock.expected) for row in analysis.tree}
    assert figures == {"1": (0, 0, 7), "1.1": (1, 4, 4), "1.2": (0, 3, 3)}
    assert sum(stock.expected for stock in analysis.stock_by_level.values()) == 7


def test_a_joint_measure_counts_for_each_of_its_members() -> None:
    """A notification of several members is one measure and one requirement, seen by each of them."""
    facts = snapshot(measures=(measure(members=("AAA", "BBB")),), requirements=(requirement(assessed=True),))
    analysis = analysed(facts)
    assert {member: tally.total for member, tally in analysis.by_member.items()} == {"AAA": 1, "BBB": 1}
    assert analysis.total.total == 1


def test_a_limit_that_was_not_compared_is_listed() -> None:
    """A covered requirement whose number nobody compared deserves a look."""
    facts = snapshot(
        standards=(standard("a-2024"),),
        requirements=(requirement(limit=parse_limit("≤ 90 mg/kg")),),
        links=(link("r", "a-2024"),),
    )
    assert "limit_not_compared" in {problem.code for problem in analysed(facts).problems}

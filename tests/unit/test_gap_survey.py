"""A survey in columns says of every requirement what a report says, one by one."""

import pytest

from gap_cases import AS_OF
from gap_snapshots import GRAPHS, random_snapshot
from standards_tree.gap.analysis import Known, analyse
from standards_tree.gap.columns import UNKNOWN
from standards_tree.gap.demands import Demands
from standards_tree.gap.health import examine
from standards_tree.gap.snapshot import GapOptions, Scope
from standards_tree.gap.survey import SEVERITIES, VERDICTS, claims_of, severities, survey


@pytest.mark.parametrize("block", range(8))
def test_a_survey_equals_the_report_of_every_requirement(block: int) -> None:
    """Verdict, severity, and the edition that decides, with and without links that nobody has reviewed."""
    for seed in range(block, GRAPHS, 8):
        facts = random_snapshot(seed)
        health = examine(facts, AS_OF, GapOptions())
        demands = Demands.of(facts.measures, facts.requirements, facts.links)
        claims = claims_of(health, facts.drafts, demands)
        for suggested in (False, True):
            analysis = analyse(facts, Scope(AS_OF, include_suggested=suggested), GapOptions(), Known(health))
            results = {result.judgement.requirement.id: result for result in analysis.results}
            found = survey(health, claims, include_suggested=suggested)
            severity = severities(found, health, GapOptions())
            for number, fact in enumerate(demands.requirements):
                result = results[fact.id]
                decisive = result.judgement.decisive
                assert VERDICTS[found.verdicts[number]] is result.judgement.verdict, (seed, fact.id)
                assert SEVERITIES[severity[number]] is result.priority.severity, (seed, fact.id)
                assert found.holding[number] == (UNKNOWN if decisive is None else decisive.holding), (seed, fact.id)
            assert found.counts() == dict(analysis.total.counts)

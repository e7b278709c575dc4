"""Pick what an analysis is about: measures, requirements and the branch of a system, as the scope says."""

from collections.abc import Iterable, Sequence

from standards_tree.errors import InvalidArgumentError, NotFoundError
from standards_tree.gap.demands import Demands
from standards_tree.gap.editions import UNKNOWN
from standards_tree.gap.placement import NOWHERE, Forest
from standards_tree.gap.rollups import RequirementResult
from standards_tree.gap.snapshot import MeasureFact, Scope


def measure_in_scope(measure: MeasureFact, scope: Scope) -> bool:
    """Tell whether a measure meets the conditions on symbols, members and dates."""
    if scope.symbols and not set(scope.symbols) & {measure.symbol, *measure.symbols}:
        return False
    if scope.members and not set(scope.members) & set(measure.members):
        return False
    day = measure.distributed_on
    if scope.distributed_from is not None and (day is None or day < scope.distributed_from):
        return False
    return scope.distributed_to is None or (day is not None and day <= scope.distributed_to)


def codes_in_scope(hs: Iterable[str], ics: Iterable[str], scope: Scope) -> bool:
    """Tell whether codes lie at or below the prefixes of the scope."""
    return _under(hs, scope.hs_prefixes, "") and _under(ics, scope.ics_prefixes, ".")


def _under(codes: Iterable[str], prefixes: Sequence[str], separator: str) -> bool:
    """Tell whether some code is a prefix or continues one; *separator* keeps ICS 13.02 from meaning 13.020."""
    if not prefixes:
        return True
    openings = tuple(prefix + separator for prefix in prefixes)
    return any(code in prefixes or code.startswith(openings) for code in codes)


def requirements_in_scope(demands: Demands, scope: Scope) -> tuple[list[MeasureFact], list[int]]:
    """Return the measures in scope and the positions of the requirements in scope, both by symbol and number."""
    measures, positions = [], []
    starts = demands.requirement_starts
    for number, measure in enumerate(demands.measures):
        if not measure_in_scope(measure, scope):
            continue
        measures.append(measure)
        for position in range(int(starts[number]), int(starts[number + 1])):
            requirement = demands.requirements[position]
            if codes_in_scope(requirement.hs or measure.hs, requirement.ics or measure.ics, scope):
                positions.append(position)
    return measures, positions


def measures_shown(
    measures: Iterable[MeasureFact], results: Iterable[RequirementResult], scope: Scope
) -> tuple[MeasureFact, ...]:
    """Return the measures that have a requirement in scope, and those not yet broken down whose own codes are in scope.

    Without requirements a measure belongs to no branch, so with a branch it is left out.
    """
    described = {result.measure.symbol for result in results}
    return tuple(
        measure
        for measure in measures
        if measure.symbol in described or (not scope.branch and codes_in_scope(measure.hs, measure.ics, scope))
    )


def branch_nodes(forest: Forest, scope: Scope) -> range:
    """Return the nodes of the branch in scope, all nodes without one: nodes of a branch follow each other.

    Raises:
        InvalidArgumentError: a branch is named and its system is not.
        NotFoundError: the system has no such node.
    """
    if not scope.branch:
        return range(len(forest.nodes))
    if not scope.system:
        raise InvalidArgumentError.in_field(
            "scope.system", "name the system of the branch {branch}", branch=scope.branch
        )
    top = forest.number_of.get((scope.system, scope.branch), NOWHERE)
    if top == NOWHERE:
        raise NotFoundError("the system {system} has no node {code}", system=scope.system, code=scope.branch)
    end = top + 1
    while end < len(forest.nodes) and forest.depths[end] > forest.depths[top]:
        end += 1
    return range(top, end)


def result_in_branch(result: RequirementResult, forest: Forest, branch: range) -> bool:
    """Tell whether a standard or draft the requirement is linked to, or the place it belongs to, lies in the branch."""
    if any(node in branch for node in result.nodes):
        return True
    for finding in (*result.judgement.findings, *result.judgement.suggestions):
        if finding.draft is not None:
            if forest.number_of.get((finding.draft.system, finding.draft.node_code), NOWHERE) in branch:
                return True
        elif finding.standard != UNKNOWN and any(node in branch for node in forest.places.get(finding.standard, ())):
            return True
    return False

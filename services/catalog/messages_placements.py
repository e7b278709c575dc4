"""Translate between the contract of places and indicators and the domain."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from services.catalog.exports import in_pieces
from services.catalog.messages import text_from
from services.catalog.placement_checks import Finding, Report
from services.catalog.store_placements import PlacementRecord
from services.runtime.calls import current_call
from services.runtime.texts import ENGLISH, translate
from standards_tree.errors import InvalidArgumentError
from standards_tree.limits import Limit, LimitOperator
from standards_tree.systems.indicators import Indicator
from standards_tree.systems.placement import PlacementRule
from tbt.catalog.v1 import placement_pb2 as pb
from tbt.catalog.v1 import system_pb2
from tbt.type.v1 import type_pb2

MAX_DEPENDANTS = 20

RULE = {pb.PlacementRule.Value(f"PLACEMENT_RULE_{rule.name}"): rule for rule in PlacementRule}
RULE_TO = {rule: number for number, rule in RULE.items()}
OPERATOR = {
    type_pb2.Limit.OPERATOR_LESS: LimitOperator.LT,
    type_pb2.Limit.OPERATOR_AT_MOST: LimitOperator.LE,
    type_pb2.Limit.OPERATOR_EQUAL: LimitOperator.EQ,
    type_pb2.Limit.OPERATOR_AT_LEAST: LimitOperator.GE,
    type_pb2.Limit.OPERATOR_GREATER: LimitOperator.GT,
    type_pb2.Limit.OPERATOR_BETWEEN: LimitOperator.BETWEEN,
}
OPERATOR_TO = {operator: number for number, operator in OPERATOR.items()}


def indicators_from(messages: Sequence[pb.Indicator]) -> list[Indicator]:
    """Return indicators.

    Raises:
        InvalidArgumentError: a text is blank, a limit is none, or two are the same; names the field.
    """
    found: dict[Indicator, None] = {}
    for position, message in enumerate(messages):
        field = f"indicators[{position}]"
        indicator = _indicator_from(message, field)
        if indicator in found:
            text = "the same indicator is given twice: {subject}, {parameter}"
            raise InvalidArgumentError.in_field(field, text, subject=indicator.subject, parameter=indicator.parameter)
        found[indicator] = None
    return list(found)


def _indicator_from(message: pb.Indicator, field: str) -> Indicator:
    texts = {name: text_from(getattr(message, name), f"{field}.{name}") for name in _TEXTS}
    for name in ("subject", "parameter"):
        if not texts[name]:
            raise InvalidArgumentError.in_field(f"{field}.{name}", "say what is limited: subject and parameter")
    return Indicator(limit=_limit_from(message.limit, f"{field}.limit"), **texts)


_TEXTS = ("subject", "parameter", "conditions", "clause", "source")


def _limit_from(message: type_pb2.Limit, field: str) -> Limit:
    upper = Decimal(message.upper_value) if message.upper_value else None
    try:
        return Limit(OPERATOR[message.operator], Decimal(message.value), upper, message.unit)
    except InvalidArgumentError as error:
        raise InvalidArgumentError.in_field(field, error.template, **error.parameters) from error


def indicator_to(indicator: Indicator) -> pb.Indicator:
    """Return an indicator for the wire."""
    limit = indicator.limit
    return pb.Indicator(
        subject=indicator.subject,
        parameter=indicator.parameter,
        limit=type_pb2.Limit(
            operator=OPERATOR_TO[limit.operator],
            value=format(limit.value, "f"),
            upper_value=format(limit.upper, "f") if limit.upper is not None else "",
            unit=limit.unit,
        ),
        conditions=indicator.conditions,
        clause=indicator.clause,
        source=indicator.source,
    )


def placement_to(record: PlacementRecord, system_id: str, findings: Iterable[Finding]) -> system_pb2.Placement:
    """Return a place for the wire, with what contradicts the rules."""
    return system_pb2.Placement(
        node=f"systems/{system_id}/nodes/{record.node_id}",
        standard=f"standards/{record.standard_id}",
        warnings=[finding_to(system_id, finding) for finding in findings],
    )


def report_to(system_id: str, report: Report) -> Iterator[pb.CheckPlacementsResponse]:
    """Yield a report in pieces that a message can carry, the summary first."""
    warnings = sum(finding.is_warning for finding in report.findings)
    yield pb.CheckPlacementsResponse(
        summary=pb.PlacementSummary(
            standard_count=report.standards,
            use_count=report.uses,
            comparison_count=report.comparisons,
            warning_count=warnings,
            note_count=len(report.findings) - warnings,
        )
    )
    for findings in in_pieces(finding_to(system_id, finding) for finding in report.findings):
        yield pb.CheckPlacementsResponse(findings=pb.PlacementFindings(findings=findings))


def finding_to(system_id: str, finding: Finding) -> pb.PlacementFinding:
    """Return a finding for the wire, its sentence in the language of the call."""
    standard, nodes = finding.standard, f"systems/{system_id}/nodes/"
    severity = pb.PlacementFinding.SEVERITY_WARNING if finding.is_warning else pb.PlacementFinding.SEVERITY_NOTE
    message = pb.PlacementFinding(
        rule=RULE_TO[finding.rule],
        severity=severity,
        standard=f"standards/{standard.standard_id}",
        designation=standard.designation,
        node=nodes + standard.node_id if standard.node_id else "",
        node_code=standard.node_code,
        dependants=[f"standards/{user}" for user in finding.users[:MAX_DEPENDANTS]],
        dependant_count=len(finding.users),
        message=_sentence(finding),
    )
    if finding.above_all:
        message.proposed_node = f"systems/{system_id}"
    if finding.proposed is not None:
        message.proposed_node, message.proposed_code = nodes + finding.proposed.node_id, finding.proposed.code
    if finding.conflict is not None:
        conflict = finding.conflict
        message.conflict.CopyFrom(
            pb.IndicatorConflict(
                own=indicator_to(conflict.own[0]),
                mandatory_standard=f"standards/{conflict.mandatory_standard}",
                mandatory_designation=finding.mandatory_designation,
                mandatory=indicator_to(conflict.mandatory[0]),
            )
        )
    return message


def _sentence(finding: Finding) -> str:
    call = current_call()
    language = call.language if call is not None else ENGLISH
    standard = finding.standard
    values: dict[str, object] = {
        "designation": standard.designation,
        "node": standard.node_code,
        "level": standard.level.value,
        "proposed": finding.proposed.code if finding.proposed is not None else "",
        "count": len(finding.users),
        "example": finding.example,
    }
    if finding.conflict is not None:
        values |= _numbers(finding)
    return translate(_template(finding), values, language)


_SENTENCES = {
    PlacementRule.COMMON: (
        "{designation} stands at {node}, but standards of several branches use it ({count}, such as {example});"
        " it belongs at their nearest common ancestor, {proposed}"
    ),
    PlacementRule.NARROW: (
        "{designation} stands at {node}, but all standards that use it ({count}, such as {example})"
        " stand in the branch {proposed}; it belongs there"
    ),
    PlacementRule.LEVEL: (
        "{designation} is of the level {level} and stands at {node}; the system puts this level at {proposed}"
    ),
    PlacementRule.ARCHIVED: "{designation} stands at {node}, which is archived; place it elsewhere",
}


def _template(finding: Finding) -> str:
    if finding.rule is PlacementRule.MANDATORY:
        return _conflict_template(finding)
    if finding.above_all:
        return (
            "{designation} stands at {node}, but standards under several top nodes use it ({count}, such as {example});"
            " it belongs above them, at a top node for common standards"
        )
    if finding.rule is PlacementRule.LEVEL and finding.proposed is None:
        return "{designation} is of the level {level}, but {node} is for standards of another level"
    return _SENTENCES[finding.rule]


def _conflict_template(finding: Finding) -> str:
    if finding.is_warning:
        return (
            "{designation} is technically lower than the mandatory {mandatory}: {subject}, {parameter}: {own},"
            " where {required} is required"
        )
    if finding.conflict is not None and finding.conflict.comparison is None:
        return (
            "{designation} limits {subject}, {parameter} ({own}) under other conditions than the mandatory {mandatory}"
            " ({required}); they cannot be compared"
        )
    return (
        "{designation} limits {subject}, {parameter} by {own}, the mandatory {mandatory} by {required};"
        " they cannot be compared"
    )


def _numbers(finding: Finding) -> dict[str, object]:
    conflict = finding.conflict
    if conflict is None:
        return {}
    shown = conflict.comparison.parameters if conflict.comparison is not None else {}
    return {
        "mandatory": finding.mandatory_designation,
        "subject": conflict.own[0].subject,
        "parameter": conflict.own[0].parameter,
        "own": shown.get("standard") or ", ".join(str(one.limit) for one in conflict.own),
        "required": shown.get("required") or ", ".join(str(one.limit) for one in conflict.mandatory),
    }

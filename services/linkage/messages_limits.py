"""Translate limits and how they compare between the linkage contract and the domain."""

from services.linkage.messages import OPERATOR_TO, in_field
from services.linkage.messages_suggestions import say
from standards_tree.limit_cautions import caution_about
from standards_tree.limits import EXPLANATIONS, Limit, LimitRelation, compare_limits, parse_limit
from tbt.linkage.v1 import limit_pb2
from tbt.type.v1 import type_pb2

RELATION_TO = {relation: limit_pb2.LimitRelation.Value(f"LIMIT_RELATION_{relation.name}") for relation in LimitRelation}


def comparison_to(required: Limit, standard: Limit) -> limit_pb2.LimitComparison:
    """Return how a standard's limit compares with the required one, for the wire."""
    comparison = compare_limits(required, standard)
    caution, unit = caution_about(required, standard)
    return limit_pb2.LimitComparison(
        relation=RELATION_TO[comparison.relation],
        finding=comparison.finding,
        required=comparison.parameters["required"],
        standard=comparison.parameters["standard"],
        explanation=say(EXPLANATIONS[comparison.finding], comparison.parameters),
        caution=say(caution, {"unit": unit}) if caution else "",
    )


def compared(request: limit_pb2.CompareLimitsRequest) -> limit_pb2.CompareLimitsResponse:
    """Return two limits as they were read, and how they compare.

    Raises:
        InvalidArgumentError: one of them is no limit; names the field.
    """
    with in_field("required"):
        required = parse_limit(request.required)
    with in_field("standard"):
        standard = parse_limit(request.standard)
    return limit_pb2.CompareLimitsResponse(
        required=_limit_to(required), standard=_limit_to(standard), comparison=comparison_to(required, standard)
    )


def _limit_to(limit: Limit) -> type_pb2.Limit:
    upper = format(limit.upper, "f") if limit.upper is not None else ""
    return type_pb2.Limit(
        operator=OPERATOR_TO[limit.operator], value=format(limit.value, "f"), upper_value=upper, unit=limit.unit
    )

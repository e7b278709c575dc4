"""Translate what requirements and links share."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

from standards_tree.errors import InvalidArgumentError
from standards_tree.limits import Limit, LimitOperator
from tbt.type.v1 import type_pb2

OPERATOR = {
    type_pb2.Limit.OPERATOR_LESS: LimitOperator.LT,
    type_pb2.Limit.OPERATOR_AT_MOST: LimitOperator.LE,
    type_pb2.Limit.OPERATOR_EQUAL: LimitOperator.EQ,
    type_pb2.Limit.OPERATOR_AT_LEAST: LimitOperator.GE,
    type_pb2.Limit.OPERATOR_GREATER: LimitOperator.GT,
    type_pb2.Limit.OPERATOR_BETWEEN: LimitOperator.BETWEEN,
}
OPERATOR_TO = {operator: value for value, operator in OPERATOR.items()}


def limit_from(message: type_pb2.Limit, field: str) -> dict[str, str]:
    """Return a limit as it is stored: the texts as they came, once they have been read as a limit."""
    upper = Decimal(message.upper_value) if message.upper_value else None
    with in_field(field):
        limit = Limit(OPERATOR[message.operator], Decimal(message.value), upper, message.unit)
    stored = {"operator": limit.operator.value, "value": message.value, "unit": limit.unit}
    return {**stored, "upper_value": message.upper_value} if upper is not None else stored


def limit_to(stored: dict[str, str] | None) -> type_pb2.Limit | None:
    """Return a stored limit for the wire."""
    if stored is None:
        return None
    return type_pb2.Limit(
        operator=OPERATOR_TO[LimitOperator(stored["operator"])],
        value=stored["value"],
        upper_value=stored.get("upper_value", ""),
        unit=stored["unit"],
    )


def stored_limit(stored: dict[str, str]) -> Limit:
    """Return a stored limit as the domain has it."""
    upper = Decimal(stored["upper_value"]) if "upper_value" in stored else None
    return Limit(LimitOperator(stored["operator"]), Decimal(stored["value"]), upper, stored["unit"])


@contextmanager
def in_field(field: str) -> Iterator[None]:
    """Name *field* in the refusal of a value that is not sound in itself."""
    try:
        yield
    except InvalidArgumentError as error:
        raise InvalidArgumentError.in_field(field, error.template, **error.parameters) from error

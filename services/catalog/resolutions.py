"""Read designations as people write them, and say what became of each."""

from datetime import date
from typing import NamedTuple

from services.catalog.messages import STATUS_TO, standard_to
from services.catalog.names import STANDARDS, StandardName, designated
from services.catalog.store_succession import Resolution
from services.runtime.calls import current_call
from services.runtime.texts import ENGLISH, translate
from standards_tree.designations import parse_designation
from standards_tree.errors import MalformedDesignationError
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import standard_pb2


class Reading(NamedTuple):
    """A text and what it says: a designation's official form and name, or why it is none."""

    text: str
    official: str
    name: StandardName | None
    problem: str
    dated: bool


def read(text: str) -> Reading:
    """Return what *text* says."""
    try:
        designation = parse_designation(text)
    except MalformedDesignationError as error:
        call = current_call()
        language = call.language if call is not None else ENGLISH
        return Reading(text, "", None, translate(error.template, error.parameters, language), dated=False)
    return Reading(text, designation.official, designated(designation, text), "", designation.is_dated)


def resolved_to(reading: Reading, resolution: Resolution | None, as_of: date) -> pb.ResolvedDesignation:
    """Return what became of a designation for the wire."""
    standard = resolution.standard if resolution is not None else None
    status = STATUS_TO[standard.validity.status_on(as_of)] if standard else standard_pb2.STANDARD_STATUS_UNSPECIFIED
    return pb.ResolvedDesignation(
        text=reading.text,
        designation=reading.official,
        problem=reading.problem,
        dated=reading.dated,
        standard=standard_to(standard) if standard is not None else None,
        status=status,
        successors=[STANDARDS + successor for successor in resolution.successors] if resolution is not None else [],
    )

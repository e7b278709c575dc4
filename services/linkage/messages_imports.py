"""Translate records of notifications between the documents contract, the linkage contract and the rows."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from services.linkage.messages_measures import DAY_COLUMNS, measure_from
from services.linkage.plain_notifications import ORIGINS, countries, plain_facts
from services.linkage.store_measures import MeasureFacts
from services.linkage.tables import MeasureRow
from services.runtime.interceptors.validation import require_valid
from standards_tree.measures.model import Origin
from standards_tree.measures.symbols import parse_symbol
from tbt.documents.v1 import documents_service_pb2 as documents_pb
from tbt.linkage.v1 import linkage_service_pb2 as pb
from tbt.type.v1 import type_pb2

# What no record says: an import leaves it as it is.
NOT_TOLD = frozenset({"example", "source"})


def imported_from(record: documents_pb.NotificationRecord, source: str, digest: str) -> MeasureFacts:
    """Return the facts of a notification that was read from a file.

    Raises:
        InvalidArgumentError: it breaks a rule that every measure keeps; names the field.
    """
    return plain_facts(record, source, digest) or checked_facts(record, source, digest)


def checked_facts(record: documents_pb.NotificationRecord, source: str, digest: str) -> MeasureFacts:
    """Return the same, held against the contract of a measure itself.

    Raises:
        InvalidArgumentError: see `imported_from`.
    """
    measure = pb.Measure(
        symbols=record.symbols,
        members=[member for member in record.members if member],
        notification_type=record.notification_type,
        title=type_pb2.LocalizedText(en=record.title, zh=record.title_zh),
        description=record.description,
        products=record.products,
        hs_codes=record.hs_codes,
        ics_codes=record.ics_codes,
        objectives=record.objectives,
        keywords=record.keywords,
        affected_regions=record.affected_regions,
        affected_countries=countries(record.affected_regions),
        distributed_on=record.distributed_on,
        comment_deadline=record.comment_deadline,
        adoption_on=record.adoption.day,
        entry_into_force_on=record.entry_into_force.day,
        agencies=record.agencies,
        articles=record.articles,
        cited_standards=record.cited_standards,
        code_marks=record.code_marks,
        text_languages=record.languages,
        pages=record.pages,
        notified_documents=record.notified_documents,
        notification_links=record.notification_links,
        source=source,
    )
    for name in ("comment_deadline_stated", "adoption", "entry_into_force"):
        said: type_pb2.StatedDay = getattr(record, name)
        if record.HasField(name) and (said.kind != type_pb2.StatedDay.KIND_EXACT or said.reason):
            getattr(measure, name if name.endswith("_stated") else f"{name}_stated").CopyFrom(said)
    require_valid(measure)
    facts = measure_from(measure, ORIGINS[record.origin])
    return replace(
        facts, columns={**facts.columns, "kind": record.kind or facts.columns["kind"], "import_digest": digest}
    )


def joined_with(row: MeasureRow, facts: MeasureFacts) -> MeasureFacts | None:
    """Return *facts* joined with what is recorded as *row*, None where that changes nothing.

    What a record does not say stays as it is. Members and symbols are never lost: an export that was narrowed to some
    members shows only these of a joint notification. A platform's word fills what is empty, and counts against another
    platform's alone. Where a fact was first read stays its source, as long as the fact does.
    """
    told = facts.columns
    only_fills = told["origin"] == Origin.PLATFORM.value and row.origin != Origin.PLATFORM.value
    recorded = tuple(map(parse_symbol, row.symbols))
    symbols = tuple(dict.fromkeys((*recorded, *facts.symbols)))
    columns: dict[str, Any] = {}
    for name, value in told.items():
        present = getattr(row, name)
        columns[name] = present if not value or name in NOT_TOLD or (only_fills and present) else value
    columns["members"] = list(dict.fromkeys((*row.members, *told["members"])))
    columns["stated"] = _joined_days(row, told, columns)
    if only_fills:
        columns |= {"origin": row.origin, "import_digest": row.import_digest}
    elif not told["code_marks"] and (told["hs_codes"] or told["ics_codes"]):
        columns["code_marks"] = {}
    same = all(getattr(row, name) == value for name, value in columns.items() if name != "import_digest")
    if same and symbols == recorded:
        return None
    return MeasureFacts(symbols, {**columns, "source": told["source"]})


def _joined_days(row: MeasureRow, told: Mapping[str, Any], columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is said about days: a new word counts where its day does, or where there is no day at all."""
    stated = dict(row.stated)
    for name, column in DAY_COLUMNS.items():
        said, counts = told["stated"].get(name), columns[column] == told[column]
        if said is not None and (counts or name not in stated) and not (told[column] is None and columns[column]):
            stated[name] = said
        elif said is None and told[column] is not None and counts:
            stated.pop(name, None)
    return stated

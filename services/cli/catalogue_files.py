"""Read catalogues of standards from files that this user chose, into the records of an import.

Two layouts are known. Our own, JSON (a list) or CSV, has the columns of `COLUMNS`. That of the national medical-device
catalogue (NIFDC), JSON, names three levels of its tree in each record: `dir_name`, `l1`, `l2`; its nodes get numbers in
the order in which they first appear.
"""

import csv
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from google.type.date_pb2 import Date

from standards_tree.errors import MalformedDocumentError
from standards_tree.measures.dates import read_date
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import standard_pb2, system_pb2
from tbt.type.v1 import type_pb2

COLUMNS = (
    "designation", "title_zh", "title_en", "status", "issued_on", "effective_on", "ended_on", "ics", "ccs", "committee",
    "node", "source",
)  # fmt: skip
NIFDC_COLUMNS = ("number", "title_zh", "dir_name", "l1", "l2")
STATUS = {
    "现行": standard_pb2.STANDARD_STATUS_IN_FORCE,
    "有效": standard_pb2.STANDARD_STATUS_IN_FORCE,
    "active": standard_pb2.STANDARD_STATUS_IN_FORCE,
    "in_force": standard_pb2.STANDARD_STATUS_IN_FORCE,
    "即将实施": standard_pb2.STANDARD_STATUS_UPCOMING,
    "upcoming": standard_pb2.STANDARD_STATUS_UPCOMING,
    "被代替": standard_pb2.STANDARD_STATUS_SUPERSEDED,
    "superseded": standard_pb2.STANDARD_STATUS_SUPERSEDED,
    "废止": standard_pb2.STANDARD_STATUS_ABOLISHED,
    "作废": standard_pb2.STANDARD_STATUS_ABOLISHED,
    "abolished": standard_pb2.STANDARD_STATUS_ABOLISHED,
    "withdrawn": standard_pb2.STANDARD_STATUS_ABOLISHED,
}
DEGREES = {
    "idt": standard_pb2.ADOPTION_DEGREE_IDT,
    "mod": standard_pb2.ADOPTION_DEGREE_MOD,
    "neq": standard_pb2.ADOPTION_DEGREE_NEQ,
}
MAX_FILE_BYTES = 256 * 1024 * 1024

Entry = Mapping[str, str]


def read_catalogue(path: Path) -> list[pb.ImportStandardsRecord]:
    """Return the nodes and standards of a catalogue.

    Raises:
        MalformedDocumentError: the file is in neither layout; the message names the row and the column.
    """
    entries = _entries(path)
    if not entries:
        return []
    if all(column in entries[0] for column in NIFDC_COLUMNS):
        return _nifdc_records(entries)
    unknown = sorted(set(entries[0]) - set(COLUMNS))
    if unknown or "designation" not in entries[0]:
        message = "{path} is not a catalogue: its columns are {found}; expected are {expected}"
        raise MalformedDocumentError(
            message, path=path, found=", ".join(sorted(entries[0])), expected=", ".join(COLUMNS)
        )
    return [_own_record(path, row, entry) for row, entry in enumerate(entries, start=1)]


def read_adoptions(path: Path) -> list[pb.ImportStandardsRecord]:
    """Return adoptions of ISO and IEC standards (`gb_number`, `iso_number`, `adoption_type`) as relations.

    Raises:
        MalformedDocumentError: a record lacks one of them or has an unknown degree.
    """
    records = []
    for row, entry in enumerate(_entries(path), start=1):
        degree = DEGREES.get(entry.get("adoption_type", "").strip().lower())
        if degree is None or not entry.get("gb_number") or not entry.get("iso_number"):
            message = "{path}, record {row}: needs gb_number, iso_number and adoption_type (idt, mod, neq)"
            raise MalformedDocumentError(message, path=path, row=row)
        relation = standard_pb2.Relation(
            source=entry["gb_number"],
            target_designation=entry["iso_number"],
            kind=standard_pb2.RELATION_KIND_ADOPTS,
            dated=True,
            degree=degree,
        )
        records.append(pb.ImportStandardsRecord(row=row, relation=relation))
    return records


def read_tree(path: Path) -> list[pb.ImportStandardsRecord]:
    """Return the nodes in a file with the columns code, parent, title_zh, title_en, level, kind.

    Raises:
        MalformedDocumentError: a level or kind is not known.
    """
    records = []
    for row, entry in enumerate(_entries(path), start=1):
        node = system_pb2.Node(
            code=entry.get("code", ""),
            parent=entry.get("parent", ""),
            title=type_pb2.LocalizedText(zh=entry.get("title_zh", ""), en=entry.get("title_en", "")),
        )
        if level := entry.get("level", ""):
            node.level = type_pb2.Level.ValueType(_enum_value(path, row, "level", type_pb2.Level, "LEVEL_", level))
        if kind := entry.get("kind", ""):
            node.kind = system_pb2.Node.Kind.ValueType(
                _enum_value(path, row, "kind", system_pb2.Node.Kind, "KIND_", kind)
            )
        records.append(pb.ImportStandardsRecord(row=row, node=node))
    return records


def _entries(path: Path) -> list[Entry]:
    """Return the records of a JSON list or a CSV file as texts by column."""
    if path.stat().st_size > MAX_FILE_BYTES:
        message = "{path} is larger than {limit} bytes"
        raise MalformedDocumentError(message, path=path, limit=MAX_FILE_BYTES)
    try:
        if path.suffix.lower() == ".json":
            return _json_entries(path)
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [{key: value or "" for key, value in row.items() if key} for row in csv.DictReader(file)]
    except (UnicodeDecodeError, json.JSONDecodeError, csv.Error) as error:
        message = "{path} cannot be read: {cause}"
        raise MalformedDocumentError(message, path=path, cause=error) from error


def _json_entries(path: Path) -> list[Entry]:
    content = json.loads(path.read_text(encoding="utf-8-sig"))
    if not isinstance(content, list) or not all(isinstance(entry, dict) for entry in content):
        message = "{path} must be a JSON list of objects"
        raise MalformedDocumentError(message, path=path)
    return [{str(key): "" if value is None else str(value) for key, value in entry.items()} for entry in content]


def _nifdc_records(entries: Sequence[Entry]) -> list[pb.ImportStandardsRecord]:
    codes: dict[tuple[str, ...], str] = {}
    children: dict[tuple[str, ...], int] = {}
    records: list[pb.ImportStandardsRecord] = []
    for row, entry in enumerate(entries, start=1):
        path = (entry["dir_name"].strip(), entry["l1"].strip(), entry["l2"].strip())
        for depth in range(1, len(path) + 1):
            branch = path[:depth]
            if branch not in codes:
                above = branch[:-1]
                children[above] = children.get(above, 0) + 1
                codes[branch] = f"{codes[above]}.{children[above]}" if above else str(children[above])
                node = system_pb2.Node(
                    code=codes[branch],
                    parent=codes.get(above, ""),
                    title=type_pb2.LocalizedText(zh=branch[-1]),
                )
                records.append(pb.ImportStandardsRecord(row=row, node=node))
        standard = standard_pb2.Standard(
            designation=entry["number"],
            title=type_pb2.LocalizedText(zh=entry["title_zh"]),
            status=STATUS.get(entry.get("status_zh", ""), standard_pb2.STANDARD_STATUS_UNSPECIFIED),
            issued_on=_day(entry.get("approval_date", "")),
            effective_on=_day(entry.get("effective_date", "")),
            source=entry.get("source_url", ""),
        )
        placed = pb.PlacedStandard(standard=standard, node_code=codes[path])
        records.append(pb.ImportStandardsRecord(row=row, standard=placed))
    return records


def _own_record(path: Path, row: int, entry: Entry) -> pb.ImportStandardsRecord:
    status = entry.get("status", "").strip()
    if status and status.lower() not in STATUS:
        message = "{path}, record {row}, status: {value} is not a state of a standard; known are {known}"
        raise MalformedDocumentError(message, path=path, row=row, value=status, known=", ".join(STATUS))
    standard = standard_pb2.Standard(
        designation=entry["designation"],
        title=type_pb2.LocalizedText(zh=entry.get("title_zh", ""), en=entry.get("title_en", "")),
        status=STATUS.get(status.lower(), standard_pb2.STANDARD_STATUS_UNSPECIFIED),
        issued_on=_own_day(path, row, "issued_on", entry),
        effective_on=_own_day(path, row, "effective_on", entry),
        ended_on=_own_day(path, row, "ended_on", entry),
        ics=_codes(entry.get("ics", "")),
        ccs=_codes(entry.get("ccs", "")),
        committee=entry.get("committee", ""),
        source=entry.get("source", ""),
    )
    return pb.ImportStandardsRecord(
        row=row, standard=pb.PlacedStandard(standard=standard, node_code=entry.get("node", ""))
    )


def _codes(text: str) -> list[str]:
    return [code.strip() for code in re.split("[;；,，]", text) if code.strip()]


def _own_day(path: Path, row: int, column: str, entry: Entry) -> Date | None:
    text = entry.get(column, "").strip()
    day = _day(text)
    if text and day is None:
        message = "{path}, record {row}, {column}: {value} is not a date; write 2024-11-28"
        raise MalformedDocumentError(message, path=path, row=row, column=column, value=text)
    return day


def _day(text: str) -> Date | None:
    found = read_date(text).day if text.strip() else None
    return None if found is None else Date(year=found.year, month=found.month, day=found.day)


def _enum_value(path: Path, row: int, column: str, enum: object, prefix: str, word: str) -> int:
    values = dict(enum.items())  # type: ignore[attr-defined]  # protobuf's enum wrapper
    value = values.get(f"{prefix}{word.strip().upper()}")
    if value is None:
        message = "{path}, record {row}, {column}: {value} is none of {known}"
        known = ", ".join(name.removeprefix(prefix).lower() for name in list(values)[1:])
        raise MalformedDocumentError(message, path=path, row=row, column=column, value=word, known=known)
    return int(value)

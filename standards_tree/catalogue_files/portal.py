"""Read records of standards as the public platform of SAMR gives them, in JSON (std.samr.gov.cn and its sisters)."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from standards_tree.catalogue_files.columns import Column
from standards_tree.catalogue_files.entries import Reading
from standards_tree.catalogue_files.rows import Cell, Table, TableRow, read_objects
from standards_tree.catalogue_files.table import read_table

MARKS: Final = frozenset({"stdCode", "cName"})
"""Fields that every such record has."""

_FIELDS: Final = {
    "stdCode": Column.DESIGNATION,
    "cName": Column.TITLE_ZH,
    "eName": Column.TITLE_EN,
    "state": Column.STATUS,
    "stdDomains": Column.LEVEL,
    "ics": Column.ICS,
    "ccs": Column.CCS,
    "issueDate": Column.ISSUED_ON,
    "actDate": Column.EFFECTIVE_ON,
    "totalRepe": Column.SUPERSEDES,
    "adoptNo": Column.ADOPTS,
    "adoptLevel": Column.DEGREE,
    "scope": Column.SCOPE,
}
_HEADERS: Final = (*_FIELDS, "committee", "source")
_COMMITTEE: Final = re.compile(r"(?:SAC/?)?TC ?(\d{1,4})(?:[/ ]?SC ?(\d{1,3}))?", re.IGNORECASE)
_PLAN: Final = "PLAN"


def read_portal(content: bytes) -> Reading:
    """Return the standards of *content*; plans, which are no standards yet, are left out with a remark.

    Raises:
        MalformedDocumentError: it is not JSON, or holds no list of objects.
        UnsafeDocumentError: it is larger than a table may be.
    """
    records = read_objects(content)
    rows, plans = [], []
    for number, record in enumerate(records, start=1):
        if str(record.get("tableName") or "").upper().endswith(_PLAN):
            plans.append((number, record))
        else:
            rows.append(_row(number, record))
    chosen = {header: column.value for header, column in _FIELDS.items()}
    reading = read_table(
        Table(list(_HEADERS), iter(rows)), {**chosen, "committee": "committee", "source": "source"}, form="portal"
    )
    for number, record in plans:
        code = str(record.get("planCode") or record.get("stdCode") or "")
        reading.remark(number, "tableName", code, "a plan, not a standard; register it as a draft", refused=True)
    reading.unknown_columns = _unused(records)
    return reading


def _row(number: int, record: Mapping[str, object]) -> TableRow:
    values = [record.get(name) for name in _FIELDS] + [_committee(record), _source(record)]
    cells: dict[int, Cell] = {}
    for place, value in enumerate(values):
        if isinstance(value, int | float) and not isinstance(value, bool):
            cells[place] = value
        elif value is not None and str(value).strip():
            cells[place] = str(value)
    return TableRow(number, cells)


def _committee(record: Mapping[str, object]) -> str:
    """Return the committee's number where the record has it, else its name."""
    for name in ("tmCode", "taCode"):
        found = _COMMITTEE.fullmatch(str(record.get(name) or "").strip())
        if found is not None:
            return f"SAC/TC {found[1]}" + (f"/SC {found[2]}" if found[2] else "")
    return str(record.get("tmName") or record.get("taName") or "")


def _source(record: Mapping[str, object]) -> str:
    kinds = {"BV_GB": ("gb", "gbDetailed"), "BV_HB": ("hb", "stdHBDetailed"), "BV_DB": ("db", "stdDBDetailed")}
    kind, identifier = kinds.get(str(record.get("tableName"))), str(record.get("id") or "")
    return f"https://std.samr.gov.cn/{kind[0]}/search/{kind[1]}?id={identifier}" if kind and identifier else ""


def _unused(records: Sequence[Mapping[str, object]]) -> dict[str, int]:
    used = {*_FIELDS, "tmCode", "taCode", "tmName", "taName", "tableName", "id"}
    counts: dict[str, int] = {}
    for record in records:
        for name, value in record.items():
            if name not in used:
                counts[name] = counts.get(name, 0) + (value not in (None, ""))
    return counts

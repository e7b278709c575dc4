"""Turn what files say of standards into the records of an import."""

import csv
import io
from collections.abc import Callable, Mapping
from datetime import date
from functools import singledispatch
from pathlib import Path

from google.type.date_pb2 import Date

from standards_tree.catalogue_files.catalogues import Form, TableOptions, form_of, read_catalogue
from standards_tree.catalogue_files.entries import Entry, NodeEntry, Reading, RelationEntry, StandardEntry
from standards_tree.catalogue_files.rows import decoded, read_objects
from standards_tree.errors import MalformedDocumentError
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import standard_pb2, system_pb2
from tbt.type.v1 import type_pb2

MAX_FILE_BYTES = 256 * 1024 * 1024
SUFFIXES = ("", ".gz")


def open_catalogue(
    path: Path, form: Form = Form.AUTO, options: TableOptions | None = None, relations: Path | None = None
) -> Reading:
    """Return what the catalogue at *path* holds; the relations of ISO's are found beside it.

    Raises:
        InvalidArgumentError: it cannot be read, or the options do not fit it; the message says where and what.
    """
    path = _catalogue_in(path)
    content = _content(path)
    form = form_of(content) if form is Form.AUTO else form
    if form is Form.ISO and relations is None and path.name.startswith("catalogue."):
        beside = [path.with_name(f"relations.csv{suffix}") for suffix in SUFFIXES]
        relations = next((one for one in beside if one.is_file()), None)
    return read_catalogue(content, form, options, _content(relations) if relations is not None else b"")


def _catalogue_in(path: Path) -> Path:
    if not path.is_dir():
        return path
    found = next((one for suffix in SUFFIXES if (one := path / f"catalogue.csv{suffix}").is_file()), None)
    if found is None:
        message = "{path} holds no catalogue.csv or catalogue.csv.gz; name the file"
        raise MalformedDocumentError(message, path=path)
    return found


def _content(path: Path) -> bytes:
    if path.stat().st_size > MAX_FILE_BYTES:
        message = "{path} is larger than {limit} bytes"
        raise MalformedDocumentError(message, path=path, limit=MAX_FILE_BYTES)
    return path.read_bytes()


def file_facts(reading: Reading, told: Callable[..., str]) -> dict[str, object]:
    """Return what a file is and what is wrong with it, for a program; *told* gives templates in the user's language."""
    return {
        "form": reading.form,
        "columns": reading.columns,
        "unknown_columns": reading.unknown_columns,
        "figures": reading.figures,
        "remarks": [
            {
                "row": remark.row,
                "column": remark.column,
                "value": remark.value,
                "problem": told(remark.template, **remark.parameters),
                "refused": remark.refused,
            }
            for remark in reading.remarks
        ],
    }


@singledispatch
def record_of(entry: Entry) -> pb.ImportStandardsRecord:
    """Return *entry* as a record of an import."""
    raise TypeError(entry)


@record_of.register
def _node_record(entry: NodeEntry) -> pb.ImportStandardsRecord:
    node = system_pb2.Node(
        code=entry.code,
        parent=entry.parent,
        title=type_pb2.LocalizedText(zh=entry.title.zh, en=entry.title.en),
        kind=system_pb2.Node.Kind.Value(
            f"KIND_{entry.kind.name}" if entry.kind.name != "BRANCH" else "KIND_UNSPECIFIED"
        ),
        planned_standards=entry.planned_standards,
    )
    if entry.level is not None:
        node.level = type_pb2.Level.Value(f"LEVEL_{entry.level.name}")
    return pb.ImportStandardsRecord(row=entry.row, node=node)


@record_of.register
def _standard_record(entry: StandardEntry) -> pb.ImportStandardsRecord:
    standard = standard_pb2.Standard(
        designation=entry.designation,
        title=type_pb2.LocalizedText(zh=entry.title.zh, en=entry.title.en),
        status=standard_pb2.StandardStatus.Value(f"STANDARD_STATUS_{entry.status.name}"),
        issued_on=_date(entry.issued_on),
        effective_on=_date(entry.effective_on),
        ended_on=_date(entry.ended_on),
        reviewed_on=_date(entry.reviewed_on),
        ics=entry.ics,
        ccs=entry.ccs,
        committee=entry.committee,
        source=entry.source,
    )
    if entry.scope:
        standard.scope.CopyFrom(type_pb2.LocalizedText(zh=entry.scope.zh, en=entry.scope.en))
    if entry.level is not None:
        standard.level = type_pb2.Level.Value(f"LEVEL_{entry.level.name}")
    if entry.obligation is not None:
        standard.obligation = standard_pb2.Obligation.Value(f"OBLIGATION_{entry.obligation.name}")
    return pb.ImportStandardsRecord(row=entry.row, standard=pb.PlacedStandard(standard=standard, node_code=entry.node))


@record_of.register
def _relation_record(entry: RelationEntry) -> pb.ImportStandardsRecord:
    relation = standard_pb2.Relation(
        source=entry.source,
        target_designation=entry.target,
        kind=standard_pb2.RelationKind.Value(f"RELATION_KIND_{entry.kind.name}"),
        partial=entry.partial,
    )
    if entry.degree is not None:
        relation.degree = standard_pb2.AdoptionDegree.Value(f"ADOPTION_DEGREE_{entry.degree.name}")
    return pb.ImportStandardsRecord(row=entry.row, relation=relation)


def _date(day: date | None) -> Date | None:
    return None if day is None else Date(year=day.year, month=day.month, day=day.day)


def read_tree(path: Path) -> list[pb.ImportStandardsRecord]:
    """Return the nodes in a file, CSV or JSON, with the columns code, parent, title_zh, title_en, level, kind.

    Raises:
        MalformedDocumentError: a level or kind is not known.
    """
    records = []
    for row, texts in enumerate(_texts(path), start=1):
        node = system_pb2.Node(
            code=texts.get("code", ""),
            parent=texts.get("parent", ""),
            title=type_pb2.LocalizedText(zh=texts.get("title_zh", ""), en=texts.get("title_en", "")),
        )
        if level := texts.get("level", ""):
            node.level = type_pb2.Level.ValueType(_enum_value(path, row, "level", type_pb2.Level, "LEVEL_", level))
        if kind := texts.get("kind", ""):
            node.kind = system_pb2.Node.Kind.ValueType(
                _enum_value(path, row, "kind", system_pb2.Node.Kind, "KIND_", kind)
            )
        records.append(pb.ImportStandardsRecord(row=row, node=node))
    return records


def _texts(path: Path) -> list[Mapping[str, str]]:
    content = _content(path)
    if path.suffix.lower() == ".json":
        objects = read_objects(content)
        return [{name: "" if value is None else str(value) for name, value in one.items()} for one in objects]
    try:
        reader = csv.DictReader(io.StringIO(decoded(content), newline=""))
        return [{name: value or "" for name, value in row.items() if name} for row in reader]
    except csv.Error as error:
        message = "{path} cannot be read: {cause}"
        raise MalformedDocumentError(message, path=path, cause=error) from error


def _enum_value(path: Path, row: int, column: str, enum: object, prefix: str, word: str) -> int:
    values = dict(enum.items())  # type: ignore[attr-defined]  # protobuf's enum wrapper
    value = values.get(f"{prefix}{word.strip().upper()}")
    if value is None:
        message = "{path}, record {row}, {column}: {value} is none of {known}"
        known = ", ".join(name.removeprefix(prefix).lower() for name in list(values)[1:])
        raise MalformedDocumentError(message, path=path, row=row, column=column, value=word, known=known)
    return int(value)

"""Translate between the contract of code lists and the domain, names included."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from services.catalog.code_books import OpenedVersion
from services.runtime.civil_dates import date_to, moment_to
from services.runtime.texts import translate
from standards_tree.code_lists import Code, CodeListId, canonical_code
from standards_tree.code_lists.comparing import ChangeKind, CodeDifference
from standards_tree.code_lists.importing import CodeRow, RowProblem
from standards_tree.code_lists.model import TITLES
from standards_tree.errors import InvalidArgumentError, NotFoundError
from tbt.catalog.v1 import code_pb2
from tbt.type.v1 import type_pb2

_LIST = re.compile(r"codeLists/([a-z-]{1,20})")
_CODE = re.compile(r"codeLists/([a-z-]{1,20})/codes/(.{1,60})")
_VERSION = re.compile(r"codeLists/([a-z-]{1,20})/versions/([0-9A-Za-z][0-9A-Za-z._-]{0,39})")
# A thousand problems must fit into one answer.
MAX_MESSAGE_CHARACTERS = 500

_KINDS = {
    ChangeKind.ADDED: code_pb2.CodeDifference.KIND_ADDED,
    ChangeKind.REMOVED: code_pb2.CodeDifference.KIND_REMOVED,
    ChangeKind.RENAMED: code_pb2.CodeDifference.KIND_RENAMED,
    ChangeKind.MOVED: code_pb2.CodeDifference.KIND_MOVED,
    ChangeKind.WITHDRAWN: code_pb2.CodeDifference.KIND_WITHDRAWN,
    ChangeKind.REINSTATED: code_pb2.CodeDifference.KIND_REINSTATED,
    ChangeKind.CHANGED: code_pb2.CodeDifference.KIND_CHANGED,
}


class VersionName(NamedTuple):
    """A version by its list and its last segment."""

    list_id: CodeListId
    version_id: str


class CodeName(NamedTuple):
    """A code by its list and as it was written."""

    list_id: CodeListId
    text: str


def list_id_from(name: str, field: str) -> CodeListId:
    """Return the list in `codeLists/{list}`.

    Raises:
        InvalidArgumentError: *name* is no such name; names *field*.
        NotFoundError: there is no such list.
    """
    return _list_id(_match(_LIST, name, field, "codeLists/{list}")[1])


def version_name(name: str, field: str = "name") -> VersionName:
    """Return the parts of `codeLists/{list}/versions/{version}`.

    Raises:
        InvalidArgumentError: *name* is no such name; names *field*.
        NotFoundError: there is no such list.
    """
    match = _match(_VERSION, name, field, "codeLists/{list}/versions/{version}")
    return VersionName(_list_id(match[1]), match[2])


def code_name(name: str, field: str = "name") -> CodeName:
    """Return the parts of `codeLists/{list}/codes/{code}`.

    Raises:
        InvalidArgumentError: *name* is no such name; names *field*.
        NotFoundError: there is no such list.
    """
    match = _match(_CODE, name, field, "codeLists/{list}/codes/{code}")
    return CodeName(_list_id(match[1]), match[2])


def _match(pattern: re.Pattern[str], name: str, field: str, shape: str) -> re.Match[str]:
    match = pattern.fullmatch(name)
    if match is None:
        raise InvalidArgumentError.in_field(field, "{name} is not a name of the form {shape}", name=name, shape=shape)
    return match


def _list_id(text: str) -> CodeListId:
    try:
        return CodeListId(text)
    except ValueError:
        known = ", ".join(each.value for each in CodeListId)
        raise NotFoundError("there is no code list {name}; there are {known}", name=text, known=known) from None


def find_code(opened: OpenedVersion, text: str) -> Code:
    """Return the code that *text* is in any spelling.

    Raises:
        NotFoundError: the version has none.
    """
    spelled = text.replace("~", "/")
    try:
        canonical = canonical_code(opened.book.list_id, spelled)
    except InvalidArgumentError:
        canonical = ""
    code = opened.book.find(canonical) or opened.book.find(spelled.strip())
    if code is None:
        raise NotFoundError("there is no code {code} in {version}", code=spelled, version=opened.name)
    return code


def code_list_to(opened: OpenedVersion, version_count: int) -> code_pb2.CodeList:
    """Return a code list for the wire."""
    list_id = opened.book.list_id
    zh, en = TITLES[list_id]
    return code_pb2.CodeList(
        name=f"codeLists/{list_id.value}",
        title=type_pb2.LocalizedText(zh=zh, en=en),
        current=version_to(opened),
        version_count=version_count,
    )


def version_to(opened: OpenedVersion) -> code_pb2.CodeListVersion:
    """Return a version for the wire."""
    record = opened.record
    return code_pb2.CodeListVersion(
        name=opened.name,
        source=opened.book.source,
        valid_from=date_to(record.valid_from) if record is not None else None,
        imported_at=moment_to(record.imported_at) if record is not None else None,
        imported_by=record.imported_by if record is not None else "",
        code_count=len(opened.book.codes),
        level_counts=opened.book.level_counts(),
        current=opened.current,
        shipped=record is None,
    )


def code_to(code: Code, opened: OpenedVersion, *, with_notes: bool = True) -> code_pb2.Code:
    """Return a code for the wire."""
    return code_pb2.Code(
        name=f"codeLists/{opened.book.list_id.value}/codes/{code.code.replace('/', '~')}",
        code=code.code,
        parent=code.parent or "",
        level=code.level,
        title=type_pb2.LocalizedText(zh=code.title_zh, en=code.title_en),
        notes=code.notes if with_notes else "",
        withdrawn=code.withdrawn,
        replaced_by=code.replaced_by,
        aliases=code.aliases,
        version=opened.name,
    )


def difference_to(
    difference: CodeDifference, before: OpenedVersion, after: OpenedVersion, *, with_notes: bool = True
) -> code_pb2.CodeDifference:
    """Return what became of a code for the wire."""
    was, now = difference.before, difference.after
    return code_pb2.CodeDifference(
        code=difference.code,
        kinds=[_KINDS[kind] for kind in difference.kinds],
        before=code_to(was, before, with_notes=with_notes) if was is not None else None,
        after=code_to(now, after, with_notes=with_notes) if now is not None else None,
    )


def counts_to(found: Iterable[CodeDifference], before: OpenedVersion) -> code_pb2.CodeChangeCounts:
    """Return how many codes changed how."""
    kinds = [difference.kinds for difference in found]
    every = [kind for each in kinds for kind in each]
    added = every.count(ChangeKind.ADDED)
    return code_pb2.CodeChangeCounts(
        added=added,
        removed=every.count(ChangeKind.REMOVED),
        renamed=every.count(ChangeKind.RENAMED),
        moved=every.count(ChangeKind.MOVED),
        withdrawn=every.count(ChangeKind.WITHDRAWN) + every.count(ChangeKind.REINSTATED),
        changed=every.count(ChangeKind.CHANGED),
        unchanged=len(before.book.codes) - (len(kinds) - added),
    )


def row_from(record: code_pb2.CodeRecord) -> CodeRow:
    """Return a record of an import as the domain reads it."""
    return CodeRow(
        record.row,
        record.code,
        record.parent,
        record.title,
        record.title_zh,
        record.title_en,
        record.notes,
        record.withdrawn,
        record.replaced_by,
        tuple(record.aliases),
    )


def problem_to(problem: RowProblem, language: str) -> type_pb2.ImportProblem:
    """Return what is wrong with a row for the wire, in *language*."""
    severity = type_pb2.ImportProblem.SEVERITY_REFUSED if problem.refused else type_pb2.ImportProblem.SEVERITY_KEPT
    return type_pb2.ImportProblem(
        row=problem.row,
        column=problem.column,
        value=problem.value,
        message=translate(problem.template, problem.parameters, language)[:MAX_MESSAGE_CHARACTERS],
        severity=severity,
    )

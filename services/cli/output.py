"""Show answers: a table for people, JSON for programs; errors in one line, with an exit status to rely on."""

import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import grpc
import typer
from google.protobuf import json_format
from google.protobuf.message import Message
from google.rpc import code_pb2, error_details_pb2, status_pb2
from google.type.date_pb2 import Date
from grpc_status import rpc_status
from rich.cells import cell_len
from rich.console import Console
from rich.table import Column, Table

from services.runtime.errors import status_of
from services.runtime.texts import CHINESE, translate
from standards_tree.errors import DomainError

OK = 0
FAILED = 1
BAD_INPUT = 2
NOT_FOUND = 3
REFUSED = 4
NOT_ALLOWED = 5
NOT_NOW = 6
INTERRUPTED = 130

EXIT_STATUS = {
    code_pb2.INVALID_ARGUMENT: BAD_INPUT,
    code_pb2.OUT_OF_RANGE: BAD_INPUT,
    code_pb2.NOT_FOUND: NOT_FOUND,
    code_pb2.ALREADY_EXISTS: REFUSED,
    code_pb2.FAILED_PRECONDITION: REFUSED,
    code_pb2.ABORTED: REFUSED,
    code_pb2.UNAUTHENTICATED: NOT_ALLOWED,
    code_pb2.PERMISSION_DENIED: NOT_ALLOWED,
    code_pb2.RESOURCE_EXHAUSTED: NOT_NOW,
    code_pb2.UNAVAILABLE: NOT_NOW,
    code_pb2.DEADLINE_EXCEEDED: NOT_NOW,
    code_pb2.CANCELLED: INTERRUPTED,
}


# A column of short cells, or of names without a space, is not broken: half of a symbol or of a hash is of no use to anybody.
SHORT_CELL = 16
# Texts in columns narrower than this are a word a line.
READABLE_COLUMN = 24
NAME = re.compile(r"\S{1,44}")
# What is written to a file or a pipe has no edge to break lines at.
NO_EDGE = 100_000

Shown = TypeVar("Shown", bound=Message)


class Output:
    """Where a command's answer goes, in the form and language the caller wants."""

    def __init__(self, *, as_json: bool, language: str) -> None:
        self.as_json = as_json
        self.language = language
        self._console = Console()
        if not (self._console.is_terminal or os.environ.get("COLUMNS")):
            self._console.width = NO_EDGE
        self._errors = Console(stderr=True)

    def text(self, template: str, **parameters: object) -> str:
        """Return *template* in the caller's language; the words of a contract, such as ``in_force``, as people write them."""
        if self.language != CHINESE and template.isidentifier():
            return template.replace("_", " ")
        return translate(template, parameters, self.language)

    def say(self, template: str, **parameters: object) -> None:
        """Tell a person something, on standard error, so that standard output stays the answer."""
        if not self.as_json:
            self._errors.print(self.text(template, **parameters), highlight=False, markup=False, soft_wrap=True)

    def show(self, message: Message, rows: Sequence[tuple[str, str]]) -> None:
        """Show one answer: all of it as JSON, or *rows* of label and value."""
        if self.as_json:
            print_json(message_dict(message))
            return
        self._show_pairs((self.text(label), value) for label, value in rows)

    def _show_pairs(self, pairs: Iterable[tuple[str, str]]) -> None:
        table = Table.grid(Column(no_wrap=True), Column(overflow="fold"), padding=(0, 2))
        for label, value in pairs:
            if value:
                table.add_row(label, _plain(value))
        self._console.print(table)

    def list(self, messages: Iterable[Shown], headings: Sequence[str], row: Callable[[Shown], Sequence[str]]) -> None:
        """Show many answers: a JSON document on each line, or a table; where there are none, say so beside it."""
        if self.as_json:
            for message in messages:
                sys.stdout.write(json.dumps(message_dict(message), ensure_ascii=False) + "\n")
            return
        rows = [row(message) for message in messages]
        labels = [self.text(heading) for heading in headings]
        if not rows:
            self.say("nothing found")
        elif _fits(labels, rows, self._console.width):
            # Folded, not cut, where a name has no room even so: half of a name or of a hash is of no use to anybody.
            columns = [
                Column(label, overflow="fold", no_wrap=_unbroken(cells))
                for label, *cells in zip(labels, *rows, strict=True)
            ]
            table = Table(*columns, header_style="bold")
            for cells in rows:
                table.add_row(*[_plain(cell) for cell in cells])
            self._console.print(table)
        else:
            for number, cells in enumerate(rows):
                if number:
                    self._console.print()
                self._show_pairs(zip(labels, cells, strict=True))

    @contextmanager
    def progress(self, template: str, total: int | None = None) -> Iterator[Callable[[int, int | None], None]]:
        """Show a bar while something long goes on; give the function that moves it to so many of so many."""
        # Only what takes long pays for its import.
        from rich.progress import (  # noqa: PLC0415
            BarColumn,
            MofNCompleteColumn,
            Progress,
            SpinnerColumn,
            TextColumn,
            TimeElapsedColumn,
        )

        text = TextColumn("{task.description}")
        columns = (SpinnerColumn(), text, BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        disable = self.as_json or not self._errors.is_terminal
        with Progress(*columns, console=self._errors, transient=True, disable=disable) as bar:
            task = bar.add_task(self.text(template), total=total)

            def move(done: int, of: int | None = None) -> None:
                bar.update(task, completed=done, total=of or total)

            yield move

    def refuse(self, failure: Exception) -> int:
        """Show an error in one line, and a line for each further field that is wrong; return the exit status it has."""
        status, text = self._explained(failure)
        if self.as_json:
            sys.stderr.write(json.dumps(_status_dict(failure, text), ensure_ascii=False) + "\n")
        else:
            for line in (f"tbt: {text}", *(f"     {field}" for field in _further_fields(failure))):
                self._errors.print(line, style="red", highlight=False, markup=False, soft_wrap=True)
        return status

    def _explained(self, failure: Exception) -> tuple[int, str]:
        if isinstance(failure, DomainError):
            # Refused here or by the service: the same meaning has the same exit status.
            code = status_of(failure, "en").code
            return EXIT_STATUS.get(code, FAILED), translate(failure.template, failure.parameters, self.language)
        status = rpc_status_of(failure)
        if status is None:
            return FAILED, str(failure)
        return EXIT_STATUS.get(status.code, FAILED), told(status)


def _unbroken(cells: Sequence[str]) -> bool:
    """Whether a column with these *cells* keeps each of them on one line."""
    return all(len(cell) <= SHORT_CELL or NAME.fullmatch(cell) for cell in cells)


def _fits(labels: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> bool:
    """Whether a table can be read at this *width*; if not, its rows are better shown one below the other, a line a cell."""
    needed = 1
    for label, *cells in zip(labels, *rows, strict=True):
        widest = max(cell_len(line) for cell in (label, *cells) for line in cell.split("\n"))
        needed += 3 + (widest if _unbroken(cells) else min(widest, READABLE_COLUMN))
    return needed <= width


def _plain(cell: str) -> str:
    """Return *cell* so that rich takes no part of it for markup."""
    return cell.replace("[", "\\[")


def told(status: status_pb2.Status) -> str:
    """Return what a status says, in the caller's language where the service gave it."""
    for detail in status.details:
        localized = error_details_pb2.LocalizedMessage()
        if detail.Is(localized.DESCRIPTOR) and detail.Unpack(localized):
            return str(localized.message)
    return str(status.message)


def _further_fields(failure: Exception) -> list[str]:
    """Return what else is wrong beside what the message says, which is the first: the other fields, each with its problem."""
    status = rpc_status_of(failure)
    request = error_details_pb2.BadRequest()
    for detail in [] if status is None else status.details:
        if detail.Is(request.DESCRIPTOR) and detail.Unpack(request):
            return [f"{one.field}: {one.description}" for one in request.field_violations[1:]]
    return []


def rpc_status_of(failure: Exception) -> status_pb2.Status | None:
    """Return the status behind a failed call, or None when the failure is something else."""
    if not isinstance(failure, grpc.RpcError) or not isinstance(failure, grpc.Call):
        return None
    status = rpc_status.from_call(failure)
    if status is not None:
        return status
    return status_pb2.Status(code=failure.code().value[0], message=failure.details() or failure.code().name)


def _status_dict(failure: Exception, text: str) -> dict[str, object]:
    status = rpc_status_of(failure)
    if status is None:
        return {"error": {"message": text}}
    return {"error": {"code": code_pb2.Code.Name(status.code), "message": text}}


def message_dict(message: Message) -> dict[str, object]:
    """Return a message as JSON types, with the field names of the contract."""
    return json_format.MessageToDict(message, preserving_proto_field_name=True)


def print_json(value: object) -> None:
    """Write *value* to standard output as JSON that a person can read too."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def day(date: Date) -> str:
    """Return a date as 2024-11-28, or nothing where it is not set."""
    return f"{date.year:04d}-{date.month:02d}-{date.day:02d}" if date.year else ""


def either(zh: str, en: str, language: str) -> str:
    """Return the text in *language*, or the other one where there is none."""
    return (zh or en) if language.startswith("zh") else (en or zh)


@contextmanager
def answering(output: Output) -> Iterator[None]:
    """Turn what goes wrong in a command into one line and its exit status."""
    try:
        yield
    except (DomainError, grpc.RpcError, OSError) as failure:
        raise typer.Exit(output.refuse(failure)) from failure
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None

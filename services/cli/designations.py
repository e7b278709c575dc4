"""`tbt designations`: what texts say that should be designations of standards."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Annotated, cast

import typer
from google.protobuf.message import Message

from services.cli.context import AsJson, Given, begin
from services.cli.output import FAILED, Output, answering
from standards_tree.errors import LimitError
from tbt.catalog.v1 import designation_pb2
from tbt.type.v1 import type_pb2

app = typer.Typer(no_args_is_help=True)

BATCH = 1000
MAX_TEXTS = 1_000_000
Texts = Annotated[list[str], typer.Argument(help="Designations; - reads them from standard input. 标准编号。")]


@app.command("parse")
def parse(context: typer.Context, texts: Texts, as_json: AsJson = False) -> None:
    """Show the parts of designations, or what is wrong where; exit status 1 when a text is none. 解析标准编号。"""
    given = begin(context, as_json=as_json)
    wrong = 0
    with answering(given.output):
        parsed = list(_parsed(given, texts))
        wrong = sum(each.HasField("problem") for each in parsed)
        if len(parsed) == 1 and not wrong:
            given.output.show(parsed[0], _rows(given.output, parsed[0].designation))
        else:
            _show(given.output, parsed)
    if wrong:
        raise typer.Exit(FAILED)


@app.command("sort")
def sort(context: typer.Context, texts: Texts, as_json: AsJson = False) -> None:
    """Show designations in the order of a list of references; what is none comes last. 按引用文件清单的顺序排序。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        parsed = sorted(
            _parsed(given, texts),
            key=lambda each: (each.HasField("problem"), each.designation.sort_key.encode(), each.text),
        )
        _show(given.output, parsed)


def _parsed(given: Given, texts: Sequence[str]) -> Iterator[designation_pb2.ParsedDesignation]:
    """Yield what each text says, a batch a call."""
    lines = iter(_lines(texts))
    while batch := list(islice(lines, BATCH)):
        request = designation_pb2.ParseDesignationsRequest(texts=batch)
        yield from given.connection.ask(given.connection.catalog.ParseDesignations, request).parsed


def _lines(texts: Sequence[str]) -> Iterable[str]:
    if list(texts) != ["-"]:
        return texts
    lines = [line.strip() for line in islice(sys.stdin, MAX_TEXTS + 1)]
    if len(lines) > MAX_TEXTS:
        raise LimitError("at most {limit} designations are read at once", limit=MAX_TEXTS)
    return [line for line in lines if line]


def _show(output: Output, parsed: Iterable[designation_pb2.ParsedDesignation]) -> None:
    def row(message: Message) -> list[str]:
        each = cast("designation_pb2.ParsedDesignation", message)
        if each.HasField("problem"):
            return [each.text, each.problem.suggestion, "", each.problem.message]
        return [each.text, each.designation.official, _level(output, each.designation), ""]

    output.list(parsed, ("text", "designation", "level", "problem"), row)


def _rows(output: Output, designation: designation_pb2.Designation) -> list[tuple[str, str]]:
    issuers = [
        f"{each.code} {each.title.zh if output.language.startswith('zh') else each.title.en}".strip()
        for each in (designation.industry, designation.region)
        if each.code
    ]
    supplements = [
        f"{each.kind} {each.number}{f' ({each.year})' if each.year else ''}" for each in designation.supplements
    ]
    return [
        ("designation", designation.official),
        ("plain form", designation.plain),
        ("prefix", designation.body),
        ("level", _level(output, designation)),
        ("issuer", ", ".join([*issuers, *filter(None, (designation.group, designation.enterprise))])),
        ("number", designation.number),
        ("part", designation.part or (output.text("all parts") if designation.all_parts else "")),
        ("year", str(designation.year or "")),
        ("amendments", ", ".join(supplements)),
        ("adopts", designation.adopted.official),
        ("match key", designation.key),
        ("standard", designation.standard),
    ]


def _level(output: Output, designation: designation_pb2.Designation) -> str:
    return output.text(type_pb2.Level.Name(designation.level).removeprefix("LEVEL_").lower())

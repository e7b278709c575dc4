"""`tbt codes`: code lists, their versions, and how a new one is imported."""

import datetime
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, NamedTuple, cast

import typer
from google.protobuf.message import Message
from google.type.date_pb2 import Date

from services.cli.context import AsJson, Given, Most, begin
from services.cli.output import FAILED, Output, answering, day, either
from standards_tree.code_lists.importing import CodeRow
from standards_tree.code_lists.tables import read_table
from tbt.catalog.v1 import code_pb2
from tbt.type.v1 import type_pb2

app = typer.Typer(no_args_is_help=True)

BATCH = 500
SHOWN_PROBLEMS = 20
List = Annotated[str, typer.Argument(metavar="LIST", help="ics, ccs, hs, industries, regions, countries, wto-members")]
Version = Annotated[str, typer.Option("--version", help="Not the current version but this one. 指定版本。")]


@app.command("list")
def list_codes(
    context: typer.Context,
    code_list: Annotated[
        str, typer.Argument(metavar="[LIST]", help="Its codes; all lists when left out. 代码表。")
    ] = "",
    under: Annotated[str, typer.Option(help="Only what stands below this code. 仅此代码以下。")] = "",
    whole: Annotated[bool, typer.Option("--whole", help="Everything below, not one level. 全部下级。")] = False,
    version: Version = "",
    most: Most = 0,
    as_json: AsJson = False,
) -> None:
    """List the code lists, or the codes of one. 列出代码表或者代码。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        if not code_list:
            _list_code_lists(given)
            return
        request = code_pb2.ListCodesRequest(
            parent=f"codeLists/{code_list}", under=under, whole_branch=whole, version=version
        )
        found = given.connection.every(given.connection.catalog.ListCodes, request, "codes", most)
        _show_codes(given.output, found)


@app.command("show")
def show_code(
    context: typer.Context,
    code_list: List,
    code: Annotated[str, typer.Argument(help="A code in any spelling. 代码。")],
    version: Version = "",
    as_json: AsJson = False,
) -> None:
    """Show a code with what stands above it. 显示代码。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        name = f"codeLists/{code_list}/codes/{code.replace('/', '~')}"
        request = code_pb2.GetCodeRequest(name=name, version=version)
        answer = given.connection.ask(given.connection.catalog.GetCode, request)
        given.output.show(answer, _code_rows(given.output, answer))


@app.command("search")
def search_codes(
    context: typer.Context,
    query: Annotated[str, typer.Argument(help="A code, its beginning, or words. 代码或者名称中的词。")],
    code_lists: Annotated[list[str] | None, typer.Option("--list", help="Only in this list. 仅在此代码表中。")] = None,
    most: Most = 50,
    as_json: AsJson = False,
) -> None:
    """Search the current code lists, best answers first. 查找代码。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        names = [f"codeLists/{name}" for name in code_lists or []]
        request = code_pb2.SearchCodesRequest(query=query, code_lists=names)
        _show_codes(given.output, given.connection.every(given.connection.catalog.SearchCodes, request, "codes", most))


@app.command("versions")
def list_versions(context: typer.Context, code_list: List, as_json: AsJson = False) -> None:
    """List the versions of a code list. 列出代码表的版本。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = code_pb2.ListCodeListVersionsRequest(parent=f"codeLists/{code_list}")
        found = given.connection.every(given.connection.catalog.ListCodeListVersions, request, "versions", 0)

        def row(message: Message) -> list[str]:
            version = cast("code_pb2.CodeListVersion", message)
            mark = given.output.text("current") if version.current else ""
            return [_last(version.name), mark, str(version.code_count), day(version.valid_from), version.source]

        given.output.list(found, ("version", "state", "codes", "in force from", "source"), row)


@app.command("activate")
def activate_version(
    context: typer.Context,
    code_list: List,
    version: Annotated[str, typer.Argument(help="The version that counts from now on. 启用的版本。")],
    as_json: AsJson = False,
) -> None:
    """Let a version of a code list count. 启用代码表的版本。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = code_pb2.ActivateCodeListVersionRequest(
            name=f"codeLists/{code_list}/versions/{version}", request_id=str(uuid.uuid4())
        )
        answer = given.connection.ask(given.connection.catalog.ActivateCodeListVersion, request)
        given.output.show(answer, _version_rows(answer))


@app.command("compare")
def compare_versions(
    context: typer.Context,
    code_list: List,
    base: Annotated[str, typer.Argument(help="The earlier version. 较早的版本。")],
    other: Annotated[str, typer.Argument(help="The later version. 较晚的版本。")],
    most: Most = 0,
    as_json: AsJson = False,
) -> None:
    """Show what differs between two versions of a code list. 比较两个版本。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        versions = f"codeLists/{code_list}/versions/"
        request = code_pb2.CompareCodeListVersionsRequest(base=versions + base, other=versions + other)
        found = given.connection.every(given.connection.catalog.CompareCodeListVersions, request, "differences", most)
        _show_differences(given.output, found)


class Source(NamedTuple):
    """The files of an import, their rows numbered through, and the number before each file's first."""

    rows: list[CodeRow]
    starts: list[tuple[int, Path]]

    def place(self, row: int) -> str:
        """Return the file and the row in it."""
        start, path = next(entry for entry in reversed(self.starts) if entry[0] < row)
        return f"{path.name}:{row - start}" if len(self.starts) > 1 else str(row)


@app.command("import")
def import_list(
    context: typer.Context,
    code_list: List,
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="CSV or JSON; one or more. 文件。")],
    version: Annotated[str, typer.Option("--version", help="The name of the new version. 新版本名称。")],
    source: Annotated[str, typer.Option(help="Where it comes from; the file's name if left out. 来源。")] = "",
    columns: Annotated[
        list[str] | None, typer.Option("--column", help="field=heading or field=#2, for what is not known. 指定列。")
    ] = None,
    valid_from: Annotated[datetime.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="生效日期。")] = None,
    onto: Annotated[str, typer.Option(help="Lay it over this version. 叠加于此版本之上。")] = "",
    activate: Annotated[bool, typer.Option("--activate", help="Let it count at once. 立即启用。")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done. 仅预演。")] = False,
    as_json: AsJson = False,
) -> None:
    """Import a version of a code list, all of it or nothing; exit status 1 when a dry run finds bad rows. 导入代码表。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        read = _read_files(files, columns or [])
        options = code_pb2.ImportCodeListOptions(
            name=f"codeLists/{code_list}/versions/{version}",
            source=source or ", ".join(path.name for path in files),
            valid_from=Date(year=valid_from.year, month=valid_from.month, day=valid_from.day) if valid_from else None,
            onto=onto,
            activate=activate,
            validate_only=dry_run,
            request_id=str(uuid.uuid4()),
        )
        answer = _send(given, options, read.rows)
        _show_import(given.output, answer, read)
    if any(problem.severity == type_pb2.ImportProblem.SEVERITY_REFUSED for problem in answer.problems):
        raise typer.Exit(FAILED)


def _read_files(files: Sequence[Path], columns: Sequence[str]) -> Source:
    wanted = dict(column.partition("=")[::2] for column in columns)
    found = Source([], [])
    for path in files:
        start = found.rows[-1].row if found.rows else 0
        found.starts.append((start, path))
        table = read_table(path.read_bytes(), as_json=path.suffix.lower() == ".json", columns=wanted)
        found.rows.extend(row.moved_down(start) for row in table)
    return found


def _send(
    given: Given, options: code_pb2.ImportCodeListOptions, rows: Sequence[CodeRow]
) -> code_pb2.ImportCodeListResponse:
    with given.output.progress("importing", len(rows)) as move:

        def pieces() -> Iterator[code_pb2.ImportCodeListRequest]:
            yield code_pb2.ImportCodeListRequest(options=options)
            for start in range(0, len(rows), BATCH):
                batch = [_record(row) for row in rows[start : start + BATCH]]
                yield code_pb2.ImportCodeListRequest(records=code_pb2.ImportCodeListRecords(records=batch))
                move(start + len(batch), None)

        return given.connection.send(given.connection.catalog.ImportCodeList, pieces())


def _record(row: CodeRow) -> code_pb2.CodeRecord:
    return code_pb2.CodeRecord(
        row=row.row,
        code=row.code,
        parent=row.parent,
        title=row.title,
        title_zh=row.title_zh,
        title_en=row.title_en,
        notes=row.notes,
        withdrawn=row.withdrawn,
        replaced_by=row.replaced_by,
        aliases=row.aliases,
    )


def _show_import(output: Output, answer: code_pb2.ImportCodeListResponse, read: Source) -> None:
    counts = answer.counts
    text = (
        "{added} added, {removed} removed, {renamed} renamed, {moved} moved, {withdrawn} withdrawn, {changed} changed,"
        " {unchanged} unchanged"
    )
    figures = {field.name: getattr(counts, field.name) for field in counts.DESCRIPTOR.fields}
    rows = [
        *_version_rows(answer.version),
        ("compared with", _last(answer.compared_with)),
        ("changes", output.text(text, **figures)),
    ]
    output.show(answer, rows)
    for problem in answer.problems[:SHOWN_PROBLEMS]:
        place = read.place(problem.row)
        output.say("row {row}, {column}: {problem}", row=place, column=problem.column, problem=problem.message)
    if answer.problem_count > SHOWN_PROBLEMS:
        output.say("… and {count} more; --json shows them", count=answer.problem_count - SHOWN_PROBLEMS)


def _list_code_lists(given: Given) -> None:
    request = code_pb2.ListCodeListsRequest()
    found = given.connection.every(given.connection.catalog.ListCodeLists, request, "code_lists", 0)

    def row(message: Message) -> list[str]:
        each = cast("code_pb2.CodeList", message)
        title = either(each.title.zh, each.title.en, given.output.language)
        return [_last(each.name), title, _last(each.current.name), str(each.current.code_count)]

    given.output.list(found, ("list", "title", "version", "codes"), row)


def _show_codes(output: Output, found: Iterator[Message]) -> None:
    def row(message: Message) -> list[str]:
        code = cast("code_pb2.Code", message)
        state = output.text("withdrawn") if code.withdrawn else ""
        return [code.name.split("/")[1], code.code, either(code.title.zh, code.title.en, output.language), state]

    output.list(found, ("list", "code", "title", "state"), row)


def _show_differences(output: Output, found: Iterator[Message]) -> None:
    def row(message: Message) -> list[str]:
        each = cast("code_pb2.CodeDifference", message)
        kinds = [code_pb2.CodeDifference.Kind.Name(kind).removeprefix("KIND_").lower() for kind in each.kinds]
        titles = [either(code.title.zh, code.title.en, output.language) for code in (each.before, each.after)]
        return [each.code, ", ".join(output.text(kind) for kind in kinds), *titles]

    output.list(found, ("code", "change", "before", "after"), row)


def _code_rows(output: Output, answer: code_pb2.GetCodeResponse) -> list[tuple[str, str]]:
    code = answer.code
    above = [f"{each.code} {either(each.title.zh, each.title.en, output.language)}" for each in answer.ancestors]
    return [
        ("code", code.code),
        ("title", " · ".join(filter(None, (code.title.zh, code.title.en)))),
        ("above", " › ".join(above)),
        ("notes", code.notes),
        ("state", output.text("withdrawn") if code.withdrawn else ""),
        ("replaced by", code.replaced_by),
        ("also", ", ".join(code.aliases)),
        ("version", _last(code.version)),
    ]


def _version_rows(version: code_pb2.CodeListVersion) -> list[tuple[str, str]]:
    return [
        ("version", _last(version.name)),
        ("codes", f"{version.code_count} ({' / '.join(map(str, version.level_counts))})"),
        ("in force from", day(version.valid_from)),
        ("source", version.source),
    ]


def _last(name: str) -> str:
    return name.rpartition("/")[2]

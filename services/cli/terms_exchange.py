"""`tbt terms import`, `export`, `template`: vocabularies that come in and go out as files."""

import csv
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from services.cli.concept_messages import concept_from, concept_to
from services.cli.connection import Connection
from services.cli.context import AsJson, begin
from services.cli.documents import write_whole
from services.cli.imports import AllOrNothing, DryRun
from services.cli.output import FAILED, Output, answering, message_dict, print_json
from standards_tree.errors import FieldViolation, InvalidArgumentError
from standards_tree.spreadsheets.plain_cells import as_text
from standards_tree.term_exchange.forms import WRITTEN, Form, read_concepts, write_concepts
from standards_tree.term_exchange.reading import ExchangeProblem, ReadConcepts, Severity, merged
from standards_tree.term_exchange.skos_writing import DEFAULT_BASE
from standards_tree.terms import Concept
from tbt.terminology.v1 import exchange_pb2 as pb

BATCH = 500
SHOWN_PROBLEMS = 20
# The path of what is wrong with a file as a whole.
ROOT = "/"
SHOWN_CHANGES = 20
SHOWN_LOSSES = 10
_GLOSSARIST_ENDINGS = (".yaml", ".yml")


class OnKnown(StrEnum):
    """What becomes of a concept that the registry has."""

    SKIP = "skip"
    REPLACE = "replace"
    MERGE = "merge"


def import_terms(
    context: typer.Context,
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            exists=True,
            help="TBX, STS, SKOS (Turtle, JSON-LD), Glossarist YAML, CSV, XLSX; or a folder of YAML. 术语文件。",
        ),
    ],
    form: Annotated[
        Form, typer.Option("--format", help="What the file is; told by its name when not given. 文件格式。")
    ] = Form.AUTO,
    domain: Annotated[str, typer.Option("--domain", help="The vocabulary it goes into. 术语库。")] = "",
    on_known: Annotated[
        OnKnown, typer.Option("--on-known", help="What becomes of concepts that are there. 已有概念的处理方式。")
    ] = OnKnown.SKIP,
    lost: Annotated[
        Path | None,
        typer.Option("--lost", dir_okay=False, help="Write what cannot be kept there, CSV. 未能保留的内容清单。"),
    ] = None,
    all_or_nothing: AllOrNothing = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Import concepts; exit status 1 when one was refused. 导入术语。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        reading = _read(files, form)
        _require_concepts(given.output, reading)
        refused = [one for one in reading.problems if one.severity is Severity.REFUSED]
        if all_or_nothing and refused:
            message = "{count} concepts of the file are refused, so that nothing is imported; {place}: {problem}"
            first = refused[0]
            problem = FieldViolation("", first.template, dict(first.parameters))
            raise InvalidArgumentError(message, count=len(refused), place=_place(given.output, first), problem=problem)
        if lost is not None:
            _write_lost(lost, given.output, reading)
        options = pb.ImportConceptsOptions(
            domain=domain,
            on_known=pb.OnKnown.Value(f"ON_KNOWN_{on_known.name}"),
            all_or_nothing=all_or_nothing,
            validate_only=dry_run,
            request_id=str(uuid.uuid4()),
            reason=", ".join(path.name for path in files)[:2_000],
        )
        response = send_concepts(given.connection, given.output, options, reading)
        if given.output.as_json:
            print_json({**message_dict(response), "file": _file_facts(given.output, reading)})
        else:
            _show_file(given.output, reading)
            show_import(given.output, response)
    if response.counts.refused or refused:
        raise typer.Exit(FAILED)


def export_terms(
    context: typer.Context,
    form: Annotated[Form, typer.Option("--format", help="tbx, skos-turtle, skos-jsonld, csv, xlsx. 文件格式。")],
    out: Annotated[
        Path | None, typer.Option("--out", dir_okay=False, help="The file; standard output when not given. 输出文件。")
    ] = None,
    domain: Annotated[str, typer.Option("--domain", help="Only this vocabulary. 仅此术语库。")] = "",
    base: Annotated[
        str, typer.Option("--base", help="What the IRIs of SKOS begin with. SKOS 标识符前缀。")
    ] = DEFAULT_BASE,
) -> None:
    """Write the concepts of a vocabulary, all of one moment, to a file. 导出术语。"""
    given = begin(context, as_json=False)
    with answering(given.output):
        _require_written(form)
        request = pb.ExportConceptsRequest(domain=domain)
        concepts: list[Concept] = []
        revision = 0
        for piece in given.connection.receive(given.connection.terminology.ExportConcepts, request):
            revision = revision or piece.revision
            concepts.extend(map(concept_from, piece.concepts))
        source = f"{domain or 'terminology'}, revision {revision}"
        write_whole(write_concepts(concepts, form, source, given.output.language, base), out)
        given.output.say("{count} concepts as of revision {revision}", count=len(concepts), revision=revision)


def write_template(
    context: typer.Context,
    out: Annotated[Path, typer.Option("--out", dir_okay=False, help="The file to write, .xlsx or .csv. 输出文件。")],
) -> None:
    """Write an empty table to fill in, with its headers in the caller's language. 导出术语导入模板。"""
    given = begin(context, as_json=False)
    with answering(given.output):
        form = Form.CSV if out.suffix.lower() == ".csv" else Form.XLSX
        write_whole(write_concepts([], form, "", given.output.language), out)


COMMANDS: dict[str, Callable[..., None]] = {"import": import_terms, "export": export_terms, "template": write_template}
"""The commands by name: two of them are words of Python."""


def _require_written(form: Form) -> None:
    if form not in WRITTEN:
        message = "{form} is not written; written are {written}"
        raise InvalidArgumentError(message, form=form.value, written=", ".join(WRITTEN))


def _read(files: Sequence[Path], form: Form) -> ReadConcepts:
    paths = [path for file in files for path in (_in_folder(file) if file.is_dir() else [file])]
    found = [read_concepts(path.read_bytes(), path.name, form) for path in paths]
    return found[0] if len(found) == 1 else merged(found[0].form if found else "", found)


def _in_folder(folder: Path) -> list[Path]:
    found = sorted(path for path in folder.iterdir() if path.suffix.lower() in _GLOSSARIST_ENDINGS)
    if not found:
        message = "the folder {folder} holds no YAML files"
        raise InvalidArgumentError(message, folder=str(folder))
    return found


def send_concepts(
    connection: Connection, output: Output, options: pb.ImportConceptsOptions, reading: ReadConcepts
) -> pb.ImportConceptsResponse:
    """Import what was read and return what became of it; a record's row is its line, or how many it is."""
    records = [
        pb.ImportConceptsRecord(row=place.row or position, concept=concept_to(concept))
        for position, (concept, place) in enumerate(zip(reading.concepts, reading.places, strict=True), start=1)
    ]
    with output.progress("importing", len(records)) as move:

        def pieces() -> Iterator[pb.ImportConceptsRequest]:
            yield pb.ImportConceptsRequest(options=options)
            for start in range(0, len(records), BATCH):
                batch = records[start : start + BATCH]
                yield pb.ImportConceptsRequest(records=pb.ImportConceptsRecords(records=batch))
                move(start + len(batch), None)

        return connection.send(connection.terminology.ImportConcepts, pieces())


def show_import(output: Output, response: pb.ImportConceptsResponse) -> None:
    """Show what became of an import."""
    counts = response.counts
    text = "{read} read: {created} created, {updated} updated, {unchanged} unchanged, {refused} refused"
    figures = {field.name: getattr(counts, field.name) for field in counts.DESCRIPTOR.fields}
    output.show(response, [("concepts", output.text(text, **figures))])
    for change in response.changes[:SHOWN_CHANGES]:
        text = "row {row}, {subject}, {field}: {before} → {after}"
        values = {"before": change.before or "–", "after": change.after or "–"}
        output.say(text, row=change.row, subject=change.subject, field=change.fact, **values)
    if response.change_count > SHOWN_CHANGES:
        output.say("… and {count} more changes; --json shows them", count=response.change_count - SHOWN_CHANGES)
    for problem in response.problems[:SHOWN_PROBLEMS]:
        output.say("row {row}, {column}: {problem}", row=problem.row, column=problem.column, problem=problem.message)
    if response.problem_count > SHOWN_PROBLEMS:
        output.say("… and {count} more; --json shows them", count=response.problem_count - SHOWN_PROBLEMS)


def _show_file(output: Output, reading: ReadConcepts) -> None:
    for problem in reading.problems[:SHOWN_PROBLEMS]:
        told = output.text(problem.template, **problem.parameters)
        output.say("{place}, {rule}: {problem}", place=_place(output, problem), rule=problem.rule, problem=told)
    if len(reading.problems) > SHOWN_PROBLEMS:
        output.say("… and {count} more; --json shows them", count=len(reading.problems) - SHOWN_PROBLEMS)
    if reading.lost:
        message = "{count} things in the file cannot be kept; --lost FILE lists them all"
        output.say(message, count=len(reading.lost))
        for category, count in Counter(one.category for one in reading.lost).most_common(SHOWN_LOSSES):
            output.say("  {count} × {category}", count=count, category=category)


def _require_concepts(output: Output, reading: ReadConcepts) -> None:
    """Refuse what holds no concept at all, not even one that is refused: it is another file than was meant.

    Raises:
        InvalidArgumentError: says why none was found, as far as that is known.
    """
    if reading.concepts or any(one.place.path != ROOT and one.severity is Severity.REFUSED for one in reading.problems):
        return
    if not reading.problems:
        message = "the file holds no concepts, so that there is nothing to import"
        raise InvalidArgumentError(message)
    first = reading.problems[0]
    problem = FieldViolation("", first.template, dict(first.parameters))
    message = "the file holds no concepts, so that there is nothing to import; {place}: {problem}"
    raise InvalidArgumentError(message, place=_place(output, first), problem=problem)


def _place(output: Output, problem: ExchangeProblem) -> str:
    """Return where a problem is, in the caller's language; the root of a document is no place of its own."""
    place = problem.place
    row = output.text("line {row}", row=place.row) if place.row else ""
    path = "" if row and place.path == ROOT else place.path
    return ", ".join(filter(None, (row, path))) or output.text("the file")


def _file_facts(output: Output, reading: ReadConcepts) -> dict[str, object]:
    problems = [
        {
            "row": one.place.row,
            "path": one.place.path,
            "rule": one.rule,
            "severity": one.severity.value,
            "value": one.value,
            "message": output.text(one.template, **one.parameters),
        }
        for one in reading.problems
    ]
    losses = Counter(one.category for one in reading.lost)
    return {"form": reading.form, "concepts": len(reading.concepts), "problems": problems, "lost": dict(losses)}


def _write_lost(path: Path, output: Output, reading: ReadConcepts) -> None:
    """Write all that cannot be kept as a table that a spreadsheet program opens, Chinese and all."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow([output.text(heading) for heading in ("row", "place", "concept", "what", "value")])
        for one in reading.lost:
            texts = map(as_text, (one.place.path, one.concept, one.category, one.value))
            table.writerow([one.place.row or "", *texts])

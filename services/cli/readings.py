"""`tbt documents read` and `validate`: what a standard document says, and whether it is valid by the schemas of STS."""

from pathlib import Path
from typing import Annotated

import typer

from services.cli.context import AsJson, Given, begin
from services.cli.documents import upload
from services.cli.output import FAILED, Output, answering, message_dict, print_json
from tbt.documents.v1 import documents_service_pb2 as pb
from tbt.documents.v1 import standard_piece_pb2 as piece_pb
from tbt.documents.v1 import validation_pb2
from tbt.type.v1 import type_pb2

Source = Annotated[str, typer.Argument(help="A file, or documents/<document>. 文件或已上传的文档。")]
PREVIEW_CHARACTERS = 60


def read(
    context: typer.Context,
    source: Source,
    blocks: Annotated[bool, typer.Option("--blocks", help="Show the text of every clause. 显示各条内容。")] = False,
    as_json: AsJson = False,
) -> None:
    """Show what a standard document says: front matter, outline, references, terms, remarks. 读取标准文档。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = pb.StreamStandardRequest(name=_name_of(given, source))
        whole = piece_pb.StandardPiece()
        for piece in given.connection.receive(given.connection.documents.StreamStandard, request):
            whole.MergeFrom(piece)
        if given.output.as_json:
            print_json(message_dict(whole))
            return
        _show(given.output, whole, with_blocks=blocks)


def validate(
    context: typer.Context,
    source: Source,
    schema: Annotated[
        list[str] | None,
        typer.Option(
            "--schema",
            help="iso-sts-1.1, niso-sts-1.0, niso-sts-1.2, iso-sts-rules, cen-sts-rules, niso-sts-1.0-xsd. 模式。",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Hold a document against the schemas of STS; the exit status is 1 where one finds it invalid. 按模式校验。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = validation_pb2.ValidateDocumentRequest(name=_name_of(given, source), schemas=schema or [])
        answer = given.connection.ask(given.connection.documents.ValidateDocument, request)
        if given.output.as_json:
            print_json(message_dict(answer))
        else:
            _show_verdicts(given.output, answer)
        if not all(verdict.valid for verdict in answer.verdicts):
            raise typer.Exit(FAILED)


def _name_of(given: Given, source: str) -> str:
    """Return the name of a stored document; a file is stored first."""
    path = Path(source)
    return upload(given.connection, given.output, path).name if path.is_file() else source


def _show(output: Output, whole: piece_pb.StandardPiece, *, with_blocks: bool) -> None:
    output.show(whole.head, _front_matter(output, whole))
    output.list(whole.clauses, ("clause", "title", "kind", "blocks", "place"), _clause_row)
    if with_blocks:
        for clause in whole.clauses:
            output.list(clause.blocks, (clause.number or clause.title, "label", "text", "place"), _block_row)
    if whole.normative_references:
        output.list(whole.normative_references, ("normative reference", "title", "place"), _reference_row)
    if whole.informative_references:
        output.list(whole.informative_references, ("bibliography", "title", "place"), _reference_row)
    if whole.terms:
        output.list(whole.terms, ("number", "term", "definition", "place"), _term_row)
    for remark in whole.head.remarks:
        output.say("{remark}", remark=remark.text)


def _front_matter(output: Output, whole: piece_pb.StandardPiece) -> list[tuple[str, str]]:
    head = whole.head
    metadata = head.metadata
    return [
        ("format", head.dialect),
        ("designation", head.designation or "; ".join(entry.text for entry in metadata.designations)),
        *(("title", title.full) for title in metadata.titles),
        ("stage", metadata.stage),
        ("ICS", "; ".join(metadata.ics)),
        ("CCS", "; ".join(metadata.ccs)),
        ("level", output.text(metadata.level) if metadata.level else ""),
        ("committee", "; ".join(metadata.committees)),
        ("adopts", "; ".join(f"{entry.designation} {entry.degree.upper()}".strip() for entry in head.adoptions)),
        ("related", "; ".join(f"{entry.relation} {entry.designation}" for entry in metadata.related)),
    ]


def _clause_row(clause: piece_pb.StandardClause) -> list[str]:
    indent = "  " * (clause.depth - 1)
    return [f"{indent}{clause.number}", clause.title, clause.kind, str(len(clause.blocks)), _place(clause.place)]


def _block_row(block: piece_pb.StandardBlock) -> list[str]:
    text = " ".join(filter(None, (block.title, block.text.replace("\t", " | "))))
    return [block.kind, block.number, text, _place(block.place)]


def _reference_row(reference: piece_pb.StandardReference) -> list[str]:
    return [reference.designation or reference.text, reference.title, _place(reference.place)]


def _term_row(term: piece_pb.StandardTerm) -> list[str]:
    names = "; ".join(entry.text for entry in term.designations)
    definition = term.definitions[0].text if term.definitions else ""
    return [term.number, names, definition[:PREVIEW_CHARACTERS], _place(term.place)]


def _show_verdicts(output: Output, answer: validation_pb2.ValidateDocumentResponse) -> None:
    output.list(
        answer.verdicts,
        ("schema", "verdict", "problems"),
        lambda verdict: [
            verdict.schema,
            output.text("valid" if verdict.valid else "invalid"),
            str(verdict.problem_count),
        ],
    )
    for verdict in answer.verdicts:
        if verdict.problems:
            output.list(verdict.problems, (verdict.schema, "rule", "severity", "XPath", "line"), _problem_row)


def _problem_row(problem: validation_pb2.SchemaProblem) -> list[str]:
    return [problem.message, problem.rule, problem.role, problem.place.xpath, str(problem.place.line)]


def _place(place: type_pb2.Place) -> str:
    return str(place.line) if place.line else f"¶{place.paragraph}"

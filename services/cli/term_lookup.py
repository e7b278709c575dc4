"""`tbt terms lookup`, `suggest` and `recognize`: find terms of the registry, alone and in texts."""

import sys
from pathlib import Path
from typing import Annotated, cast

import typer
from google.protobuf.message import Message

from services.cli.context import AsJson, Given, begin
from services.cli.output import Output, answering
from services.cli.wrong_options import WrongOption
from tbt.terminology.v1 import concept_pb2, lookup_pb2, recognition_pb2
from tbt.terminology.v1 import terminology_service_pb2 as pb

Language = Annotated[str, typer.Option("--language", help="Only designations in it: zh, en … 语种。")]
MODES = {
    "folded": lookup_pb2.LOOKUP_MODE_FOLDED,
    "exact": lookup_pb2.LOOKUP_MODE_EXACT,
    "prefix": lookup_pb2.LOOKUP_MODE_PREFIX,
    "fuzzy": lookup_pb2.LOOKUP_MODE_FUZZY,
    "number": lookup_pb2.LOOKUP_MODE_NUMBER,
}
NEAR_MISSES = 5


def lookup(
    context: typer.Context,
    terms: Annotated[
        list[str], typer.Argument(metavar="TERM…", help="Words, or numbers of concepts. 术语或条目编号。")
    ],
    mode: Annotated[str, typer.Option(help=f"How alike: {', '.join(MODES)}. 匹配方式。")] = "folded",
    language: Language = "",
    most: Annotated[int, typer.Option("--most", min=1, help="How many for each word. 每词最多条数。")] = 20,
    as_json: AsJson = False,
) -> None:
    """Look up which concepts words designate, the best first. 查询术语。"""
    if mode not in MODES:
        raise WrongOption("{word} is none of {known}", option="--mode", word=mode, known=", ".join(MODES))
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = pb.LookupTermsRequest(terms=terms, language=language, mode=MODES[mode], most=most, brief=True)
        response = given.connection.ask(given.connection.terminology.LookupTerms, request)
        if given.output.as_json:
            given.output.show(response, ())
            return
        asked = [(found.term, match) for found in response.matches for match in found.concepts]
        words = iter([term for term, _match in asked])

        def row(message: Message) -> list[str]:
            match = cast("pb.TermMatch", message)
            entry, concept = match.designation, match.concept
            return [
                next(words),
                entry.text,
                _status(given.output, entry.status),
                entry.language,
                concept.number,
                concept.name,
            ]

        headings = ("asked", "term", "status", "language", "number", "concept")
        if asked:
            given.output.list([match for _term, match in asked], headings, row)
        _tell_near_misses(given, request, [found.term for found in response.matches if not found.concepts])


def suggest(
    context: typer.Context,
    prefix: Annotated[str, typer.Argument(help="The beginning of a term. 术语的开头。")],
    language: Language = "",
    most: Annotated[int, typer.Option("--most", min=1, help="How many at the most. 最多条数。")] = 10,
    as_json: AsJson = False,
) -> None:
    """Suggest terms to somebody who types. 术语输入提示。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = lookup_pb2.SuggestTermsRequest(prefix=prefix, language=language, most=most)
        response = given.connection.ask(given.connection.terminology.SuggestTerms, request)

        def row(message: Message) -> list[str]:
            term = cast("lookup_pb2.RegisteredTerm", message)
            return [term.text, _status(given.output, term.status), term.language, term.number, term.concept]

        given.output.list(response.terms, ("term", "status", "language", "number", "concept"), row)


def recognize(
    context: typer.Context,
    source: Annotated[
        str, typer.Argument(metavar="FILE|-|documents/…", help="A text, or a stored standard. 文本文件或文档。")
    ],
    language: Language = "",
    nested: Annotated[bool, typer.Option("--nested", help="Also terms inside longer ones. 含嵌套术语。")] = False,
    most: Annotated[int, typer.Option("--most", min=0, help="How many at the most. 最多条数。")] = 0,
    as_json: AsJson = False,
) -> None:
    """Find the terms of the registry in a text, and which to use instead. 识别文本中的术语。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = recognition_pb2.RecognizeTermsRequest(language=language, nested=nested, most=most)
        if source.startswith("documents/"):
            request.document = source
        else:
            # Only who brings a text pays for its import.
            from standards_tree.catalogue_files.rows import decoded  # noqa: PLC0415

            request.text = decoded(sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes())
        response = given.connection.ask(given.connection.terminology.RecognizeTerms, request)

        def row(message: Message) -> list[str]:
            term = cast("recognition_pb2.RecognizedTerm", message)
            verdict = recognition_pb2.TermVerdict.Name(term.verdict).removeprefix("TERM_VERDICT_").lower()
            return [
                f"{term.clause} {term.start}–{term.end}".strip(),
                term.text,
                given.output.text(verdict),
                " / ".join(term.instead),
                ", ".join(dict.fromkeys(entry.concept for entry in term.designations)),
            ]

        given.output.list(response.terms, ("place", "term", "verdict", "use instead", "concept"), row)


COMMANDS = (lookup, suggest, recognize)
"""The commands that `tbt terms` has from here."""


def _tell_near_misses(given: Given, request: pb.LookupTermsRequest, unknown: list[str]) -> None:
    """Say which of the words are no terms, and what is spelt nearly so."""
    if not unknown:
        return
    if request.mode in (lookup_pb2.LOOKUP_MODE_FUZZY, lookup_pb2.LOOKUP_MODE_NUMBER):
        near = dict.fromkeys(unknown, "")
    else:
        again = pb.LookupTermsRequest(
            terms=unknown, language=request.language, mode=lookup_pb2.LOOKUP_MODE_FUZZY, most=NEAR_MISSES, brief=True
        )
        answer = given.connection.ask(given.connection.terminology.LookupTerms, again)
        near = {
            found.term: " · ".join(dict.fromkeys(match.designation.text for match in found.concepts))
            for found in answer.matches
        }
    for term in unknown:
        if near.get(term):
            given.output.say("{term} is no term here; near it: {near}", term=term, near=near[term])
        else:
            given.output.say("{term} is no term here", term=term)


def _status(output: Output, status: concept_pb2.DesignationStatus.ValueType) -> str:
    return output.text(concept_pb2.DesignationStatus.Name(status).removeprefix("DESIGNATION_STATUS_").lower())

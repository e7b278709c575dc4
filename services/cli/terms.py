"""`tbt terms`: list, show, create, discuss, approve, and retire concepts."""

import uuid
from typing import Annotated, cast

import typer
from google.protobuf.message import Message

from services.cli.context import AsJson, Most, begin
from services.cli.output import Output, answering
from standards_tree.errors import InvalidArgumentError
from tbt.terminology.v1 import concept_pb2, concept_work_pb2
from tbt.terminology.v1 import terminology_service_pb2 as pb

app = typer.Typer(no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="concepts/<concept>. 概念。")]
Reason = Annotated[str, typer.Option(help="Kept in its history. 理由。")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done. 仅预演。")]
Domain = Annotated[str, typer.Option("--domain", help="The vocabulary. 术语库。")]

# What stands before a word: +admitted, -deprecated; nothing for preferred.
MARKS = {"+": concept_pb2.DESIGNATION_STATUS_ADMITTED, "-": concept_pb2.DESIGNATION_STATUS_DEPRECATED}


@app.command("list")
def list_(
    context: typer.Context,
    query: Annotated[str, typer.Argument(help="A part of a designation. 术语片段。")] = "",
    domain: Domain = "",
    status: Annotated[list[str] | None, typer.Option(help="candidate, approved …; may be repeated. 仅此状态。")] = None,
    most: Most = 100,
    as_json: AsJson = False,
) -> None:
    """List concepts, by number and name. 列出概念。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = pb.ListConceptsRequest(query=query, domain=domain, statuses=map(_status, status or ()))
        found = given.connection.every(given.connection.terminology.ListConcepts, request, "concepts", most)

        def row(message: Message) -> list[str]:
            one = cast("concept_pb2.Concept", message)
            return [one.name, one.number, _preferred(one), _status_word(given.output, one), one.domain]

        given.output.list(found, ("concept", "number", "term", "status", "vocabulary"), row)


@app.command()
def show(context: typer.Context, name: Name, as_json: AsJson = False) -> None:
    """Show a concept; the name of one that was merged leads to what it became. 查看概念。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        answer = given.connection.ask(given.connection.terminology.GetConcept, pb.GetConceptRequest(name=name))
        if answer.redirected_from:
            given.output.say("{name} was merged into {survivor}", name=answer.redirected_from, survivor=answer.name)
        show_concept(given.output, answer)


@app.command()
def create(
    context: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(
            help="en=limit zh=限量; en=+ceiling is admitted, en=-cap deprecated. 语言=术语，+为许用，-为拒用。"
        ),
    ],
    domain: Domain = "",
    number: Annotated[str, typer.Option(help="3.1. 条目编号。")] = "",
    definition: Annotated[list[str] | None, typer.Option(help="en=what it is; may be repeated. 语言=定义。")] = None,
    source: Annotated[str, typer.Option(help="Where the entry comes from. 来源。")] = "",
    reason: Reason = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Record a candidate. 登记候选概念。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        concept = concept_pb2.Concept(
            number=number,
            domain=domain,
            source=source,
            designations=[_designation(*pair(given_word)) for given_word in words],
            definitions=[
                concept_pb2.Definition(language=language, text=text) for language, text in map(pair, definition or ())
            ],
        )
        request = pb.CreateConceptRequest(
            concept=concept, reason=reason, request_id=str(uuid.uuid4()), validate_only=dry_run
        )
        show_concept(given.output, given.connection.ask(given.connection.terminology.CreateConcept, request))


@app.command()
def discuss(
    context: typer.Context, name: Name, reason: Reason = "", dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Put a candidate, or an agreed concept that shall change, to discussion. 提交讨论。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = concept_work_pb2.DiscussConceptRequest(
            name=name, reason=reason, request_id=str(uuid.uuid4()), validate_only=dry_run
        )
        show_concept(given.output, given.connection.ask(given.connection.terminology.DiscussConcept, request))


@app.command()
def approve(
    context: typer.Context, name: Name, reason: Reason = "", dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Approve a concept that was discussed and that somebody else proposed. 批准概念。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = concept_work_pb2.ApproveConceptRequest(
            name=name, reason=reason, request_id=str(uuid.uuid4()), validate_only=dry_run
        )
        show_concept(given.output, given.connection.ask(given.connection.terminology.ApproveConcept, request))


@app.command()
def retire(
    context: typer.Context,
    name: Name,
    successor: Annotated[str, typer.Option(help="concepts/<concept> that takes its place. 替代概念。")] = "",
    reason: Reason = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Take a concept out of use. 停用概念。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = concept_work_pb2.RetireConceptRequest(
            name=name, successor=successor, reason=reason, request_id=str(uuid.uuid4()), validate_only=dry_run
        )
        show_concept(given.output, given.connection.ask(given.connection.terminology.RetireConcept, request))


@app.command()
def reopen(
    context: typer.Context, name: Name, reason: Reason = "", dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Make a concept that is out of use a candidate again. 重新提出概念。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = concept_work_pb2.ReopenConceptRequest(
            name=name, reason=reason, request_id=str(uuid.uuid4()), validate_only=dry_run
        )
        show_concept(given.output, given.connection.ask(given.connection.terminology.ReopenConcept, request))


def show_concept(output: Output, concept: concept_pb2.Concept) -> None:
    """Show one concept."""
    rows = [("concept", concept.name), ("number", concept.number), ("vocabulary", concept.domain)]
    rows += [("subject field", concept.subject_field)]
    rows += [("status", _status_word(output, concept)), ("successor", concept.successor)]
    for entry in concept.designations:
        standing = output.text(
            concept_pb2.DesignationStatus.Name(entry.status).removeprefix("DESIGNATION_STATUS_").lower()
        )
        used = f" ({', '.join(entry.used_by)})" if entry.used_by else ""
        rows.append((standing, f"{entry.language}: {entry.text}{used}"))
    rows += [("definition", _stated(entry.language, entry.text)) for entry in concept.definitions]
    rows += [("note", _stated(entry.language, entry.text)) for entry in concept.notes]
    rows += [("example", _stated(entry.language, entry.text)) for entry in concept.examples]
    for relation in concept.relations:
        kind = concept_pb2.ConceptRelationKind.Name(relation.kind).removeprefix("CONCEPT_RELATION_KIND_").lower()
        rows.append((kind, relation.target))
    rows += [("source", concept.source), ("proposed by", concept.proposed_by)]
    output.show(concept, rows)


def _stated(language: str, text: str) -> str:
    return f"{language}: {text}"


def _preferred(concept: concept_pb2.Concept) -> str:
    """Return the preferred designations of a concept, or the first where there is none."""
    preferred = [
        entry.text for entry in concept.designations if entry.status == concept_pb2.DESIGNATION_STATUS_PREFERRED
    ]
    return " / ".join(preferred) or concept.designations[0].text


def _status(word: str) -> concept_pb2.ConceptStatus.ValueType:
    try:
        return concept_pb2.ConceptStatus.Value(f"CONCEPT_STATUS_{word.upper()}")
    except ValueError:
        names = [name.removeprefix("CONCEPT_STATUS_").lower() for name in concept_pb2.ConceptStatus.keys()[1:]]
        message = "{word} is no status of a concept; these are: {known}"
        raise InvalidArgumentError(message, word=word, known=", ".join(names)) from None


def _status_word(output: Output, concept: concept_pb2.Concept) -> str:
    return output.text(concept_pb2.ConceptStatus.Name(concept.status).removeprefix("CONCEPT_STATUS_").lower())


def pair(text: str) -> tuple[str, str]:
    """Return the language and what is said in it of `en=limit`.

    Raises:
        InvalidArgumentError: it is not of that form.
    """
    language, mark, value = text.partition("=")
    if not mark or not value:
        message = "{text} is not language=text, such as en=limit"
        raise InvalidArgumentError(message, text=text)
    return language.strip(), value.strip()


def _designation(language: str, text: str) -> concept_pb2.TermDesignation:
    status = MARKS.get(text[0], concept_pb2.DESIGNATION_STATUS_PREFERRED)
    return concept_pb2.TermDesignation(
        language=language, text=text.lstrip("+-") if text[0] in MARKS else text, status=status
    )

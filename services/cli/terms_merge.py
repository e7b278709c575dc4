"""`tbt terms merge` and `split`: two concepts become one, and one becomes two."""

import uuid
from typing import Annotated

import typer

from services.cli.context import AsJson, begin
from services.cli.output import answering
from services.cli.terms import DryRun, Name, Reason, pair, show_concept
from standards_tree.errors import InvalidArgumentError
from tbt.terminology.v1 import concept_merge_pb2, concept_pb2

RELATION = "CONCEPT_RELATION_KIND_"


def merge(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The concept that goes. 被合并的概念。")],
    into: Annotated[str, typer.Argument(help="The one that stays. 保留的概念。")],
    prefer: Annotated[
        list[str] | None, typer.Option(help="en=limit: preferred where both have one. 首选术语。")
    ] = None,
    definition: Annotated[
        list[str] | None, typer.Option(help="en=concepts/<concept>: whose definition stays. 保留谁的定义。")
    ] = None,
    reason: Reason = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Make one concept of two; the old name leads to the other. 合并概念。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = concept_merge_pb2.MergeConceptsRequest(
            name=name,
            into=into,
            preferred=dict(map(pair, prefer or ())),
            definitions=dict(map(pair, definition or ())),
            reason=reason,
            request_id=str(uuid.uuid4()),
            validate_only=dry_run,
        )
        show_concept(given.output, given.connection.ask(given.connection.terminology.MergeConcepts, request))


def split(
    context: typer.Context,
    name: Name,
    words: Annotated[
        list[str], typer.Argument(help="en=limit zh=限量: designations that go to the new one. 移至新概念的术语。")
    ],
    definition: Annotated[
        list[str] | None, typer.Option(help="en: the language of a definition that goes with them. 随之移走的定义。")
    ] = None,
    number: Annotated[str, typer.Option(help="The number of the new concept. 新概念的编号。")] = "",
    domain: Annotated[
        str, typer.Option("--domain", help="Its vocabulary, where another. 新概念的术语库（如不同）。")
    ] = "",
    relation: Annotated[
        str, typer.Option(help="How the two are related: generic, partitive, associative … 两概念的关系。")
    ] = "",
    reason: Reason = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Split a candidate off a concept that says two things. 拆分概念。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = concept_merge_pb2.SplitConceptRequest(
            name=name,
            designations=[
                concept_merge_pb2.DesignationName(language=language, text=text) for language, text in map(pair, words)
            ],
            definitions=definition,
            number=number,
            domain=domain,
            relation=_relation(relation),
            reason=reason,
            request_id=str(uuid.uuid4()),
            validate_only=dry_run,
        )
        answer = given.connection.ask(given.connection.terminology.SplitConcept, request)
        if given.output.as_json:
            given.output.show(answer, ())
            return
        given.output.say("what is left:")
        show_concept(given.output, answer.concept)
        given.output.say("split off:")
        show_concept(given.output, answer.split_off)


COMMANDS = (merge, split)


def _relation(word: str) -> concept_pb2.ConceptRelationKind.ValueType:
    if not word:
        return concept_pb2.CONCEPT_RELATION_KIND_UNSPECIFIED
    try:
        return concept_pb2.ConceptRelationKind.Value(f"{RELATION}{word.upper()}")
    except ValueError:
        names = [name.removeprefix(RELATION).lower() for name in concept_pb2.ConceptRelationKind.keys()[1:]]
        message = "{word} is no relation of concepts; these are: {known}"
        raise InvalidArgumentError(message, word=word, known=", ".join(names)) from None

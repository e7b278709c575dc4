"""Put all concepts, or those that have changed, into messages column by column, for whoever analyses where they bind."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Select, String, case, cast, func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlmodel import Session

from services.runtime.changes import changed_resources, latest_revision
from services.runtime.raw_rows import NewTexts, flat, portions, raw_rows, sixteen_bytes
from services.terminology import store_rows
from services.terminology.messages import CONCEPT_STATUS_TO
from services.terminology.store import COLLECTION
from services.terminology.store_rows import CONCEPT, DEFINITION, DESIGNATION
from standards_tree.recognition.registered import STANDING
from tbt.terminology.v1 import term_export_pb2 as pb

MOST_CHANGES = 5_000
NOTHING = cast(literal([], ARRAY(String)), ARRAY(String))
_STATUSES = {status.value: number for status, number in CONCEPT_STATUS_TO.items()}


def export_terms(session: Session, after: int = 0) -> Iterator[pb.ExportTermsResponse]:
    """Yield the revision *session* shows, then concepts: all, or after a revision those that changed and what is gone."""
    yield pb.ExportTermsResponse(revision=latest_revision(session))
    names = changed_resources(session, after, MOST_CHANGES) if after else None
    if after and names is None:
        yield pb.ExportTermsResponse(everything=True)
    if names is None:
        yield from _concepts(session, _query())
        return
    ids = [name.removeprefix(COLLECTION) for name in names if name.startswith(COLLECTION) and name.count("/") == 1]
    there: set[str] = set()
    query = _query(_every_designation()).where(store_rows.one_of_ids(CONCEPT.c.concept_id, ids))
    if ids:
        for piece in _concepts(session, query):
            digits = piece.concepts.names.hex()
            there.update(digits[start : start + 32] for start in range(0, len(digits), 32))
            yield piece
    gone = [f"{COLLECTION}{one}" for one in ids if one not in there]
    yield pb.ExportTermsResponse(removals=pb.ExportedConceptRemovals(names=gone))


def _query(*more: ColumnElement[Any]) -> Select[Any]:
    """Return the query of what is sent of each concept, by id."""
    spoken = _term(DESIGNATION.c.language.like("en%")), _term()
    source = case((DEFINITION.c.source != "", DEFINITION.c.source), else_=CONCEPT.c.source)
    return select(
        *(CONCEPT.c[name] for name in ("concept_id", "number", "domain", "status")),
        func.coalesce(_term(DESIGNATION.c.language.like("zh%")), ""),
        func.coalesce(*spoken, ""),
        _of_definitions(source),
        _of_definitions(DEFINITION.c.clause),
        *more,
    ).order_by(CONCEPT.c.concept_id)


def _term(*conditions: ColumnElement[bool]) -> ColumnElement[Any]:
    """Return the designation that counts most among those that keep *conditions*; NULL where there is none."""
    standing = case({status.value: number for status, number in STANDING.items()}, value=DESIGNATION.c.status)
    return (
        select(DESIGNATION.c.text)
        .where(DESIGNATION.c.concept_id == CONCEPT.c.concept_id, *conditions)
        .order_by(standing, DESIGNATION.c.position)
        .limit(1)
        .correlate(CONCEPT)
        .scalar_subquery()
    )


def _of_definitions(column: ColumnElement[Any]) -> ColumnElement[Any]:
    every = func.array_agg(aggregate_order_by(column, DEFINITION.c.language))
    found = select(every).where(DEFINITION.c.concept_id == CONCEPT.c.concept_id).correlate(CONCEPT).scalar_subquery()
    return func.coalesce(found, NOTHING)


def _every_designation() -> ColumnElement[Any]:
    every = func.array_agg(aggregate_order_by(DESIGNATION.c.text, DESIGNATION.c.position))
    found = select(every).where(DESIGNATION.c.concept_id == CONCEPT.c.concept_id).correlate(CONCEPT).scalar_subquery()
    return func.coalesce(found, NOTHING)


def _concepts(session: Session, query: Select[Any]) -> Iterator[pb.ExportTermsResponse]:
    texts = NewTexts()
    for found in portions(raw_rows(session, query), texts=(1, 2, 4, 5), lists=(6, 7)):
        ids, numbers, domains, statuses, zh, en, sources, clauses, *designations = found
        (all_sources, counts), (all_clauses, _) = flat(sources), flat(clauses)
        message = pb.ConceptColumns(
            names=sixteen_bytes(ids),
            numbers=numbers,
            domains=texts.numbers(domains),
            statuses=map(_STATUSES.__getitem__, statuses),
            terms_zh=zh,
            terms_en=en,
            definition_counts=counts,
            sources=texts.numbers(all_sources),
            clauses=texts.numbers(all_clauses),
        )
        for column in designations:
            _add_designations(message, column)
        message.new_texts.extend(texts.taken())
        yield pb.ExportTermsResponse(concepts=message)


def _add_designations(message: pb.ConceptColumns, designations: Sequence[Sequence[str]]) -> None:
    every, counts = flat(designations)
    message.designations.extend(every)
    message.designation_counts.extend(counts)

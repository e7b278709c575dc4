"""Put all measures, requirements and links into messages column by column."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select, Table, select
from sqlmodel import Session

from services.linkage.messages import limit_to
from services.linkage.messages_links import LINK_STATE_TO, SET_RELATION_TO
from services.linkage.messages_requirements import REQUIREMENT_KIND_TO
from services.linkage.tables import MeasureRow, RequirementRow
from services.linkage.tables_links import LinkRow
from services.runtime.raw_rows import NewTexts, day_number, flat, portions, raw_rows, sixteen_bytes
from tbt.linkage.v1 import export_columns_pb2 as columns
from tbt.linkage.v1 import linkage_service_pb2 as pb
from tbt.type.v1 import type_pb2

MEASURE: Table = MeasureRow.__table__  # type: ignore[attr-defined]  # SQLModel makes it
REQUIREMENT: Table = RequirementRow.__table__  # type: ignore[attr-defined]  # the same
LINK: Table = LinkRow.__table__  # type: ignore[attr-defined]  # the same
_KINDS = {kind.value: number for kind, number in REQUIREMENT_KIND_TO.items()}
_STATES = {state.value: number for state, number in LINK_STATE_TO.items()}
_RELATIONS = {relation.value: number for relation, number in SET_RELATION_TO.items()}


def all_columns(session: Session) -> Iterator[pb.ExportLinkageResponse]:
    """Yield everything *session* shows."""
    measures = NewTexts()
    yield from _measures(session, measures)
    yield from _requirements(session, measures)
    yield from _links(session, measures)


def _measures(session: Session, numbered: NewTexts) -> Iterator[pb.ExportLinkageResponse]:
    """Yield every measure, by id."""
    texts = ("measure_id", "title_zh", "title_en", "symbols", "member_codes", "hs_codes", "ics_codes")
    days = [day_number(MEASURE.c[name]) for name in ("distributed_on", "comment_deadline", "entry_into_force_on")]
    query: Select[Any] = select(*(MEASURE.c[name] for name in texts), *days, MEASURE.c.example)
    rows_in_order = raw_rows(session, query.order_by(MEASURE.c.measure_id))
    for found in portions(rows_in_order, texts=(0, 1, 2), lists=(3, 4, 5, 6)):
        ids, zh, en, symbols, members, hs, ics, distributed, deadlines, entries, examples = found
        for one in ids:
            numbered[one]
        all_symbols, all_members, all_hs, all_ics = flat(symbols), flat(members), flat(hs), flat(ics)
        yield pb.ExportLinkageResponse(
            measure_columns=columns.MeasureColumns(
                ids=ids,
                symbols=all_symbols[0],
                symbol_counts=all_symbols[1],
                titles_zh=zh,
                titles_en=en,
                member_codes=all_members[0],
                member_counts=all_members[1],
                hs_codes=all_hs[0],
                hs_counts=all_hs[1],
                ics_codes=all_ics[0],
                ics_counts=all_ics[1],
                distributed_on=distributed,
                comment_deadlines=deadlines,
                entries_into_force=entries,
                examples=examples,
            )
        )


def _requirements(session: Session, measures: NewTexts) -> Iterator[pb.ExportLinkageResponse]:
    """Yield every requirement, by measure and number."""
    names = (
        "measure_id",
        "number",
        "text_zh",
        "text_en",
        "kind",
        "parameter",
        "hs_codes",
        "cited_standards",
        "assessed",
    )
    query: Select[Any] = select(*(REQUIREMENT.c[name] for name in names), REQUIREMENT.c.required_limit)
    rows_in_order = raw_rows(session, query.order_by(REQUIREMENT.c.measure_id, REQUIREMENT.c.number))
    for found in portions(rows_in_order, texts=(2, 3, 5), lists=(6, 7)):
        of, numbers, zh, en, kinds, parameters, hs, cited, assessed, limits = found
        (all_hs, hs_counts), (all_cited, cited_counts) = flat(hs), flat(cited)
        yield pb.ExportLinkageResponse(
            requirement_columns=columns.RequirementColumns(
                measures=measures.numbers(of),
                numbers=numbers,
                texts_zh=zh,
                texts_en=en,
                kinds=map(_KINDS.__getitem__, kinds),
                parameters=parameters,
                hs_codes=all_hs,
                hs_counts=hs_counts,
                cited_standards=all_cited,
                cited_counts=cited_counts,
                assessed=assessed,
                limits=_limits(limits),
                limited=_limited(limits),
            )
        )


def _links(session: Session, measures: NewTexts) -> Iterator[pb.ExportLinkageResponse]:
    """Yield every link, by requirement."""
    texts = NewTexts()
    claim = (
        "link_id",
        "measure_id",
        "requirement_number",
        "target",
        "designation",
        "clause",
        "rationale_zh",
        "rationale_en",
    )
    judged = ("relation", "state", "confidence", "standard_limit")
    query: Select[Any] = select(*(LINK.c[name] for name in (*claim, *judged)))
    order = (LINK.c[name] for name in ("measure_id", "requirement_number", "target", "clause"))
    rows_in_order = raw_rows(session, query.order_by(*order))
    for found in portions(rows_in_order, texts=(3, 4, 5, 6, 7)):
        names, demands, numbers, targets, designations, clauses, *rest = found
        zh, en, relations, states, confidences, limits = rest
        message = columns.LinkColumns(
            names=sixteen_bytes(names),
            measures=measures.numbers(demands),
            numbers=numbers,
            targets=texts.numbers(targets),
            designations=texts.numbers(designations),
            clauses=texts.numbers(clauses),
            rationales_zh=texts.numbers(zh),
            rationales_en=texts.numbers(en),
            relations=map(_RELATIONS.__getitem__, relations),
            states=map(_STATES.__getitem__, states),
            confidences=confidences,
            limits=_limits(limits),
            limited=_limited(limits),
        )
        message.new_texts.extend(texts.taken())
        yield pb.ExportLinkageResponse(link_columns=message)


def _limits(limits: Sequence[dict[str, str] | None]) -> list[type_pb2.Limit]:
    return [limit for one in limits if (limit := limit_to(one)) is not None]


def _limited(limits: Sequence[dict[str, str] | None]) -> list[int]:
    return [number for number, one in enumerate(limits) if one is not None]

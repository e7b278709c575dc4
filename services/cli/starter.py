"""Load the starter set through the services, as any client could, and make a first report.

Loading again, or after it was cut off, adds what is missing and changes nothing else.
"""

import uuid
from collections.abc import Callable, Iterable
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import grpc
from google.protobuf.message import Message
from google.type.date_pb2 import Date

from services.cli.concept_messages import concept_to
from services.cli.connection import Connection
from services.cli.gap import download, make
from services.cli.imports import send_records
from services.cli.output import Output
from standards_tree.limits import Limit, LimitOperator
from standards_tree.measures.symbols import parse_symbol
from standards_tree.standards import LinkState
from standards_tree.starter import (
    Draft,
    Link,
    Measure,
    Node,
    Requirement,
    StandardRecord,
    StarterSet,
    load_starter,
)
from tbt.catalog.v1 import catalog_service_pb2 as catalog_pb
from tbt.catalog.v1 import draft_pb2, standard_pb2, system_pb2
from tbt.gap.v1 import gap_service_pb2 as gap_pb
from tbt.linkage.v1 import linkage_service_pb2 as linkage_pb
from tbt.terminology.v1 import terminology_service_pb2 as terminology_pb
from tbt.type.v1 import type_pb2

OPERATORS = {
    LimitOperator.LT: type_pb2.Limit.OPERATOR_LESS,
    LimitOperator.LE: type_pb2.Limit.OPERATOR_AT_MOST,
    LimitOperator.EQ: type_pb2.Limit.OPERATOR_EQUAL,
    LimitOperator.GE: type_pb2.Limit.OPERATOR_AT_LEAST,
    LimitOperator.GT: type_pb2.Limit.OPERATOR_GREATER,
    LimitOperator.BETWEEN: type_pb2.Limit.OPERATOR_BETWEEN,
}
MAX_SOURCE_CHARACTERS = 2000

Reply = TypeVar("Reply", bound=Message)


def load(connection: Connection, output: Output) -> None:
    """Load the starter set, unless it is there already."""
    loader = Loader(connection, load_starter())
    if loader.is_loaded():
        return
    output.say("loading the starter set")
    loader.load_catalogue(output)
    loader.load_drafts()
    loader.load_measures()
    loader.load_links()
    # The vocabulary is last: that it is there means that everything before it is.
    loader.load_vocabulary()


def first_report(connection: Connection, output: Output, folder: Path) -> list[Path]:
    """Make a report over everything and write it in both languages; return the files. One that is there is kept."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / "first-gap-report.zh-Hans.html", folder / "first-gap-report.en.html"]
    if all(file.is_file() for file in files):
        return files
    made = make(connection, output, gap_pb.CreateGapReportRequest(request_id=str(uuid.uuid4()), include_suggested=True))
    for file, language in zip(files, ("zh-Hans", "en"), strict=True):
        download(connection, made.name, gap_pb.REPORT_FORMAT_HTML, language, file)
    return files


class Loader:
    """Puts the parts of a starter set where they belong, each once; begun again, it goes on where it was cut off."""

    def __init__(self, connection: Connection, starter: StarterSet) -> None:
        self._connection = connection
        self._starter = starter
        self._system_id = starter.system.code.lower()
        self._drafts: dict[str, str] = {}

    def is_loaded(self) -> bool:
        """Tell whether the last concept of the set is in the registry."""
        last = self._starter.concepts[-1].designations[0]
        request = terminology_pb.LookupTermsRequest(terms=[last.text], language=last.language)
        reply = self._connection.ask(self._connection.terminology.LookupTerms, request)
        return any(match.concepts for match in reply.matches)

    def load_catalogue(self, output: Output) -> None:
        """Import nodes, standards, their places and relations in one transaction."""
        system = self._starter.system
        options = catalog_pb.ImportStandardsOptions(
            system=f"systems/{self._system_id}",
            system_title=type_pb2.LocalizedText(zh=system.name_zh, en=system.name_en),
            all_or_nothing=True,
        )
        nodes = [catalog_pb.ImportStandardsRecord(node=_node(node)) for node in self._starter.nodes]
        standards = [
            catalog_pb.ImportStandardsRecord(
                standard=catalog_pb.PlacedStandard(standard=_standard(entry), node_code=entry.node_code or "")
            )
            for entry in self._starter.standards
        ]
        relations = [
            catalog_pb.ImportStandardsRecord(
                relation=standard_pb2.Relation(
                    source=entry.source,
                    target_designation=entry.target,
                    kind=_enum(standard_pb2.RelationKind, "RELATION_KIND_", entry.kind),
                    dated=entry.dated,
                    degree=_enum(standard_pb2.AdoptionDegree, "ADOPTION_DEGREE_", entry.degree),
                )
            )
            for entry in self._starter.relations
        ]
        records = [*nodes, *standards, *relations]
        for row, record in enumerate(records, start=1):
            record.row = row
        send_records(self._connection, output, options, records)

    def load_drafts(self) -> None:
        """Register the drafts at their stages."""
        for draft in self._starter.drafts:
            request = catalog_pb.RegisterDraftRequest(
                draft=_draft(draft, self._system_id), request_id=_request_id("draft", draft.plan_number)
            )
            registered = self._once(self._connection.catalog.RegisterDraft, request)
            self._drafts[draft.plan_number] = (registered or self._draft(draft.plan_number)).name

    def _draft(self, plan_number: str) -> draft_pb2.Draft:
        """Return the draft that has a plan number: a plan number is one project, so there is one."""
        request = catalog_pb.ListDraftsRequest(plan_number=plan_number)
        return self._connection.ask(self._connection.catalog.ListDrafts, request).drafts[0]

    def load_measures(self) -> None:
        """Record measures with their requirements."""
        for measure in self._starter.measures:
            create = linkage_pb.CreateMeasureRequest(
                measure=_measure(measure), request_id=_request_id("measure", measure.symbol)
            )
            self._once(self._connection.linkage.CreateMeasure, create)
        for requirement in self._starter.requirements:
            add = linkage_pb.CreateRequirementRequest(
                measure=requirement.symbol,
                requirement=_requirement(requirement),
                request_id=_request_id("requirement", requirement.identifier),
            )
            self._once(self._connection.linkage.CreateRequirement, add)

    def load_links(self) -> None:
        """Link requirements to standards and drafts, and confirm the links that were reviewed."""
        for link in self._starter.links:
            target = link.standard or self._drafts[link.plan_number or ""]
            identity = f"{link.requirement} {link.standard or link.plan_number}"
            create = linkage_pb.CreateLinkRequest(link=_link(link, target), request_id=_request_id("link", identity))
            made = self._once(self._connection.linkage.CreateLink, create)
            if made is not None and link.state is not LinkState.SUGGESTED:
                review = linkage_pb.ReviewLinkRequest(
                    name=made.name,
                    state=_enum(linkage_pb.LinkState, "LINK_STATE_", link.state),
                    request_id=_request_id("review", identity),
                )
                self._connection.ask(self._connection.linkage.ReviewLink, review)

    def load_vocabulary(self) -> None:
        """Propose the concepts of the vocabulary that are not there; an older starter set had fewer."""
        domain = self._starter.concepts[-1].domain
        asked = terminology_pb.ListConceptsRequest(domain=domain, page_size=1000)
        listed = self._connection.ask(self._connection.terminology.ListConcepts, asked)
        known = {concept.number for concept in listed.concepts}
        for concept in self._starter.concepts:
            if concept.number not in known:
                request = terminology_pb.CreateConceptRequest(
                    concept=concept_to(concept), request_id=_request_id("concept", f"{domain} {concept.number}")
                )
                self._connection.ask(self._connection.terminology.CreateConcept, request)

    def _once(self, method: Callable[..., Reply], request: Message) -> Reply | None:
        """Return what was made, or None where it was there already."""
        try:
            return self._connection.ask(method, request)
        except grpc.RpcError as failure:
            if isinstance(failure, grpc.Call) and failure.code() is grpc.StatusCode.ALREADY_EXISTS:
                return None
            raise


def _request_id(kind: str, identity: str) -> str:
    """Return the same id for the same part of the set: sent again within a day, it gets the same answer."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"tbt-standards:starter:{kind}:{identity}"))


def _node(node: Node) -> system_pb2.Node:
    return system_pb2.Node(
        code=node.code,
        parent=node.parent_code or "",
        title=type_pb2.LocalizedText(zh=node.name_zh, en=node.name_en),
        level=_enum(type_pb2.Level, "LEVEL_", node.level),
        kind=_enum(system_pb2.Node.Kind, "KIND_", node.kind),
    )


def _standard(entry: StandardRecord) -> standard_pb2.Standard:
    return standard_pb2.Standard(
        designation=entry.designation,
        title=type_pb2.LocalizedText(zh=entry.title_zh or "", en=entry.title_en or ""),
        level=_enum(type_pb2.Level, "LEVEL_", entry.level),
        obligation=_enum(standard_pb2.Obligation, "OBLIGATION_", entry.obligation),
        status=_enum(standard_pb2.StandardStatus, "STANDARD_STATUS_", entry.status),
        issued_on=_date(entry.issued_on),
        effective_on=_date(entry.effective_on),
        ended_on=_date(entry.ended_on),
        ics=entry.ics,
        ccs=entry.ccs,
        committee=entry.committee or "",
        source=_source(entry.sources),
    )


def _draft(draft: Draft, system_id: str) -> draft_pb2.Draft:
    return draft_pb2.Draft(
        title=type_pb2.LocalizedText(zh=draft.title_zh, en=draft.title_en),
        plan_number=draft.plan_number,
        level=_enum(type_pb2.Level, "LEVEL_", draft.level),
        obligation=_enum(standard_pb2.Obligation, "OBLIGATION_", draft.obligation),
        harmonized_stage=draft.stage,
        node=f"systems/{system_id}/nodes/{draft.node_code}",
        supersedes=[draft.revises] if draft.revises else [],
    )


def _measure(measure: Measure) -> linkage_pb.Measure:
    return linkage_pb.Measure(
        symbols=measure.symbols,
        members=measure.members,
        notification_type=measure.kind.value,
        title=type_pb2.LocalizedText(zh=measure.title_zh, en=measure.title_en),
        hs_codes=measure.hs_codes,
        ics_codes=measure.ics,
        objectives=measure.objectives,
        distributed_on=_date(measure.distributed_on),
        comment_deadline=_date(measure.comment_deadline),
        entry_into_force_on=_date(measure.entry_into_force),
        notification_links={"en": measure.url} if measure.url else {},
        source=_source(measure.sources),
        example=measure.example,
    )


def _requirement(entry: Requirement) -> linkage_pb.Requirement:
    return linkage_pb.Requirement(
        number=int(entry.identifier.rpartition("#")[2]),
        text=type_pb2.LocalizedText(zh=entry.text_zh, en=entry.text_en),
        kind=_enum(linkage_pb.RequirementKind, "REQUIREMENT_KIND_", entry.kind),
        parameter=entry.parameter_zh or entry.parameter_en or "",
        limit=_limit(entry.limit),
        cited_standards=entry.cited,
        assessed=entry.assessed,
    )


def _link(link: Link, target: str) -> linkage_pb.Link:
    symbol, _, number = link.requirement.rpartition("#")
    return linkage_pb.Link(
        requirement=f"measures/{parse_symbol(symbol).resource_id}/requirements/{number}",
        target=target,
        relation=_enum(type_pb2.SetRelation, "SET_RELATION_", link.relation),
        confidence=link.confidence,
        rationale=type_pb2.LocalizedText(zh=link.rationale_zh, en=link.rationale_en),
        standard_limit=_limit(link.standard_limit),
    )


def _limit(limit: Limit | None) -> type_pb2.Limit | None:
    if limit is None:
        return None
    return type_pb2.Limit(
        operator=OPERATORS[limit.operator],
        value=f"{limit.value:f}",
        upper_value=f"{limit.upper:f}" if limit.upper is not None else "",
        unit=limit.unit,
    )


def _date(day: date | None) -> Date | None:
    return None if day is None else Date(year=day.year, month=day.month, day=day.day)


def _source(sources: Iterable[str]) -> str:
    return "; ".join(sources)[:MAX_SOURCE_CHARACTERS]


def _enum(enum: Any, prefix: str, word: StrEnum | None) -> Any:
    """Return a contract's value for a word of the domain; unspecified for none."""
    return enum.Value(f"{prefix}{word.name}") if word is not None else 0

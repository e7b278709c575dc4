"""Say how a draft stands from every side: what the rules find, which numbers are taken, what is alike, what touches it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice

from services.compliance.examining import Examined, Scope, examine
from services.compliance.messages_standard import standard_from
from services.compliance.store_settings import rules_off
from services.compliance.store_waivers import holding_waivers
from services.compliance.upstream import ComplianceUpstreams
from services.runtime.civil_dates import date_to
from services.runtime.database import Database, Session
from standards_tree.classifications import clean_ics
from standards_tree.documents.model import StandardDocument
from standards_tree.errors import PreconditionError
from standards_tree.rules.findings import Finding, Severity
from standards_tree.rules.identity import identities
from tbt.catalog.v1 import draft_pb2, standard_pb2
from tbt.compliance.v1 import health_pb2 as pb
from tbt.linkage.v1 import linkage_service_pb2 as linkage_pb

MAX_SIMILAR = 10
MAX_MEASURES = 20
MAX_FIELDS = 20
_KINDS = {"REF": "references", "TERM": "terms"}


def health_of(name: str, as_of: date, database: Database, upstreams: ComplianceUpstreams) -> pb.DraftHealth:
    """Return how the draft *name* stands on *as_of*; nothing is kept.

    Raises:
        NotFoundError: there is no such draft.
        PreconditionError: it has no document yet.
    """
    draft = upstreams.get_draft(name)
    if not draft.document:
        message = "{draft} has no document yet: upload one and name it when the draft is advanced"
        raise PreconditionError(message, draft=name)
    standard = standard_from(upstreams.stream_standard(draft.document))

    def read(session: Session) -> tuple[frozenset[str], dict[str, str]]:
        return rules_off(session, draft.committee), holding_waivers(session, name)

    off, waivers = database.read(read)
    findings = list(examine(standard, Scope(as_of, off=off), upstreams, Examined()))
    return pb.DraftHealth(
        draft=name,
        document=draft.document,
        as_of=date_to(as_of),
        counts=_counts(findings, frozenset(waivers)),
        clashes=_clashes(draft, as_of, upstreams),
        similar=_similar(draft, standard, upstreams),
        measures=_measures(draft, standard, upstreams),
    )


def _counts(findings: list[Finding], waived: frozenset[str]) -> Iterator[pb.DraftHealth.Count]:
    counts: Counter[tuple[str, str]] = Counter()
    for finding, identity in zip(findings, identities(findings), strict=True):
        kind = _KINDS.get(finding.rule.id.partition("-")[0], "drafting")
        counts[kind, "waived" if identity in waived else finding.rule.severity.value] += 1
    for kind in ("drafting", *_KINDS.values()):
        yield pb.DraftHealth.Count(
            kind=kind,
            error_count=counts[kind, Severity.ERROR.value],
            warning_count=counts[kind, Severity.WARNING.value],
            note_count=counts[kind, Severity.NOTE.value],
            waived_count=counts[kind, "waived"],
        )


def _clashes(draft: draft_pb2.Draft, as_of: date, upstreams: ComplianceUpstreams) -> Iterator[pb.DraftHealth.Clash]:
    if draft.designation:
        for found in upstreams.resolve([draft.designation], as_of):
            if found.HasField("standard") and found.standard.name != draft.standard:
                yield pb.DraftHealth.Clash(kind="designation", number=draft.designation, other=found.standard.name)


def _similar(
    draft: draft_pb2.Draft, standard: StandardDocument, upstreams: ComplianceUpstreams
) -> list[pb.DraftHealth.Similar]:
    """Return standards found by the title, then by its main element and by the terms the draft defines."""
    title = standard.title("zh") or standard.title("en")
    full = draft.title.zh or draft.title.en
    words = [full, title.main if title is not None else "", *full.split()[:2]]
    words += [word.text for entry in standard.terms[:5] for word in entry.designations[:1]]
    found: dict[str, pb.DraftHealth.Similar] = {}
    for query in dict.fromkeys(filter(None, (word.strip()[:200] for word in words))):
        for hit in upstreams.search_standards(query):
            _add(found, hit.standard, query, draft)
        if len(found) >= MAX_SIMILAR:
            break
    return list(found.values())[:MAX_SIMILAR]


def _add(
    found: dict[str, pb.DraftHealth.Similar], standard: standard_pb2.Standard, query: str, draft: draft_pb2.Draft
) -> None:
    if standard.name in found or standard.name == draft.standard:
        return
    similar = pb.DraftHealth.Similar(standard=standard.name, designation=standard.designation, found_by=query)
    similar.title.CopyFrom(standard.title)
    found[standard.name] = similar


def _measures(
    draft: draft_pb2.Draft, standard: StandardDocument, upstreams: ComplianceUpstreams
) -> list[pb.DraftHealth.AffectedMeasure]:
    """Return the measures whose requirements are linked to the draft, then those of its ICS fields."""
    found: dict[str, pb.DraftHealth.AffectedMeasure] = {}
    for link in upstreams.links_to(draft.name):
        name = "/".join(link.requirement.split("/")[:2])
        if link.state != linkage_pb.LINK_STATE_REJECTED and name not in found and len(found) < MAX_MEASURES:
            found[name] = _affected(upstreams.get_measure(name), "link", link.requirement)
    printed: Iterable[str] = standard.metadata.ics_codes if standard.metadata is not None else ()
    # A draft prints what it likes; only what can be read as codes is asked for, and no draft belongs to more fields.
    codes = dict.fromkeys(code for text in printed for code in clean_ics(text).codes)
    for code in islice(codes, MAX_FIELDS):
        for measure in upstreams.measures_of_field(code):
            if measure.name not in found:
                found[measure.name] = _affected(measure, "ics", code)
    return list(found.values())[:MAX_MEASURES]


def _affected(measure: linkage_pb.Measure, reason: str, detail: str) -> pb.DraftHealth.AffectedMeasure:
    return pb.DraftHealth.AffectedMeasure(
        measure=measure.name,
        symbols=measure.symbols,
        title=measure.title.en or measure.title.zh,
        reason=reason,
        detail=detail,
    )

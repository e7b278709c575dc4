"""Translate between the terminology contract and releases of vocabularies."""

from collections import Counter
from collections.abc import Mapping, Sequence

from services.runtime.civil_dates import BEIJING, moment_to
from services.terminology import messages, messages_work
from services.terminology.release_differences import Difference, DifferenceKind
from services.terminology.store import COLLECTION
from services.terminology.store_releases import RELEASES, Frozen
from services.terminology.tables_releases import ReleaseRow
from standards_tree.concept_facts import concept_of
from standards_tree.terms import ConceptStatus
from tbt.terminology.v1 import quality_pb2
from tbt.terminology.v1 import release_pb2 as pb

_KIND_TO = {kind: pb.ConceptDifferenceKind.Value(f"CONCEPT_DIFFERENCE_KIND_{kind.name}") for kind in DifferenceKind}


def release_to(row: ReleaseRow) -> pb.Release:
    """Return a release for the wire."""
    return pb.Release(
        name=f"{RELEASES}{row.release_id}",
        domain=row.domain,
        label=row.label,
        note=row.note,
        waivers=[quality_pb2.RuleWaiver(rule=rule, reason=reason) for rule, reason in row.waivers.items()],
        principal=row.principal,
        published_at=moment_to(row.published_at),
        concept_count=row.concept_count,
        sha256=row.sha256,
        citation=_citation(row),
    )


def _citation(row: ReleaseRow) -> str:
    """Return how a release is cited: its vocabulary, label, day in Beijing, name and hash."""
    day = f"{row.published_at.astimezone(BEIJING):%Y-%m-%d}, " if row.published_at is not None else ""
    return f"{row.domain}, {row.label}, {day}{RELEASES}{row.release_id}, SHA-256 {row.sha256}"


def frozen_to(frozen: Frozen) -> pb.ReleasedConcept:
    """Return a concept as a release holds it for the wire."""
    concept = messages.message_of(concept_of(frozen.content, ConceptStatus.PUBLISHED))
    concept.name = f"{COLLECTION}{frozen.concept_id}"
    return pb.ReleasedConcept(concept=concept, content=frozen.content, sha256=frozen.sha256)


def comparison_to(
    differences: Sequence[Difference], base_count: int, shown: Sequence[pb.ConceptDifference], token: str
) -> pb.CompareReleasesResponse:
    """Return a page of the difference of two releases, with the counts of all of it."""
    counts = Counter(found.kind for found in differences)
    return pb.CompareReleasesResponse(
        differences=shown,
        next_page_token=token,
        added_count=counts[DifferenceKind.ADDED],
        removed_count=counts[DifferenceKind.REMOVED],
        changed_count=counts[DifferenceKind.CHANGED],
        unchanged_count=base_count - counts[DifferenceKind.REMOVED] - counts[DifferenceKind.CHANGED],
    )


def difference_to(found: Difference, survivors: Mapping[str, str]) -> pb.ConceptDifference:
    """Return a concept that two releases differ in for the wire."""
    concept = found.concept
    survivor = survivors.get(found.shown.concept_id, "") if found.kind is DifferenceKind.REMOVED else ""
    return pb.ConceptDifference(
        concept=f"{COLLECTION}{found.shown.concept_id}",
        number=concept.number,
        designation=concept.designations[0].text,
        kind=_KIND_TO[found.kind],
        facts=messages_work.facts_to(found.facts),
        merged_into=f"{COLLECTION}{survivor}" if survivor else "",
    )

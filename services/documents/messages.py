"""Translate between the documents contract and what the domain reads out of files."""

from collections.abc import Iterable

from services.documents.integrity import Progress
from services.documents.store import resource_name
from services.documents.tables import DocumentRow
from services.runtime.civil_dates import date_to, moment_to
from services.runtime.texts import translate
from standards_tree.documents.model import (
    Clause,
    Dialect,
    LanguageText,
    Metadata,
    Place,
    Reference,
    StandardDocument,
    TermEntry,
)
from standards_tree.documents.schemas import Verdict
from tbt.documents.v1 import documents_service_pb2 as pb
from tbt.documents.v1 import validation_pb2
from tbt.type.v1 import type_pb2

DIALECTS = {
    Dialect.ISO_STS: "ISO STS",
    Dialect.NISO_STS: "NISO STS",
    Dialect.METANORMA: "Metanorma",
    Dialect.DOCX: "DOCX",
    Dialect.HTML: "HTML",
    Dialect.TEXT: "text",
}


def progress_to(progress: Progress) -> pb.VerifyDocumentsResponse:
    """Return how far a check of stored bytes is."""
    lost, damaged = pb.DOCUMENT_FAULT_KIND_LOST, pb.DOCUMENT_FAULT_KIND_DAMAGED
    return pb.VerifyDocumentsResponse(
        examined=progress.examined,
        examined_bytes=progress.examined_bytes,
        last_sha256=progress.last_sha256,
        faults=[
            pb.DocumentFault(kind=damaged if fault.damaged else lost, sha256=fault.sha256, documents=fault.documents)
            for fault in progress.faults
        ],
    )


def document_to(row: DocumentRow) -> pb.Document:
    """Return a stored document for the wire."""
    return pb.Document(
        name=resource_name(row),
        file_name=row.file_name,
        media_type=row.media_type,
        size_bytes=row.size_bytes,
        sha256=row.sha256,
        uploaded_by=row.uploaded_by,
        uploaded_at=moment_to(row.uploaded_at),
    )


def standard_to(document: StandardDocument, language: str) -> pb.ReadStandardResponse:
    """Return what a standard document says, with remarks in *language*.

    Raises:
        UnsupportedDocumentError: it does not say which standard it is.
    """
    reading = pb.ReadStandardResponse(
        dialect=DIALECTS[document.dialect],
        language=document.language,
        designation=document.require_identity(),
        normative_references=[_reference_to(entry) for entry in document.normative_references],
        informative_references=[_reference_to(entry) for entry in document.bibliography],
        terms=[_term_to(entry) for entry in document.terms],
        clauses=[_clause_to(clause) for clause in document.clauses],
        remarks=[translate(note.template, note.parameters, language) for note in document.notes],
    )
    if document.metadata is not None:
        _add_metadata(reading, document.metadata)
    return reading


def _add_metadata(reading: pb.ReadStandardResponse, metadata: Metadata) -> None:
    for tag, title in metadata.titles.items():
        primary = tag.partition("-")[0]
        if primary == "en" and not reading.title.en:
            reading.title.en = title.full
        elif primary == "zh" and not reading.title.zh:
            reading.title.zh = title.full
        else:
            reading.other_titles[tag] = title.full
    reading.committee = "; ".join(metadata.committees)
    reading.stage_code = metadata.stage or ""
    reading.ics.extend(metadata.ics_codes)
    reading.ccs.extend(metadata.ccs_codes)
    if metadata.publication_date is not None:
        reading.published_on.CopyFrom(date_to(metadata.publication_date))


def _reference_to(reference: Reference) -> pb.DocumentReference:
    return pb.DocumentReference(
        text=reference.text,
        designation=reference.designation_text or "",
        title=reference.title,
        dated=bool(reference.dated),
        place=place_to(reference.place),
    )


def _term_to(entry: TermEntry) -> pb.DocumentTerm:
    return pb.DocumentTerm(
        number=entry.number,
        designations=[
            pb.DocumentDesignation(
                language=designation.language,
                text=designation.text,
                status=designation.status.value if designation.status else "",
            )
            for designation in entry.designations
        ],
        definitions=_by_language(entry.definitions),
        source="; ".join(source.text for source in entry.sources),
        place=place_to(entry.place, entry.number),
    )


def _by_language(texts: Iterable[LanguageText]) -> dict[str, str]:
    """Return *texts* by their language; several of one language stand on lines of their own."""
    found: dict[str, str] = {}
    for entry in texts:
        found[entry.language] = f"{found[entry.language]}\n{entry.text}" if entry.language in found else entry.text
    return found


def _clause_to(clause: Clause) -> pb.DocumentClause:
    return pb.DocumentClause(
        number=clause.number,
        title=clause.title,
        depth=clause.level,
        kind=clause.kind.value,
        text=clause.text,
        place=place_to(clause.place, clause.number),
    )


def place_to(place: Place, clause: str = "") -> type_pb2.Place:
    """Return a place in a document for the wire."""
    return type_pb2.Place(clause=clause, xpath=place.xpath, line=place.line, paragraph=place.paragraph)


def verdicts_to(verdicts: Iterable[Verdict]) -> validation_pb2.ValidateDocumentResponse:
    """Return what schemas say of a document, for the wire."""
    return validation_pb2.ValidateDocumentResponse(
        verdicts=[
            validation_pb2.SchemaVerdict(
                schema=verdict.schema,
                valid=verdict.is_valid,
                problem_count=verdict.problem_count,
                problems=[
                    validation_pb2.SchemaProblem(
                        place=type_pb2.Place(xpath=problem.xpath, line=problem.line),
                        message=problem.message,
                        rule=problem.rule,
                        role=problem.role,
                    )
                    for problem in verdict.problems
                ],
            )
            for verdict in verdicts
        ]
    )

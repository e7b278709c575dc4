"""Put a standard document together again from the pieces in which the documents service sends it."""

from collections.abc import Iterable, Sequence

from services.runtime.civil_dates import date_from
from standards_tree.documents.model import (
    Block,
    BlockKind,
    Clause,
    ClauseKind,
    Dialect,
    Issuer,
    LanguageText,
    Metadata,
    Place,
    PrintedDesignation,
    PrintedElement,
    PrintedTerm,
    Reference,
    RelatedStandard,
    StandardDocument,
    TermEntry,
    Title,
)
from standards_tree.terms import DesignationStatus
from tbt.documents.v1 import standard_piece_pb2 as pb
from tbt.type.v1 import type_pb2

_DIALECTS = {
    "ISO STS": Dialect.ISO_STS,
    "NISO STS": Dialect.NISO_STS,
    "Metanorma": Dialect.METANORMA,
    "DOCX": Dialect.DOCX,
    "HTML": Dialect.HTML,
    "text": Dialect.TEXT,
}


def standard_from(pieces: Iterable[pb.StandardPiece]) -> StandardDocument:
    """Return the document that *pieces* hold, the head in the first of them."""
    whole = pb.StandardPiece()
    for piece in pieces:
        whole.MergeFrom(piece)
    head = whole.head
    return StandardDocument(
        dialect=_DIALECTS[head.dialect],
        language=head.language,
        metadata=_metadata(head.metadata) if head.HasField("metadata") else None,
        adoptions=(),
        normative_references=_references(whole.normative_references),
        bibliography=_references(whole.informative_references),
        citations=_references(whole.citations),
        terms=tuple(_term(entry) for entry in whole.terms),
        clauses=tuple(_clause(entry) for entry in whole.clauses),
        notes=(),
        elements_present=frozenset(PrintedElement(name) for name in head.elements_present),
    )


def _place(message: type_pb2.Place) -> Place:
    return Place(message.xpath, message.line, message.paragraph)


def _metadata(message: pb.StandardMetadata) -> Metadata:
    return Metadata(
        issuer=Issuer(message.issuer),
        place=_place(message.place),
        designations=tuple(
            PrintedDesignation(entry.text, entry.dated if entry.HasField("dated") else None)
            for entry in message.designations
        ),
        originator=message.originator or None,
        doc_type=message.doc_type or None,
        number=message.number or None,
        part=message.part or None,
        year=message.year or None,
        edition=message.edition or None,
        stage=message.stage or None,
        plan_number=message.plan_number or None,
        titles={
            title.language: Title(title.language, title.full, title.intro, title.main, title.complement)
            for title in message.titles
        },
        ics_codes=tuple(message.ics),
        ccs_codes=tuple(message.ccs),
        committees=tuple(message.committees),
        secretariat=message.secretariat or None,
        publication_date=date_from(message.published_on, "published_on"),
        release_date=date_from(message.released_on, "released_on"),
        effective_date=date_from(message.effective_on, "effective_on"),
        related=tuple(
            RelatedStandard(entry.relation, entry.designation, _place(entry.place)) for entry in message.related
        ),
    )


def _references(messages: Sequence[pb.StandardReference]) -> tuple[Reference, ...]:
    return tuple(
        Reference(
            text=entry.text,
            designation_text=entry.designation or None,
            title=entry.title,
            dated=entry.dated if entry.HasField("dated") else None,
            label=entry.label,
            place=_place(entry.place),
        )
        for entry in messages
    )


def _term(message: pb.StandardTerm) -> TermEntry:
    return TermEntry(
        id=message.id,
        number=message.number,
        designations=tuple(
            PrintedTerm(
                entry.language,
                entry.text,
                DesignationStatus(entry.status) if entry.status else None,
                entry.part_of_speech,
                entry.type,
            )
            for entry in message.designations
        ),
        definitions=_texts(message.definitions),
        notes=_texts(message.notes),
        examples=_texts(message.examples),
        sources=_texts(message.sources),
        subject_fields=_texts(message.subject_fields),
        place=_place(message.place),
    )


def _texts(messages: Sequence[pb.StandardText]) -> tuple[LanguageText, ...]:
    return tuple(LanguageText(entry.language, entry.text) for entry in messages)


def _clause(message: pb.StandardClause) -> Clause:
    return Clause(
        id=message.id,
        number=message.number,
        title=message.title,
        level=message.depth,
        kind=ClauseKind(message.kind),
        normative=message.normative if message.HasField("normative") else None,
        text=message.text,
        place=_place(message.place),
        blocks=tuple(
            Block(
                kind=BlockKind(block.kind),
                text=block.text,
                place=_place(block.place),
                number=block.number,
                title=block.title,
                level=block.level,
                inside=block.inside - 1,
                language=block.language,
            )
            for block in message.blocks
        ),
    )

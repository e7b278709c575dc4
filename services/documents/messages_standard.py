"""Send a standard document piece by piece."""

from collections.abc import Iterable, Iterator

from services.documents.messages import DIALECTS, place_to
from services.runtime.civil_dates import date_to
from services.runtime.texts import translate
from standards_tree.documents.model import (
    Block,
    Clause,
    LanguageText,
    Metadata,
    PrintedTerm,
    Reference,
    StandardDocument,
    TermEntry,
)
from standards_tree.errors import FieldViolation, LimitError
from tbt.documents.v1 import standard_piece_pb2 as pb

PIECE_BYTES = 512 * 1024
"""When a piece is full. A clause is sent whole, so a piece can be larger, up to what one message carries."""

MAX_PIECE_BYTES = 4 * 1024 * 1024 - 1024


def pieces_to(document: StandardDocument, language: str) -> Iterator[pb.StandardPiece]:
    """Yield all of *document*, with remarks in *language*: the head alone first.

    Raises:
        LimitError: one clause or term says more than one message can carry.
    """
    yield _fitting(pb.StandardPiece(head=_head_to(document, language)), "the front matter")
    piece = pb.StandardPiece()
    size = 0
    for entry in _entries(document):
        entry_size = entry.ByteSize()
        if size and size + entry_size > PIECE_BYTES:
            yield _fitting(piece, _name_of(piece))
            piece = pb.StandardPiece()
            size = 0
        piece.MergeFrom(entry)
        size += entry_size
    if size:
        yield _fitting(piece, _name_of(piece))


def _entries(document: StandardDocument) -> Iterator[pb.StandardPiece]:
    """Yield every reference, term and clause as a piece of its own."""
    for entry in document.normative_references:
        yield pb.StandardPiece(normative_references=[_reference_to(entry)])
    for entry in document.bibliography:
        yield pb.StandardPiece(informative_references=[_reference_to(entry)])
    for entry in document.citations:
        yield pb.StandardPiece(citations=[_reference_to(entry)])
    for term in document.terms:
        yield pb.StandardPiece(terms=[_term_to(term)])
    for clause in document.clauses:
        yield pb.StandardPiece(clauses=[_clause_to(clause)])


def _fitting(piece: pb.StandardPiece, name: str) -> pb.StandardPiece:
    size = piece.ByteSize()
    if size > MAX_PIECE_BYTES:
        message = "{part} of the document says too much for one message: {size} bytes, and {limit} can be sent"
        raise LimitError(message, part=name, size=size, limit=MAX_PIECE_BYTES)
    return piece


def _name_of(piece: pb.StandardPiece) -> str:
    """Return what the last entry of *piece* is called; only one that stands alone in its piece can be too large."""
    if piece.clauses:
        return " ".join(filter(None, (piece.clauses[-1].number, piece.clauses[-1].title[:80])))
    return piece.terms[-1].number if piece.terms else ""


def _head_to(document: StandardDocument, language: str) -> pb.StandardHead:
    return pb.StandardHead(
        dialect=DIALECTS[document.dialect],
        language=document.language,
        designation=document.identity() or "",
        metadata=_metadata_to(document.metadata) if document.metadata is not None else None,
        adoptions=[
            pb.StandardAdoption(
                designation=note.designation_text,
                degree=note.degree.value if note.degree is not None else "",
                text=note.text,
                place=place_to(note.place),
            )
            for note in document.adoptions
        ],
        remarks=[_remark_to(note, language) for note in document.notes],
        elements_present=sorted(document.elements_present),
    )


def _remark_to(note: FieldViolation, language: str) -> pb.StandardRemark:
    remark = pb.StandardRemark(text=translate(note.template, note.parameters, language))
    line, paragraph = note.parameters.get("line"), note.parameters.get("paragraph")
    remark.place.xpath = note.field
    remark.place.line = line if isinstance(line, int) else 0
    remark.place.paragraph = paragraph if isinstance(paragraph, int) else 0
    return remark


def _metadata_to(metadata: Metadata) -> pb.StandardMetadata:
    return pb.StandardMetadata(
        issuer=metadata.issuer.value,
        place=place_to(metadata.place),
        designations=[pb.StandardDesignation(text=entry.text, dated=entry.dated) for entry in metadata.designations],
        originator=metadata.originator or "",
        doc_type=metadata.doc_type or "",
        number=metadata.number or "",
        part=metadata.part or "",
        year=metadata.year or 0,
        edition=metadata.edition or "",
        stage=metadata.stage or "",
        plan_number=metadata.plan_number or "",
        titles=[
            pb.StandardTitle(
                language=tag, full=title.full, intro=title.intro, main=title.main, complement=title.complement
            )
            for tag, title in metadata.titles.items()
        ],
        ics=metadata.ics_codes,
        ccs=metadata.ccs_codes,
        committees=metadata.committees,
        secretariat=metadata.secretariat or "",
        published_on=date_to(metadata.publication_date),
        released_on=date_to(metadata.release_date),
        effective_on=date_to(metadata.effective_date),
        related=[
            pb.StandardRelation(
                relation=entry.relation, designation=entry.designation_text, place=place_to(entry.place)
            )
            for entry in metadata.related
        ],
        level=metadata.level.value if metadata.level is not None else "",
        prefix=metadata.prefix or "",
    )


def _reference_to(reference: Reference) -> pb.StandardReference:
    return pb.StandardReference(
        text=reference.text,
        designation=reference.designation_text or "",
        title=reference.title,
        dated=reference.dated,
        label=reference.label,
        place=place_to(reference.place),
    )


def _term_to(entry: TermEntry) -> pb.StandardTerm:
    return pb.StandardTerm(
        id=entry.id,
        number=entry.number,
        designations=[_designation_to(designation) for designation in entry.designations],
        definitions=_texts_to(entry.definitions),
        notes=_texts_to(entry.notes),
        examples=_texts_to(entry.examples),
        sources=_texts_to(entry.sources),
        subject_fields=_texts_to(entry.subject_fields),
        place=place_to(entry.place, entry.number),
    )


def _designation_to(designation: PrintedTerm) -> pb.StandardTermDesignation:
    return pb.StandardTermDesignation(
        language=designation.language,
        text=designation.text,
        status=designation.status.value if designation.status is not None else "",
        part_of_speech=designation.part_of_speech,
        type=designation.type,
    )


def _texts_to(texts: Iterable[LanguageText]) -> list[pb.StandardText]:
    return [pb.StandardText(language=entry.language, text=entry.text) for entry in texts]


def _clause_to(clause: Clause) -> pb.StandardClause:
    return pb.StandardClause(
        id=clause.id,
        number=clause.number,
        title=clause.title,
        depth=clause.level,
        kind=clause.kind.value,
        normative=clause.normative,
        text=clause.text,
        place=place_to(clause.place, clause.number),
        blocks=[_block_to(block) for block in clause.blocks],
    )


def _block_to(block: Block) -> pb.StandardBlock:
    return pb.StandardBlock(
        kind=block.kind.value,
        text=block.text,
        number=block.number,
        title=block.title,
        level=block.level,
        inside=block.inside + 1,
        language=block.language,
        place=place_to(block.place),
    )

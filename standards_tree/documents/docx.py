"""Read a standard from a Word document: paragraphs by style and number, tables, footnotes; changes as if accepted."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from standards_tree.documents.docx_numbering import Numbering
from standards_tree.documents.docx_package import DocxPackage, value
from standards_tree.documents.docx_styles import Styles
from standards_tree.documents.hardened_xml import Element, folded
from standards_tree.documents.model import Dialect, Place, StandardDocument
from standards_tree.documents.printed_document import document_of_lines
from standards_tree.documents.printed_lines import Cell, Footnote, Line, Role
from standards_tree.errors import FieldViolation

_TAKEN_OUT = frozenset({"del", "moveFrom"})
_AROUND_RUNS = frozenset(
    {"hyperlink", "ins", "moveTo", "smartTag", "sdt", "sdtContent", "fldSimple", "customXml", "dir", "bdo", "Choice"}
)
_AROUND_BLOCKS = frozenset({"sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo"})
_CHANGES = ("ins", "del", "moveFrom", "moveTo")
_OFF = ("0", "false", "none")
_BODY_LEVEL = 9


def read_docx(content: bytes) -> StandardDocument:
    """Return the standard that the Word document *content* holds. Cost: linear in the size of its parts.

    Insertions that are marked as changes are read, deletions are not; comments, headers and footers are left out.

    Raises:
        MalformedDocumentError: no ZIP container, or one whose parts are damaged.
        UnsafeDocumentError: built to do harm, or too large.
        UnsupportedDocumentError: encrypted, or another kind of Office file.
    """
    package = DocxPackage(content)
    body = package.main()
    reader = _BodyReader(package)
    lines = tuple(reader.lines(body))
    return document_of_lines(lines, Dialect.DOCX, tuple(reader.notes(body)))


def paragraph_elements(package: DocxPackage) -> list[int]:
    """Return which element of the main part each paragraph is that a `Place` counts, the first one at 0.

    Elements are counted from 0 in the order of their start tags. For a paragraph in a text box it is the paragraph that the
    box is anchored in. Cost: that of reading the body.

    Raises:
        MalformedDocumentError, UnsafeDocumentError, UnsupportedDocumentError: as `read_docx`.
    """
    body = package.main()
    reader = _BodyReader(package)
    for _line in reader.lines(body):
        pass
    shown = [_outside_of_boxes(element) for element in reader.counted]
    wanted = set(shown)
    every = body.getroottree().getroot().iter()
    numbers = {element: number for number, element in enumerate(every) if element in wanted}
    return [numbers[element] for element in shown]


@dataclass(slots=True)
class _Paragraph:
    """What was gathered of one paragraph."""

    pieces: list[str] = field(default_factory=list)
    footnotes: list[Footnote] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    has_image: bool = False
    has_formula: bool = False


class _BodyReader:
    def __init__(self, package: DocxPackage) -> None:
        self._styles = Styles(package.part("styles.xml"))
        self._numbering = Numbering(package.part("numbering.xml"))
        self._notes: dict[tuple[str, str], str] = {}
        for kind in ("footnote", "endnote"):
            part = package.part(f"{kind}s.xml")
            for note in part.iterchildren(kind) if part is not None else ():
                text = " ".join(filter(None, (self._plain(paragraph) for paragraph in note.iter("p"))))
                self._notes[kind, value(note, "id")] = text
        self.counted: list[Element] = []
        """The paragraphs that were read, in the order in which places count them."""
        self._marks = 0
        self._embedded: list[int] = []
        self._carried: _Paragraph | None = None

    def lines(self, container: Element, *, in_contents: bool = False) -> Iterator[Line]:
        """Yield the paragraphs and tables of *container* in its order."""
        for child in container:
            tag = child.tag
            if tag == "p":
                yield from self._paragraph(child, in_contents=in_contents)
            elif tag == "tbl":
                yield self._table(child)
            elif tag in _AROUND_BLOCKS:
                yield from self.lines(child, in_contents=in_contents or _is_contents(child))
            elif tag == "altChunk":
                self._embedded.append(len(self.counted))

    def notes(self, body: Element) -> Iterator[FieldViolation]:
        """Yield what its author should know of how the document was read."""
        for paragraph in self._embedded[:20]:
            template = "paragraph {paragraph}: the document embeds another file behind it, which is not read"
            yield FieldViolation("", template, {"paragraph": paragraph})
        changes = sum(1 for _ in body.iter(*_CHANGES))
        if changes:
            template = "the document has {count} tracked changes; it was read as if all of them were accepted"
            yield FieldViolation("", template, {"count": changes})

    def _paragraph(self, element: Element, *, in_contents: bool) -> Iterator[Line]:
        self.counted.append(element)
        place = Place("", 0, len(self.counted))
        properties = element.find("pPr")
        gathered = self._carried or _Paragraph()
        self._carried = None
        self._gather(element, gathered)
        if _mark_is_deleted(properties):
            self._carried = gathered
            return
        for box in gathered.boxes:
            yield from self.lines(box)
        style = self._styles.style(value(properties.find("pStyle")) if properties is not None else "")
        role, level = style.role, style.level
        outline = value(properties.find("outlineLvl")) if properties is not None else ""
        if role is Role.UNKNOWN and outline.isdigit() and int(outline) < _BODY_LEVEL:
            role, level = Role.HEADING, int(outline) + 1
        text = "".join(gathered.pieces).strip(" \t")
        if in_contents:
            role = Role.CONTENTS_TITLE if role is Role.CONTENTS_TITLE else Role.CONTENTS
        yield Line(
            text,
            place,
            role,
            level,
            self._label(properties, text),
            footnotes=tuple(gathered.footnotes),
            has_image=gathered.has_image,
            has_formula=gathered.has_formula,
        )

    def _label(self, properties: Element | None, text: str) -> str:
        identifier = value(properties.find("pStyle")) if properties is not None else ""
        style = self._styles.style(identifier)
        numbering = properties.find("numPr") if properties is not None else None
        number_id = value(numbering.find("numId")) if numbering is not None else ""
        level = value(numbering.find("ilvl")) if numbering is not None else ""
        number_id = number_id or style.number_id
        if number_id in ("", "0") or (not text and numbering is None and style.role is Role.UNKNOWN):
            return ""
        return self._numbering.label(number_id, level or style.number_level, identifier)

    def _table(self, element: Element) -> Line:
        first = len(self.counted) + 1
        rows = tuple(self._rows(element))
        return Line("", Place("", 0, first), rows=rows or ((Cell(()),),))

    def _rows(self, element: Element) -> Iterator[tuple[Cell, ...]]:
        for child in element:
            if child.tag == "tr":
                properties = child.find("trPr")
                if properties is None or properties.find("del") is None:
                    yield tuple(self._cells(child))
            elif child.tag in _AROUND_BLOCKS:
                yield from self._rows(child)

    def _cells(self, row: Element) -> Iterator[Cell]:
        for child in row:
            if child.tag in _AROUND_BLOCKS:
                yield from self._cells(child)
            elif child.tag == "tc":
                merged = child.find("tcPr/vMerge")
                paragraphs = tuple(self._cell_texts(child))
                yield Cell(()) if merged is not None and value(merged) != "restart" else Cell(paragraphs)

    def _cell_texts(self, cell: Element) -> Iterator[str]:
        for line in self.lines(cell):
            if line.rows:
                yield from (text for row in line.rows for inner in row for text in inner.paragraphs)
            elif line.text or line.number:
                joint = "" if line.number.endswith(("：", ":")) or not line.text else " "
                yield f"{line.number}{joint if line.number else ''}{line.text}"

    def _gather(self, element: Element, into: _Paragraph) -> None:
        """Gather what is printed of *element*: runs of a paragraph, those in links, fields and accepted changes too."""
        for child in element:
            tag = child.tag
            if tag == "r":
                self._gather_run(child, into)
            elif tag in _AROUND_RUNS:
                self._gather(child, into)
            elif tag in ("oMath", "oMathPara"):
                into.has_formula = True
                into.pieces.append("".join(part.text or "" for part in child.iter("t")))
            elif tag == "AlternateContent":
                self._gather_alternative(child, into)

    def _gather_alternative(self, element: Element, into: _Paragraph) -> None:
        """Gather the first form of what the file gives in several, for older and newer programs."""
        form = element.find("Choice")
        form = form if form is not None else element.find("Fallback")
        if form is not None:
            self._gather_parts(form, into)
            self._gather(form, into)

    def _gather_run(self, run: Element, into: _Paragraph) -> None:
        properties = run.find("rPr")
        hidden = properties.find("vanish") if properties is not None else None
        if hidden is None or value(hidden) in _OFF:
            self._gather_parts(run, into)

    def _gather_parts(self, run: Element, into: _Paragraph) -> None:
        for part in run:
            tag = part.tag
            if tag == "t":
                into.pieces.append(part.text or "")
            elif tag == "tab":
                into.pieces.append("\t")
            elif tag in ("br", "cr"):
                into.pieces.append("" if value(part, "type") in ("page", "column") else "\n")
            elif tag == "noBreakHyphen":
                into.pieces.append("-")
            elif tag in ("footnoteReference", "endnoteReference"):
                self._mark_footnote(part, into)
            elif tag in ("drawing", "pict", "object"):
                self._gather_drawing(part, into)
            elif tag == "AlternateContent":
                self._gather_alternative(part, into)

    def _mark_footnote(self, reference: Element, into: _Paragraph) -> None:
        text = self._notes.get((reference.tag.removesuffix("Reference"), value(reference, "id")))
        if text:
            self._marks += 1
            into.footnotes.append(Footnote(f"{self._marks})", text))

    def _gather_drawing(self, drawing: Element, into: _Paragraph) -> None:
        """Gather the text boxes of a drawing; Word shows them apart from the paragraph they are anchored in."""
        boxes = [box for box in drawing.iter("txbxContent") if next(box.iterancestors("txbxContent"), None) is None]
        if boxes:
            into.boxes.extend(boxes)
        elif drawing.tag == "object" and any("Equation" in value(part, "ProgID") for part in drawing.iter("OLEObject")):
            into.has_formula = True
        else:
            into.has_image = True

    def _plain(self, paragraph: Element) -> str:
        gathered = _Paragraph()
        self._gather(paragraph, gathered)
        return folded("".join(gathered.pieces))


def _mark_is_deleted(properties: Element | None) -> bool:
    """Tell whether the end of a paragraph was deleted, which joins it to the next one."""
    return properties is not None and properties.find("rPr/del") is not None


def _outside_of_boxes(paragraph: Element) -> Element:
    """Return *paragraph*, or the one that holds the text box it is in, of boxes in boxes the outermost."""
    boxes = list(paragraph.iterancestors("txbxContent"))
    return next(boxes[-1].iterancestors("p")) if boxes else paragraph


def _is_contents(block: Element) -> bool:
    return block.tag == "sdt" and "Contents" in value(block.find("sdtPr/docPartObj/docPartGallery"))

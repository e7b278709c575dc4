"""Write comments into a Word document of somebody else's; nothing else in it changes.

Parts that hold no comment and name none are copied as they are stored. The others get the new markup and keep every other
byte, so that who takes the comments out again has the file that was sent.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from standards_tree.documents.docx import paragraph_elements
from standards_tree.documents.docx_comments import Comments, comment_markup, naming
from standards_tree.documents.docx_package import DocxPackage, value
from standards_tree.documents.xml_splices import Splice, Spot, inserted, spliced, spots_of
from standards_tree.errors import InvalidArgumentError, UnsupportedDocumentError
from standards_tree.spreadsheets.container_copies import copied

_ZIP_SIGNATURE = b"PK\x03\x04"
_ANCHORS = ("commentRangeStart", "commentRangeEnd", "commentReference")


@dataclass(frozen=True, slots=True)
class Annotation:
    """What to say at a paragraph: its number as `Place` counts, 0 for the document as a whole; lines are paragraphs."""

    paragraph: int
    text: str


def annotate_docx(content: bytes, notes: Sequence[Annotation], author: str, made_on: date | None) -> bytes:
    """Return the Word document *content* with a comment for each of *notes*, in their order at each paragraph.

    What is about the document as a whole stands at its first paragraph. What is in a text box stands at the paragraph that
    the box is anchored in: Word ignores comments inside of it (MS-OI29500, 2.1.315). The same input gives the same bytes.
    Cost: that of reading the document, and of copying its size.

    Raises:
        MalformedDocumentError: no ZIP container, or one whose parts are damaged.
        UnsafeDocumentError: built to do harm, or too large.
        UnsupportedDocumentError: no .docx document, nothing a comment can stand at, or more comments than Word opens.
        InvalidArgumentError: it has no paragraph of such a number.
    """
    if not content.startswith(_ZIP_SIGNATURE):
        raise UnsupportedDocumentError("the document is no Word file (.docx); only those can have comments in them")
    package = DocxPackage(content)
    comments = Comments(package)
    elements = paragraph_elements(package)
    if not elements:
        raise UnsupportedDocumentError("the document has no paragraph at which a comment could stand")
    if not notes:
        return content
    identifiers = comments.new_ids(_anchor_ids(package), len(notes))
    at: dict[int, list[int]] = defaultdict(list)
    for identifier, note in zip(identifiers, notes, strict=True):
        at[elements[_index(note, len(elements))]].append(identifier)
    main = package.content(package.main_part)
    spots = spots_of(main, package.main_part, at.keys(), header="pPr")

    def markup(prefix: str, declaration: str) -> str:
        written = zip(identifiers, notes, strict=True)
        return "".join(
            comment_markup(identifier, note.text, author, made_on, prefix, declaration) for identifier, note in written
        )

    changed = {
        package.main_part: spliced(main, (splice for spot in spots for splice in _anchored(spot, at[spot.number]))),
        **comments.with_more(spots[0].namespace, markup),
    }
    return b"".join(copied(package.container, changed))


def _index(note: Annotation, count: int) -> int:
    if not 0 <= note.paragraph <= count:
        message = "there is no paragraph {paragraph} in the document, which has {count}"
        raise InvalidArgumentError(message, paragraph=note.paragraph, count=count)
    return max(note.paragraph - 1, 0)


def _anchor_ids(package: DocxPackage) -> list[str]:
    return [value(anchor, "id") for anchor in package.main().iter(*_ANCHORS)]


def _anchored(spot: Spot, identifiers: Sequence[int]) -> Iterator[Splice]:
    """Yield what makes the paragraph at *spot* the range of comments: behind its properties, and before its end."""
    prefix, declared = naming(spot)
    opening = "".join(f'<{prefix}:commentRangeStart{declared} {prefix}:id="{one}"/>' for one in identifiers)
    closing = "".join(
        f'<{prefix}:commentRangeEnd{declared} {prefix}:id="{one}"/>'
        f'<{prefix}:r{declared}><{prefix}:commentReference {prefix}:id="{one}"/></{prefix}:r>'
        for one in identifiers
    )
    return inserted(spot, opening.encode(), closing.encode())

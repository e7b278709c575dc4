"""A draft with what a check found in it, put together for the reports: the text piece by piece, the findings beside it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from standards_tree.documents.model import (
    Block,
    BlockKind,
    Clause,
    ClauseKind,
    Place,
    Reference,
    StandardDocument,
    TermEntry,
)
from standards_tree.rules.findings import Severity


@dataclass(frozen=True, slots=True)
class ReportedFinding:
    """A finding as a report shows it."""

    rule: str
    severity: Severity
    source: str
    message_zh: str
    message_en: str
    subject: str
    fix: str
    clause: str
    xpath: str
    line: int
    paragraph: int
    identity: str = ""
    waived_because: str = ""

    @property
    def waived(self) -> bool:
        """Tell whether the finding is accepted."""
        return bool(self.waived_because)

    def message(self, language: str) -> str:
        """Return what is wrong, in English or Chinese."""
        return self.message_zh if language.startswith("zh") else self.message_en


@dataclass(frozen=True, slots=True)
class CheckedDraft:
    """A check with the document it was made of."""

    check: str
    document_name: str
    draft: str
    as_of: date
    standards: tuple[str, ...]
    document: StandardDocument
    findings: tuple[ReportedFinding, ...]

    @property
    def title(self) -> str:
        """Return the title in the language of the document, else any."""
        found = self.document.title(self.document.language) or self.document.title("zh") or self.document.title("en")
        if found is None:
            return self.document.identity() or self.document_name
        return found.full or " ".join(filter(None, (found.intro, found.main, found.complement)))

    def count(self, severity: Severity) -> int:
        """Return how many open findings are of *severity*."""
        return sum(one.severity is severity and not one.waived for one in self.findings)


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of the text as a page shows it: its kind, what is printed, the findings that stand at it."""

    kind: str
    text: str
    number: str = ""
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()
    findings: tuple[ReportedFinding, ...] = ()


def pieces_of(checked: CheckedDraft) -> Iterator[Piece]:
    """Yield the text in the order of the document, each finding once: at its piece, else at the head."""
    at: dict[tuple[str, int, int], list[ReportedFinding]] = defaultdict(list)
    for finding in checked.findings:
        at[finding.xpath, finding.line, finding.paragraph].append(finding)
    # Places of one line are told apart by their path; what no piece has stands at the head.
    body = list(_body(checked.document, at))
    left = tuple(finding for several in at.values() for finding in several)
    yield Piece("front", checked.title, checked.document.identity() or "", findings=left)
    yield from body


_At = dict[tuple[str, int, int], list[ReportedFinding]]


def _take(at: _At, place: Place) -> tuple[ReportedFinding, ...]:
    return tuple(at.pop((place.xpath, place.line, place.paragraph), ()))


def _body(document: StandardDocument, at: _At) -> Iterator[Piece]:
    for index, clause in enumerate(document.clauses):
        yield Piece("heading", clause.title, _number(clause), clause.level, findings=_take(at, clause.place))
        blocks = clause.blocks or (Block(BlockKind.PARAGRAPH, clause.text, clause.place),)
        yield from (_piece(block, at) for block in blocks if block.text or block.number or block.title)
        if clause.level == 1 and clause.kind is ClauseKind.NORMATIVE_REFERENCES:
            yield from _references(document.normative_references, at)
        if clause.level == 1 and clause.kind is ClauseKind.BIBLIOGRAPHY:
            yield from _references(document.bibliography, at)
        following = document.clauses[index + 1] if index + 1 < len(document.clauses) else None
        if clause.kind is ClauseKind.TERMS and (following is None or following.kind is not ClauseKind.TERMS):
            for entry in document.terms:
                yield _term(entry, at)


def _number(clause: Clause) -> str:
    return f"附录{clause.number}" if clause.kind is ClauseKind.ANNEX and clause.level == 1 else clause.number


def _piece(block: Block, at: _At) -> Piece:
    rows: tuple[tuple[str, ...], ...] = ()
    if block.kind is BlockKind.TABLE:
        rows = tuple(tuple(row.split("\t")) for row in block.text.split("\n"))
    text = block.title if block.kind in (BlockKind.TABLE, BlockKind.FIGURE) else block.text
    return Piece(block.kind.value, text, block.number, block.level, rows, _take(at, block.place))


def _references(references: Sequence[Reference], at: _At) -> Iterator[Piece]:
    for entry in references:
        yield Piece("reference", entry.text, entry.label, findings=_take(at, entry.place))


def _term(entry: TermEntry, at: _At) -> Piece:
    words = "　".join(word.text for word in entry.designations)
    text = "\n".join((words, *(one.text for one in entry.definitions), *(one.text for one in entry.notes)))
    return Piece("term", text, entry.number, findings=_take(at, entry.place))

"""Gather the concepts of the registry, all of them or what has changed since, and hold them by the names of their resources."""

from dataclasses import dataclass, field

from services.gap.upstream import GapUpstreams
from standards_tree.gap.snapshot import ConceptFact, Quote
from standards_tree.terms import ConceptStatus
from tbt.terminology.v1 import concept_pb2, term_export_pb2

COLLECTION = "concepts/"
DIGITS = 32
# Before any revision; 0 is that of a registry in which nothing was recorded yet.
UNREAD = -1
_STATUSES = {concept_pb2.ConceptStatus.Value(f"CONCEPT_STATUS_{status.name}"): status for status in ConceptStatus}


@dataclass(slots=True)
class TermNews:
    """What has come in since the terms were last looked at."""

    changed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What concepts are called that are new or others than before; nothing for those that are gone."""
    everything: bool = False
    """Whether all have come anew."""

    def __bool__(self) -> bool:
        return bool(self.changed) or self.everything


@dataclass(slots=True)
class TermGathering:
    """Concepts as they come in."""

    concepts: dict[str, ConceptFact] = field(default_factory=dict)
    revision: int = UNREAD
    news: TermNews = field(default_factory=TermNews)

    @property
    def after(self) -> int:
        """Return the revision after which changes are asked for, 0 for everything."""
        return max(self.revision, 0)

    def gather(self, upstreams: GapUpstreams) -> bool:
        """Bring the concepts up to the registry of this moment; tell whether anything has changed.

        A stream that breaks changes nothing.
        """
        after = self.after
        pieces = upstreams.export_terms(after)
        first = next(pieces)
        if first.revision < after:
            # The registry is another one than before: one restored from a backup.
            self.revision = UNREAD
            return self.gather(upstreams)
        if first.revision == self.revision:
            return False
        columns = _Columns(self)
        arrived = list(pieces)
        if not after or any(piece.everything for piece in arrived):
            self.concepts.clear()
            self.news = TermNews(everything=True)
        for piece in arrived:
            columns.take(piece)
        self.revision = first.revision
        return True


class _Columns:
    """Takes the pieces of one export over."""

    def __init__(self, gathering: TermGathering) -> None:
        self._gathering = gathering
        self._texts: list[str] = []
        self._quotes: dict[tuple[str, str], Quote] = {}

    def take(self, piece: term_export_pb2.ExportTermsResponse) -> None:
        for name in piece.removals.names:
            if self._gathering.concepts.pop(name, None) is not None:
                self._gathering.news.changed[name] = ()
        if piece.HasField("concepts"):
            self._concepts(piece.concepts)

    def _concepts(self, columns: term_export_pb2.ConceptColumns) -> None:
        self._texts.extend(columns.new_texts)
        texts, digits = self._texts, columns.names.hex()
        words = iter(columns.designations)
        counts = columns.designation_counts or [0] * len(columns.numbers)
        quotes = map(self._quote, columns.sources, columns.clauses)
        rows = zip(
            range(0, len(digits), DIGITS),
            columns.numbers,
            columns.domains,
            columns.statuses,
            columns.terms_zh,
            columns.terms_en,
            columns.definition_counts,
            counts,
            strict=True,
        )
        for start, number, domain, status, zh, en, quoted, called in rows:
            name = COLLECTION + digits[start : start + DIGITS]
            self._gathering.concepts[name] = ConceptFact(
                name, number, texts[domain], _STATUSES[status], zh, en, tuple(next(quotes) for _ in range(quoted))
            )
            if not self._gathering.news.everything:
                self._gathering.news.changed[name] = tuple(next(words) for _ in range(called))

    def _quote(self, source: int, clause: int) -> Quote:
        ends = self._texts[source], self._texts[clause]
        return self._quotes.setdefault(ends, Quote(*ends))

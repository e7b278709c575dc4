"""Look codes up in one version of a code list: by code, below a code, by the words of a title."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from standards_tree.code_lists.model import Code, CodeListId, order_of
from standards_tree.text import match_key


@dataclass(frozen=True)
class CodeBook:
    """Hold one version of a code list; a version never changes once it exists."""

    list_id: CodeListId
    version: str
    source: str
    codes: Mapping[str, Code]

    def find(self, text: str) -> Code | None:
        """Return the code that *text* is, by itself or as another code of the same thing; None if there is none."""
        return self.codes.get(text) or self._by_alias.get(text.upper())

    def below(self, parent: str | None, *, whole_branch: bool) -> Iterator[Code]:
        """Yield what stands directly below *parent* (None: the top), or all below it, in the order of the list."""
        if not whole_branch:
            return (self.codes[code] for code in self._children.get(parent, ()))
        if parent is None:
            return (self.codes[code] for code in self._ordered)
        return self._branch(parent)

    def path(self, code: Code) -> list[Code]:
        """Return what stands above *code*, from the top down."""
        above: list[Code] = []
        parent = code.parent
        while parent is not None and len(above) < MAX_DEPTH and parent in self.codes:
            above.append(self.codes[parent])
            parent = above[-1].parent
        return above[::-1]

    def search(self, query: str) -> list[tuple[int, Code]]:
        """Return (rank, code) of everything that answers *query*, best first.

        Ranks: 0 the code itself, 1 codes that begin so, 2 a title that is the query, 3 titles that begin so, 4 titles
        that contain it, 5 titles that contain all its words, 6 words that stand in the notes only. A code in force comes
        before a withdrawn one of its rank. Width, case and kinds of dash do not matter. Cost: linear in the list.
        """
        wanted = match_key(query)
        if not wanted:
            return []
        bare = wanted.replace(" ", "")
        prefix = bare.replace(".", "") if self.list_id is CodeListId.HS else bare
        words = wanted.split()
        found = [
            (rank, entry.code) for entry in self._entries if (rank := _rank(entry, wanted, prefix, words)) is not None
        ]
        found.sort(key=lambda match: (match[0], match[1].withdrawn))
        return found

    def level_counts(self) -> list[int]:
        """Return how many codes each level has, from the top."""
        counts: dict[int, int] = {}
        for code in self.codes.values():
            counts[code.level] = counts.get(code.level, 0) + 1
        return [counts.get(level, 0) for level in range(1, max(counts, default=0) + 1)]

    def _branch(self, parent: str) -> Iterator[Code]:
        waiting = list(reversed(self._children.get(parent, ())))
        while waiting:
            code = waiting.pop()
            yield self.codes[code]
            waiting.extend(reversed(self._children.get(code, ())))

    @cached_property
    def _ordered(self) -> list[str]:
        return sorted(self.codes, key=lambda code: order_of(self.list_id, code))

    @cached_property
    def _children(self) -> dict[str | None, list[str]]:
        children: dict[str | None, list[str]] = {}
        for code in self._ordered:
            children.setdefault(self.codes[code].parent, []).append(code)
        return children

    @cached_property
    def _by_alias(self) -> dict[str, Code]:
        return {alias.upper(): code for code in self.codes.values() for alias in code.aliases}

    @cached_property
    def _entries(self) -> list["_Entry"]:
        return [_entry(self.codes[code]) for code in self._ordered]


MAX_DEPTH = 10


@dataclass(frozen=True, slots=True)
class _Entry:
    """What a search looks at, folded."""

    code: Code
    keys: tuple[str, ...]
    titles: tuple[str, ...]
    text: str
    notes: str


def _entry(code: Code) -> _Entry:
    titles = tuple(match_key(title) for title in (code.title_zh, code.title_en) if title)
    keys = tuple(match_key(key).replace(" ", "") for key in (code.code, *code.aliases))
    return _Entry(code, keys, titles, "\n".join((*keys, *titles)), match_key(code.notes))


def _rank(entry: _Entry, wanted: str, prefix: str, words: Iterable[str]) -> int | None:
    if any(key.startswith(prefix) for key in entry.keys):
        return 0 if prefix in entry.keys else 1
    if not all(word in entry.text for word in words):
        return 6 if entry.notes and all(word in entry.text or word in entry.notes for word in words) else None
    if wanted in entry.titles:
        return 2
    if any(title.startswith(wanted) for title in entry.titles):
        return 3
    return 4 if any(wanted in title for title in entry.titles) else 5

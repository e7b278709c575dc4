"""Write the comparison of two texts as one HTML page that needs nothing else, with what is unchanged folded away.

A content security policy forbids everything but the page's own style, named by its hash; all text is escaped.
"""

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from standards_tree.drafting.redline import ClauseChange, ComparedClause, figures_of
from standards_tree.reports.html import asset, environment, policy_hash
from standards_tree.reports.labels import LANGUAGES, language_of

_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "title": ("Comparison of two texts", "标准文本比对"),
    "old": ("Old text", "原文本"),
    "new": ("New text", "新文本"),
    "unchanged": ("unchanged", "未修改"),
    "changed": ("changed", "修改"),
    "added": ("added", "增加"),
    "removed": ("removed", "删除"),
    "renumbered": ("renumbered", "编号调整"),
    "moved": ("moved", "位置调整"),
    "legend": ("Insertions are underlined, deletions struck through.", "增加的内容加下划线，删除的内容加删除线。"),
    "folded": ("{count} clauses unchanged: {first} to {last}", "{count}条未修改：{first}至{last}"),
    "folded_one": ("1 clause unchanged: {first}", "1条未修改：{first}"),
    "same": ("The texts say the same.", "两个文本内容相同。"),
    "unnumbered": ("without number", "无编号"),
}


@dataclass(frozen=True, slots=True)
class ComparedText:
    """One of the texts: the designation it prints, and the name of its document."""

    designation: str
    document: str


@dataclass(frozen=True, slots=True)
class _Section:
    """Clauses that stand together: unchanged ones folded under one line, or one that changed."""

    folded: str
    clauses: tuple[ComparedClause, ...]


def render_redline(old: ComparedText, new: ComparedText, clauses: Sequence[ComparedClause], language: str) -> bytes:
    """Return a comparison as a UTF-8 page whose own words are English or Simplified Chinese.

    Raises:
        InvalidArgumentError: pages are not written in *language*.
    """
    language = language_of(language)
    style = asset("redline.css")
    figures = figures_of(clauses)
    page = (
        environment()
        .get_template("redline.html.j2")
        .render(
            language=language,
            style=style,
            style_hash=policy_hash(style),
            old=old,
            new=new,
            figures=figures,
            same=figures.changed + figures.added + figures.removed + figures.renumbered + figures.moved == 0,
            sections=list(_sections(clauses, language)),
            c=functools.partial(_say, language),
        )
    )
    return page.encode()


def _say(language: str, code: str, **values: object) -> str:
    return _WORDS[code][LANGUAGES.index(language)].format(**values)


def _is_quiet(clause: ComparedClause) -> bool:
    return clause.change is ClauseChange.UNCHANGED and not clause.renumbered and not clause.moved


def _sections(clauses: Sequence[ComparedClause], language: str) -> Iterator[_Section]:
    for quiet, found in groupby(clauses, _is_quiet):
        together = tuple(found)
        if not quiet:
            yield from (_Section("", (clause,)) for clause in together)
        elif len(together) == 1:
            yield _Section(_say(language, "folded_one", first=_called(together[0], language)), together)
        else:
            first, last = _called(together[0], language), _called(together[-1], language)
            yield _Section(_say(language, "folded", count=len(together), first=first, last=last), together)


def _called(clause: ComparedClause, language: str) -> str:
    """Return what a reader calls a clause: its number, or its title where it has none."""
    title = "".join(run.text for run in clause.title)
    return clause.new_number or title or _say(language, "unnumbered")

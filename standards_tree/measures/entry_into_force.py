"""Read out of an addendum when its measure enters into force, and what puts that off.

What a text says last holds. A day that was planned once, the day of a publication and the day from which a time is
counted are none on which anything enters into force.
"""

import re
from dataclasses import dataclass
from datetime import date

from standards_tree.measures.dates import read_date
from standards_tree.measures.stated_days import DAY, NOT_BEFORE, day_behind, tells_of_another_text

_LOOKED_AROUND = 60
_IN_FORCE = re.compile(
    r"\b(?P<past>came into (?:force|effect)|entered into (?:force|effect)|took effect|(?:is|has been) in force since"
    r"|entr[oó] en vig(?:or|encia)|est entrée? en vigueur)\b"
    r"|\b(?:com(?:es?|ing)|enter(?:s|ing)?) into (?:force|effect)|\btakes? effect|\bwith effect (?:from|as of|on)"
    rf"|\beffective(?: (?:on|from|as of|as from|date)\b|:? (?={DAY}))|\bentry into force|\bimplementation date"
    r"|\bentrar[aá]n? en vig(?:or|encia)|\bentra en vig(?:or|encia)|\bentrada en vig(?:or|encia)"
    r"|\bentr(?:e|era|ée) en vigueur"
    r"|(?P<done>已[经于]?[^。;,将拟尚未不]{0,16}(?:生效|实施|施行))|起(?:正式)?(?:生效|实施|施行)|生效日期|实施日期"
    # Not the day on which it was published, and enters into force later.
    r"|(?:将于|于)(?:(?!发布|公布|批准|通过|颁布)[^。;]){0,16}(?:生效|实施|施行)",
    re.IGNORECASE,
)
FORCE_WORDS = ("force", "effect", "implementation date", "vigor", "vigencia", "vigueur", "生效", "实施", "施行")
_POSTPONED = re.compile(
    r"\b(?:postpon|delay|defer|suspend|extend|extens|prolong|prorrog|aplaz|posterg|différ)\w*"
    r"|\breportée?s?\b|推迟|延期|延长|暂缓|延(?=至)",
    re.IGNORECASE,
)
# Of the entry into force itself; "extends the scope" and "delayed until its entry into force" speak of other things.
_IS_POSTPONED = re.compile(
    r"[^.;,。]{0,60}?(?:\b(?:is|was|were|has been|have been|been|be)\b(?: \w+){0,2} (?:postponed|delayed|deferred|suspended)"
    r"|推迟|延期|暂缓)",
    re.IGNORECASE,
)
_MOVED_TO = re.compile(
    r"[^.;。]{0,60}?(?:\b(?:chang|mov|brought|bring|advanc|reschedul|revis|modif|amend|correct)\w*\b[^.;。]{0,80}?"
    rf"\b(?:to|until)\b|(?:调整|更改|变更|修改|更正|提前|顺延|改)(?:为|至|到))[^.;。\d]{{0,20}}({DAY})",
    re.IGNORECASE,
)
# Postponed to no day at all; "from 1 July" names one.
_NO_DAY = re.compile(
    r"\buntil further notice|\bindefinite(?:ly)?\b|\bsine die\b|\bunspecified (?:date|time|period)"
    r"|\b(?:new|later|revised) date\b[^.;]{0,40}\b(?:announced|determined|notified|communicated|decided)"
    r"|\bhasta nuevo aviso|\bjusqu'à nouvel ordre|无限期|另行(?:通知|公告|规定|确定)|直至另有通知|具体日期待定",
    re.IGNORECASE,
)
_BY_A_TIME = re.compile(
    r"[^.;,。]{0,12}?(?:\b(?:by|for) [^.;,]{1,30}?(?:day|week|month|year)s?\b|[^.;,。]{1,8}?(?:天|日|个月|年))"
)
# A day that was planned once is not the day that holds now.
_ONCE_TOLD = re.compile(
    r"\b(?:was|were|had been)\b[^.;]{0,60}$|\b(?:originally|initially|first|previously)\b[^.;]{0,60}$"
    r"|原(?:定|计划|拟)[^。;]{0,30}$",
    re.IGNORECASE,
)
_ONCE_PLANNED = re.compile(
    r"\b(?:was|were|had been) (?:\w+ly )?(?:planned|foreseen|scheduled|expected|supposed|due|intended|set|to)\b[^.;]{0,40}$",
    re.IGNORECASE,
)
_LATER_ON = re.compile(
    rf"\b(?:postpon|delay|defer|mov|reschedul)\w*[^.;]{{0,60}}?\b(?:until|till|to)\b[^.;\d]{{0,20}}({DAY})",
    re.IGNORECASE,
)
_BUT_ON = re.compile(rf"[^.;]{{0,60}}?\bbut (?:only )?(?:on|from|as of|as from) ({DAY})", re.IGNORECASE)
# The last of several: 于2025年3月1日批准，2025年9月1日起实施; not the day of 已于2025年3月1日发布，将于发布后6个月实施.
_DAY_BEFORE = re.compile(
    rf".*({DAY})(?:(?!发布|公布|批准|通过|颁布| (?:and|y|et) |publi|adopt|approv|issued|sign)[^.,;。]){{0,12}}$",
    re.IGNORECASE | re.DOTALL,
)
_SENTENCE_REST = re.compile(r"(?:(?!\. )[^;。]){0,160}")
_SENTENCE_START = re.compile(r"^.*(?:\. |[;。])", re.DOTALL)
_UNTIL_DAY = re.compile(
    rf"(?:\b(?:until|till|to|hasta|al|au)\b|jusqu'au|[至到])[^.;。\d]{{0,20}}({DAY})", re.IGNORECASE
)


# "six months after its publication", with the day of that event beside it or elsewhere in the text.
_COUNTED_FROM = re.compile(
    r"[^.;,。]{0,25}?\b(?P<period>(?:within )?[a-z\d-]{1,12} (?:\(\d{1,3}\) )?(?:calendar )?(?:day|week|month|year)s?"
    r" (?:after|from|following) (?:the date of )?(?:its |the )?(?P<event>publication|adoption|approval))\b"
    rf"(?:[^.;,。]{{0,40}}?\b(?:on|of|dated) (?P<day>{DAY}))?",
    re.IGNORECASE,
)
_DAY_OF = {
    event: re.compile(
        rf"\b(?:{words})\b(?:(?!\band\b|(?<!No)\. )[^;。]){{0,80}}?\b(?:on|of|dated) ({DAY})", re.IGNORECASE
    )
    for event, words in {"publication": "published|gazetted", "adoption": "adopted", "approval": "approved"}.items()
}


@dataclass(frozen=True, slots=True)
class InForce:
    """Say what a text tells of an entry into force: the words, the day, or the words that put it off to none."""

    words: str = ""
    already: bool = False
    day: date | None = None
    postponed: str = ""


def read_entry_into_force(text: str) -> InForce:
    """Return what *text* says of the entry into force, nothing where it says nothing; it may where it has one of FORCE_WORDS.

    What comes with a day counts before what comes without. What a text says last holds: that it is postponed to no
    day, or a day named after that which was not only planned once.
    """
    told = _Told()
    for found in _IN_FORCE.finditer(text):
        if not tells_of_another_text(text, found.start()):
            told.hear(text, found)
    return told.said(text)


class _Told:
    """Hear what a text says of an entry into force, from its beginning to its end."""

    def __init__(self) -> None:
        self._first: re.Match[str] | None = None
        self._dated: tuple[re.Match[str], date] | None = None
        self._postponed, self._planned = "", -1

    def hear(self, text: str, found: re.Match[str]) -> None:
        """Take in the words *found*."""
        before = text[max(0, found.start() - _LOOKED_AROUND) : found.start()]
        if NOT_BEFORE.search(before):
            instead = _BUT_ON.match(text, found.end())
            self._date(found, read_date(instead[1]).day if instead else None)
            return
        sentence, day = _moved(text, found, before)
        if sentence:
            self._date(found, day)
            if day is None and (open_end := _open_end(sentence)):
                self._dated, self._postponed = None, open_end
        elif not (self._postponed and _ONCE_TOLD.search(before)):
            self._first = self._first or found
            if _ONCE_PLANNED.search(before):
                self._planned = found.end()
            elif self._dated is None:
                self._date(found, _day_beside(text, found))

    def _date(self, found: re.Match[str], day: date | None) -> None:
        if day is not None:
            self._dated, self._postponed = self._dated or (found, day), ""

    def said(self, text: str) -> InForce:
        """Return what all of *text* says in the end."""
        if self._postponed:
            return InForce(postponed=self._postponed)
        if self._dated is None and self._first is not None and self._planned >= 0:
            later = _LATER_ON.search(text, self._planned)
            return InForce(self._first[0], day=read_date(later[1]).day if later else None)
        words, day = self._dated or (self._first, None)
        return InForce() if words is None else InForce(words[0], bool(words["past"] or words["done"]), day)


def _moved(text: str, found: re.Match[str], before: str) -> tuple[str, date | None]:
    """Return the sentence that moves what *found* speaks of, empty where none does, and the day it is moved to."""
    rest = _SENTENCE_REST.match(text, found.end())
    behind, ahead = rest[0] if rest else "", _SENTENCE_START.sub("", before)
    postponed = _POSTPONED.search(behind) or _POSTPONED.search(found[0]) or _POSTPONED.search(ahead)
    if postponed is None:
        moved = _MOVED_TO.match(behind)
        return (behind, read_date(moved[1]).day) if moved else ("", None)
    # From one day to another: the later one counts, and where none is named, nothing is brought into force.
    said, begin = f"{found[0]}{behind}", 0
    if postponed.string is not ahead:
        begin = postponed.end() + (len(found[0]) if postponed.string is behind else 0)
    later = _UNTIL_DAY.search(said, begin)
    return f"{ahead}{said}", read_date(later[1]).day if later is not None else None


def _open_end(sentence: str) -> str:
    """Return the words that put off to no day that is known, empty where *sentence* does not: "postponed sine die"."""
    begin = _POSTPONED.search(sentence)
    if open_end := _NO_DAY.search(sentence):
        start = min(begin.start() if begin else open_end.start(), open_end.start())
        return sentence[start : max(open_end.end(), begin.end() if begin else 0)][:120].strip()
    if (said := _IN_FORCE.search(sentence)) is None or (put_off := _IS_POSTPONED.match(sentence, said.end())) is None:
        return ""
    begin = _POSTPONED.search(sentence, said.end())
    by = _BY_A_TIME.match(sentence, put_off.end())
    return sentence[begin.start() if begin else said.start() : by.end() if by else put_off.end()][:120].strip()


def _day_beside(text: str, found: re.Match[str]) -> date | None:
    """Return the day in *found*, close behind it or close before it."""
    if inside := re.search(DAY, found[0], re.IGNORECASE):
        return read_date(inside[0]).day
    behind, counted = day_behind(text, found.end())
    if counted or behind is not None:
        return behind or _counted_day(text, found.end())
    before = _DAY_BEFORE.match(text[max(0, found.start() - _LOOKED_AROUND) : found.start()])
    return read_date(before[1]).day if before else None


def _counted_day(text: str, end: int) -> date | None:
    """Return the day a time ends that *text* counts from an event of which it names the day too."""
    counted = _COUNTED_FROM.match(text, end)
    period = read_date(counted["period"]).period if counted else None
    if counted is None or period is None:
        return None
    stated = counted["day"]
    if stated is None and (event := _DAY_OF[counted["event"].casefold()].search(text)) is not None:
        stated = event[1]
    start = read_date(stated).day if stated else None
    return period.end(start) if start else None

"""Read out of an addendum or a corrigendum what it does: withdraw, adopt, bring into force, extend, change.

The form has a box for it that most files leave out, so the words decide. Only wordings that name the measure or the
notification itself count: a text that says which older law a new one repeals withdraws nothing.
"""

import re
from dataclasses import dataclass, field
from datetime import date

from standards_tree.measures.dates import read_date
from standards_tree.measures.symbols import Symbol, find_symbols
from standards_tree.recognition.automaton import WordGroups
from standards_tree.text import fold_marks

MAX_READ_CHARACTERS = 6_000

_STOP_BEFORE_DIGIT = re.compile(r"\. ?\d")
_SUFFIX_STOP = re.compile(r"\b(rev|add|corr|suppl) ?\. ?(\d)", re.IGNORECASE)
_SUBJECT = (
    r"(?:notification|notified|draft|proposal|proposed (?:rule|regulation|measure)|measure|addendum|corrigendum"
    r"|g/(?:tbt|sps)/n/[a-z]{2,4}/\d+)"
)
_WITHDRAWN = re.compile(
    rf"{_SUBJECT}[^.;。]{{0,120}}\b(?:withdrawn|withdrew|cancell?ed|revoked|rescinded|null and void|not be adopted)\b"
    r"|\bregulation[^.;。]{0,40}\bnot be adopted\b"
    rf"|\b(?:withdraw(?:s|al|ing)?|cancell?(?:s|ation|ing)|revo(?:kes|cation)|rescinds?)\b"
    # Not "revokes Regulation 12 on the notification of toys".
    rf"(?: of)?(?: the| this| its)?(?:(?! (?:on|concerning|regarding|about) )[^.;。]){{0,40}}{_SUBJECT}"
    r"|withdrawal of (?:the )?(?:measure|regulation)"
    r"|(?<![未不])(?:撤回|撤销|取消|废止)[^。;]{0,20}(?:通报|草案|提案|法规|措施|标准)"
    r"|(?:通报|草案|提案|法规|措施)[^。;未不]{0,20}(?:已|被|予以)?(?:撤回|撤销|取消|作废)"
    r"|retir[oóa]\w*[^.;]{0,40}notificaci|notificaci[^.;]{0,60}(?:retirad|anulad|sin efecto)",
    re.IGNORECASE,
)
_IN_FORCE = re.compile(
    r"\b(?P<past>came into (?:force|effect)|entered into (?:force|effect)|took effect|entr[oó] en vigor|est entrée? en vigueur)\b"
    r"|\b(?:com(?:es?|ing)|enter(?:s|ing)?) into (?:force|effect)|\btakes? effect|\beffective (?:on|from|as of|date)"
    r"|\bentry into force|\bentrar[aá] en vigor|\bentrada en vigor|\bentr(?:e|era) en vigueur"
    r"|(?P<done>已[经于]?[^。;,将拟尚未不]{0,16}(?:生效|实施|施行))|起(?:正式)?(?:生效|实施|施行)|生效日期|实施日期|(?:将于|于)[^。;]{0,16}(?:生效|实施|施行)",
    re.IGNORECASE,
)
_ADOPTED = re.compile(
    r"\b(?:was|were|has been|have been|is|been)\b(?: (?!(?:not|never|to|being|yet)\b)\w+){0,2}"
    r" (?:adopted|approved|published|promulgated|issued|finali[sz]ed)\b"
    r"|\bfinal rule\b|\badoption/publication/entry into force|\bnotifies the (?:adoption|publication)"
    r"|informs?(?: of| about)? the (?:adoption|publication)|informa la publicaci|fue (?:aprobad|publicad|adoptad)"
    r"|(?:已|正式|予以)(?:经)?(?:批准|发布|公布|通过|颁布)|(?:年|月|日)(?:批准|发布|公布|通过|颁布)",
    re.IGNORECASE,
)
_COMMENTS = re.compile(
    r"(?:exten|reopen|re-open|prolong|postpon|modif|chang)\w*[^.;]{0,80}(?:comment|consultation)"
    r"|(?:comment|consultation)[^.;]{0,80}(?:extended|reopened|re-opened|prolonged|postponed|modified|changed)"
    r"|modification of (?:the )?final date for comments|(?:延长|重新开放)[^。;]{0,20}(?:评议|意见)"
    r"|(?:评议|意见)[^。;未不]{0,20}(?:延长|延期)",
    re.IGNORECASE,
)
_CONTENT = re.compile(
    r"\b(?:amend(?:s|ed|ing|ment)|modif(?:y|ies|ied|ication(?! of (?:the )?(?:final date|deadline|comment))|ica|icación)"
    r"|revis(?:es|ed))\b|modification of content"
    r"|修改|修订|变更|修正",
    re.IGNORECASE,
)
# What stands before or in such words and turns them round, or says that it is still to come.
_NOT_BEFORE = re.compile(
    r"\b(?:not|never|nor|cannot|neither|no longer)\b(?: \w+){0,2} ?$|(?:未|不|尚未|不再)[^,。;]{0,2}$", re.IGNORECASE
)
_NOT_AT_END = re.compile(
    r"\b(?:not|never)(?: (?:yet|been|be|fully|formally|officially)){0,3} (?!adopted)\w+$", re.IGNORECASE
)
_ON_CONDITION = re.compile(r"\b(?:once|if|until|unless|when|after|before|provided)\b[^.;,]{0,40}$", re.IGNORECASE)
_FOR_COMMENT = re.compile(r" (?:for|to)(?: \w+){0,2} (?:comments?|consultation)", re.IGNORECASE)
_POSTPONED = re.compile(
    r"\b(?:postpon|delay|defer|suspend|extend|extens|prolong)\w*|推迟|延期|延长|暂缓", re.IGNORECASE
)
# Postponed to no day at all; "from 1 July" or "by a year" names one, or leaves it to be asked for.
_NO_DAY = re.compile(
    r"\buntil further notice|\bindefinite(?:ly)?\b|\bsine die\b|\bunspecified (?:date|time|period)"
    r"|\b(?:new|later|revised) date\b[^.;]{0,40}\b(?:announced|determined|notified|communicated|decided)"
    r"|\bhasta nuevo aviso|\bjusqu'à nouvel ordre|无限期|另行(?:通知|公告|规定|确定)|直至另有通知|具体日期待定",
    re.IGNORECASE,
)
# A day that was planned once is not the day that holds now.
_ONCE_PLANNED = re.compile(
    r"\b(?:was|were|had been)\b[^.;]{0,60}$|\b(?:originally|initially|first|previously)\b[^.;]{0,60}$"
    r"|原(?:定|计划|拟)[^。;]{0,30}$",
    re.IGNORECASE,
)
_DAY = (
    r"(?:\d{1,2}(?:st|nd|rd|th)? [A-Za-zé]{3,10},? \d{4}|[A-Za-z]{3,10} \d{1,2}(?:st|nd|rd|th)?,? \d{4}|\d{4}-\d{1,2}-\d{1,2}"
    r"|\d{4} ?年 ?\d{1,2} ?月 ?\d{1,2} ?[日号]|\d{1,2} de [a-z]{4,10} (?:de|del) \d{4})"
)
_DAY_BEHIND = re.compile(rf"[^.;。]{{0,40}}?({_DAY})", re.IGNORECASE)
# The last of several: 于2025年3月1日批准，2025年9月1日起实施.
_DAY_BEFORE = re.compile(rf".*({_DAY})[^.;。]{{0,12}}$", re.IGNORECASE | re.DOTALL)
_COMMENTS_UNTIL = re.compile(
    rf"(?:comment|consultation|评议|意见)[^.;。]{{0,120}}?(?:until|till|to|by|before|on|至|到|为)[^.;。\d]{{0,20}}({_DAY})",
    re.IGNORECASE,
)
_EXTENDED_UNTIL = re.compile(
    rf"(?:\b(?:exten|prolong|postpon|reopen|re-open)\w*|延长|延期|推迟)[^.;。]{{0,80}}?"
    rf"(?:\b(?:until|till|to|by)\b|[至到])[^.;。\d]{{0,20}}({_DAY})",
    re.IGNORECASE,
)
_SENTENCE_REST = re.compile(r"(?:(?!\. )[^;。]){0,160}")
_SENTENCE_START = re.compile(r"^.*(?:\. |[;。])", re.DOTALL)
_LOOKED_AROUND = 60
_UNTIL_DAY = re.compile(rf"(?:\b(?:until|till|to)\b|[至到])[^.;。\d]{{0,20}}({_DAY})", re.IGNORECASE)
# Behind these words stands what takes the place of what is withdrawn.
_IN_ITS_PLACE = re.compile(
    r"\b(?:replaced|superseded|substituted|followed) (?:by|with)\b|\bin favou?r of\b|代之以|替换为|改为", re.IGNORECASE
)


# A pattern is only tried on a text that holds one of its words: to look for all of them costs a hundredth of trying.
_WORDS = {
    _WITHDRAWN: (
        *("withdr", "cancel", "revo", "rescind", "null", "not be adopted", "retir", "anulad", "efecto"),
        *("撤", "取消", "废止", "作废"),
    ),
    _IN_FORCE: ("force", "effect", "vigor", "vigueur", "生效", "实施", "施行"),
    _ADOPTED: (
        *("adopt", "approv", "publi", "promulg", "issued", "finali", "final rule", "aprobad"),
        *("批准", "发布", "公布", "通过", "颁布"),
    ),
    _COMMENTS: ("comment", "consultation", "评议", "意见"),
    _CONTENT: ("amend", "modif", "revis", "修改", "修订", "变更", "修正"),
}
_PATTERNS, _ANY_WORD = list(_WORDS), WordGroups(list(_WORDS.values()))


@dataclass(frozen=True, slots=True)
class Acts:
    """Say what a later document does. A day is None where the text names none."""

    withdraws: bool = False
    withdrawn: tuple[Symbol, ...] = ()
    """The symbols the text names beside a withdrawal; none where it names none."""
    adopts: bool = False
    brings_into_force: bool = False
    in_force_already: bool = False
    in_force_on: date | None = None
    postpones_force: str = ""
    """The words that postpone the entry into force without naming another day: until further notice."""
    changes_comment_period: bool = False
    comments_until: date | None = None
    changes_content: bool = False
    words: tuple[str, ...] = field(default=(), compare=False)
    """The words that say so, for whoever wants to see why."""


NOTHING = Acts()


def read_acts(*texts: str) -> Acts:
    """Return what *texts* (title, description, keywords) say a document does; O(length), over the first 6,000 characters."""
    text = fold_marks("\n".join(filter(None, texts))[:MAX_READ_CHARACTERS])
    if not text:
        return NOTHING
    if _STOP_BEFORE_DIGIT.search(text):
        # The full stop of a symbol ends no sentence.
        text = _SUFFIX_STOP.sub(r"\1 \2", text)
    likely = {_PATTERNS[number] for number in _ANY_WORD.found_in(text.casefold())}
    if not likely:
        return NOTHING
    force, in_force_on, postponed = _in_force(text) if _IN_FORCE in likely else (None, None, "")
    withdrawn, adopted, comments, content = (
        _search(pattern, text) if pattern in likely else None for pattern in (_WITHDRAWN, _ADOPTED, _COMMENTS, _CONTENT)
    )
    until = (_EXTENDED_UNTIL.search(text) or _COMMENTS_UNTIL.search(text)) if comments else None
    found = [match for match in (withdrawn, force, adopted, comments, content) if match is not None]
    return Acts(
        withdraws=withdrawn is not None,
        withdrawn=find_symbols(_sentence(text, withdrawn)).symbols if withdrawn else (),
        adopts=adopted is not None,
        brings_into_force=force is not None,
        in_force_already=force is not None and bool(force["past"] or force["done"]),
        in_force_on=in_force_on,
        postpones_force=postponed,
        changes_comment_period=comments is not None,
        comments_until=read_date(until[1]).day if until else None,
        changes_content=content is not None,
        words=(*(match[0][:120] for match in found), *filter(None, [postponed])),
    )


def _search(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """Return the first words of *pattern* that say so, and do not deny it or make it depend on something."""
    return next((found for found in pattern.finditer(text) if not _is_denied(pattern, text, found)), None)


def _is_denied(pattern: re.Pattern[str], text: str, found: re.Match[str]) -> bool:
    before = text[max(0, found.start() - _LOOKED_AROUND) : found.start()]
    if _NOT_BEFORE.search(before) or _NOT_AT_END.search(found[0]):
        return True
    if pattern is not _ADOPTED:
        return False
    waits = found[0].casefold().startswith(("is ", "has ", "have ", "been ")) and _ON_CONDITION.search(before)
    return bool(waits) or _FOR_COMMENT.match(text, found.end()) is not None


def _in_force(text: str) -> tuple[re.Match[str] | None, date | None, str]:
    """Return the words about the entry into force that come with a day, or else the first such words; or what postpones it.

    What a text says last holds: that it is postponed to no day, or a day named after that which was not only planned once.
    """
    first: re.Match[str] | None = None
    told: tuple[re.Match[str], date] | None = None
    postponed = ""
    for found in _IN_FORCE.finditer(text):
        before = text[max(0, found.start() - _LOOKED_AROUND) : found.start()]
        if _NOT_BEFORE.search(before):
            continue
        sentence, day = _moved(text, found, before)
        if sentence:
            if day is not None:
                told, postponed = told or (found, day), ""
            elif open_end := _NO_DAY.search(sentence):
                told, postponed = None, _shown(sentence, open_end)
            continue
        if postponed and _ONCE_PLANNED.search(before):
            continue
        first = first or found
        beside = _day_beside(text, found)
        if told is None and beside is not None and (read := read_date(beside).day) is not None:
            told, postponed = (found, read), ""
    if postponed:
        return None, None, postponed
    return (*told, "") if told is not None else (first, None, "")


def _moved(text: str, found: re.Match[str], before: str) -> tuple[str, date | None]:
    """Return the sentence that postpones what *found* speaks of, empty where it does not, and the later day if it names one."""
    rest = _SENTENCE_REST.match(text, found.end())
    behind, ahead = rest[0] if rest else "", _SENTENCE_START.sub("", before)
    postponed = _POSTPONED.search(behind) or _POSTPONED.search(found[0]) or _POSTPONED.search(ahead)
    if postponed is None:
        return "", None
    # From one day to another: the later one counts, and where none is named, nothing is brought into force.
    said, begin = f"{found[0]}{behind}", 0
    if postponed.string is not ahead:
        begin = postponed.end() + (len(found[0]) if postponed.string is behind else 0)
    later = _UNTIL_DAY.search(said, begin)
    return f"{ahead}{said}", read_date(later[1]).day if later is not None else None


def _shown(sentence: str, open_end: re.Match[str]) -> str:
    """Return the words of a sentence from the postponement to its open end."""
    begin = _POSTPONED.search(sentence)
    start = min(begin.start() if begin else open_end.start(), open_end.start())
    return sentence[start : max(open_end.end(), begin.end() if begin else 0)][:120].strip()


def _day_beside(text: str, found: re.Match[str]) -> str | None:
    """Return the day in *found*, close behind it or close before it."""
    if inside := re.search(_DAY, found[0], re.IGNORECASE):
        return inside[0]
    if behind := _DAY_BEHIND.match(text, found.end()):
        return behind[1]
    before = _DAY_BEFORE.search(text[max(0, found.start() - _LOOKED_AROUND) : found.start()])
    return before[1] if before else None


def _sentence(text: str, found: re.Match[str]) -> str:
    start = max(text.rfind("。", 0, found.start()), text.rfind(". ", 0, found.start())) + 1
    return _IN_ITS_PLACE.split(text[start : found.end() + 80], maxsplit=1)[0]

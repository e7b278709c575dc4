"""Read out of an addendum or a corrigendum what it does: withdraw, adopt, bring into force, extend, change.

The form has a box for it that most files leave out, so the words decide. Only wordings that name the measure or the
notification itself count: a text that says which older law a new one repeals withdraws nothing.
"""

import re
from dataclasses import dataclass, field
from datetime import date

from standards_tree.measures.dates import read_date
from standards_tree.measures.entry_into_force import FORCE_WORDS, InForce, read_entry_into_force
from standards_tree.measures.stated_days import DAY, NOT_BEFORE, day_behind, tells_of_another_text
from standards_tree.measures.symbols import Suffix, SuffixKind, Symbol, find_symbols
from standards_tree.recognition.automaton import WordGroups
from standards_tree.text import fold_marks

MAX_READ_CHARACTERS = 6_000

_STOP_BEFORE_DIGIT = re.compile(r"\. ?\d")
_SUFFIX_STOP = re.compile(r"\b(rev|add|corr|suppl) ?\. ?(\d)", re.IGNORECASE)
_SUFFIX_WITHOUT_STOP = re.compile(r"/(rev|add|corr|suppl) (\d)", re.IGNORECASE)
_SUBJECT = (
    r"(?:notification|notified|draft|proposal|proposed (?:rule|regulation|measure)|measure|addendum|corrigendum"
    r"|g/(?:tbt|sps)/n/[a-z]{2,4}/\d+)"
)
# Behind these it is not the measure that is taken back: "revokes Regulation 12 on the notification of toys",
# "withdrawal period before slaughter", "withdraws its objection to the measure".
_ELSEWHERE = (
    r" (?:on|concerning|regarding|about|to|of|for|in|before|from|by|at|with|under) "
    r"|\b(?:objection|concern|approval|authori|licen|certificat|permit|period|product|request|comment)"
)
_ZH_SYMBOL = r"G/(?:TBT|SPS)/N/[A-Z]{2,4}/[\w/. ]{1,24}?(?:号|的|所)*"
_WITHDRAWN = re.compile(
    rf"{_SUBJECT}[^.;。]{{0,120}}\b(?:withdrawn|withdrew|cancell?ed|revoked|rescinded|null and void|not be adopted)\b"
    r"|\bregulation[^.;。]{0,40}\bnot be adopted\b"
    rf"|\b(?:withdraw(?:s|al|ing)?|cancell?(?:s|ation|ing)|revo(?:kes|cation)|rescinds?)\b"
    rf"(?: of)?(?: the| this| its)?(?:(?!{_ELSEWHERE})[^.;。]){{0,40}}{_SUBJECT}"
    r"|withdrawal of (?:the )?(?:measure|regulation)"
    # Of what is notified under a symbol; "and Order 5 is repealed" says which older law goes.
    r"|g/(?:tbt|sps)/n/[a-z]{2,4}/\d+[^.;,。]{0,30}? (?:has|have|is|was|were)(?: been)? (?:repealed|lifted)\b"
    r"(?! (?:for|from|in part|partially)\b)"
    # 废止 and 取消 mostly say which older law goes, or which demand.
    rf"|(?<![未不])(?:撤回|撤销|取消|废止)了?(?:{_ZH_SYMBOL})?(?:(?:本|该|此|上述)[^。;,的]{{0,6}})?(?:通报|草案|提案)"
    rf"|(?<![未不])(?:撤回|撤销|取消|废止)了?(?:{_ZH_SYMBOL}|本|该|此|上述|所通报的|已通报的)[^。;,的]{{0,6}}(?:法规|措施|标准)"
    r"|(?:通报|草案|提案|法规|措施)[^。;未不]{0,20}"
    r"(?:(?:已[经被]?|被|予以)(?:撤回|撤销|取消|作废)(?!了?[^。;,]{0,12}(?:要求|限制|限量))|(?:撤回|撤销|取消|作废)(?=[。;,]|$))"
    r"|retir[oóa]\w*[^.;]{0,40}notificaci|notificaci[^.;]{0,60}(?:retirad|anulad|sin efecto)"
    r"|\bretrait de la notification|notification[^.;]{0,60}\best (?:retirée|annulée)",
    re.IGNORECASE,
)
_ADOPTED = re.compile(
    r"\b(?:was|were|has been|have been|is|been)\b(?: (?!(?:not|never|to|being|yet)\b)\w+){0,2}"
    r" (?:adopted|approved|published|promulgated|issued|finali[sz]ed|gazetted)\b"
    r"|\bfinal rule\b|\badoption/publication/entry into force|\bnotifies the (?:adoption|publication)"
    r"|informs?(?: of| about)? the (?:adoption|publication)|informa la publicaci"
    r"|(?:fue|ha sido) (?:aprobad|publicad|adoptad)|a été (?:adopté|publié|approuvé)"
    r"|已[经由][^。;,未不将拟尚]{0,30}?(?:批准|发布|公布|通过|颁布)|(?:已|正式|予以)(?:批准|发布|公布|通过|颁布)"
    r"|(?:(?:\d{4} ?年 ?\d{1,2} ?月 ?)?\d{1,2} ?日|年|月|日)(?:批准|发布|公布|通过|颁布)",
    re.IGNORECASE,
)
_COMMENTS = re.compile(
    r"(?:exten|reopen|re-open|prolong|postpon|modif|chang)\w*[^.;]{0,80}(?:comment|consultation)"
    r"|(?:comment|consultation)[^.;]{0,80}(?:extended|reopened|re-opened|prolonged|postponed|modified|changed)"
    r"|modification of (?:the )?final date for comments|(?:延长|重新开放)[^。;]{0,20}(?:评议|意见)"
    r"|(?:评议|意见)[^。;未不]{0,20}(?:延长|延期|顺延|更改|变更|调整)"
    r"|(?:prorrog|ampl[ií])\w*[^.;]{0,80}(?:comentario|observaci)|(?:comentario|observaci)[^.;]{0,80}(?:prorrog|ampl[ií])"
    r"|(?:observations|commentaires)[^.;]{0,80}(?:prolongée?|reportée?)",
    re.IGNORECASE,
)
_CONTENT = re.compile(
    r"\b(?:amend(?:s|ed|ing|ment)|modif(?:y|ies|ied|ication(?! of (?:the )?(?:final date|deadline|comment))|ica|icación)"
    r"|revis(?:es|ed))\b|modification of content"
    r"|修改|修订|变更|修正",
    re.IGNORECASE,
)
# What stands before or in such words and turns them round, or says that it is still to come.
_NOT_AT_END = re.compile(
    r"\b(?:not|never)(?: (?:yet|been|be|fully|formally|officially)){0,3} (?!adopted)\w+$", re.IGNORECASE
)
_ON_CONDITION = re.compile(r"\b(?:once|if|until|unless|when|after|before|provided)\b[^.;,]{0,40}$", re.IGNORECASE)
_PROPOSES_TO = re.compile(
    r"\b(?:propos\w*|intend\w*|plan\w*|consider\w*|request\w*|right) (?:to|for|of)(?: the)? $", re.IGNORECASE
)
_FOR_COMMENT = re.compile(
    r"(?: (?:on|in|at)(?: (?!(?:after|before|deadline|period|date)\b)[\w./-]+){1,8})?,? (?:for|to|para|pour)(?: \w+){0,2}"
    r" (?:comments?|consulta|commentaires)|[^。;,]{0,4}(?:征求|译本|译文|指南)",
    re.IGNORECASE,
)
_STILL_TO_COME = re.compile(
    r" (?:will|would|shall|is expected|is to|is anticipated|is scheduled)\b(?! (?:be |become )?effective)",
    re.IGNORECASE,
)
# What is published of a measure that is no measure itself, or not yet; the first noun of the sentence or clause.
_NOT_THE_MEASURE = re.compile(
    r"(?:^|[.;,。] ?|\bthat )(?:(?:\w|[-'])+ ){0,3}?(?:notice|translation|guidance|guidelines?|list|report|results?|summary"
    r"|study|assessment|corrigendum|addendum|request|extension|period|consultation"
    r"|proposed (?:rule|regulation|order|amendments?))\b(?:(?!\bthat\b)[^.;,。]){0,70}$",
    re.IGNORECASE,
)
_DRAFT = re.compile(r"\b(?:draft|proposal|bill)\b[^.;,。]{0,70}$", re.IGNORECASE)
_IS_PRINTED = re.compile(r"(?:published|issued)$", re.IGNORECASE)
_GAZETTE = re.compile(r"[^.;。]{0,40}\b(?:gazette|official journal|diario oficial|journal officiel)\b", re.IGNORECASE)
_COMMENTS_UNTIL = re.compile(
    rf"(?:comment|consultation|observaci|observations|评议|意见)[^.;。]{{0,120}}?"
    rf"(?:until|till|to|by|before|on|hasta|jusqu'au|au|至|到|为)[^.;。\d]{{0,20}}({DAY})",
    re.IGNORECASE,
)
_EXTENDED_UNTIL = re.compile(
    rf"(?:\b(?:exten|prolong|postpon|reopen|re-open|prorrog|ampl[ií])\w*|延长|延期|推迟)[^.;。]{{0,80}}?"
    rf"(?:\b(?:until|till|to|by|hasta|au)\b|jusqu'au|[至到])[^.;。\d]{{0,20}}({DAY})",
    re.IGNORECASE,
)
# Behind these words stands what takes the place of what is withdrawn.
_IN_ITS_PLACE = re.compile(
    r"\b(?:replaced|superseded|substituted|followed) (?:by|with)\b|\bin favou?r of\b|代之以|替换为|改为", re.IGNORECASE
)
_BY_NUMBER = re.compile(r"\b(addendum|corrigendum|revision|add|corr|rev)(?: no\.?)? ?([1-9]\d?)\b", re.IGNORECASE)
_ADOPTED_ON = re.compile(
    r"(?:(?!\b(?:and|which|but|to|until|effective|come|take|y|et|qui|que)\b|\benter|\bentr|[;。]|(?<!No)\. )[\s\S]){0,80}?"
    rf"\b(?:on|dated|el|le|du|del)\b ({DAY})",
    re.IGNORECASE,
)
_ADOPTED_ON_ZH = re.compile(rf"({DAY})(?:正式|经[^。;,]{{1,20}})?(?:批准|发布|公布|通过|颁布)", re.IGNORECASE)


# A pattern is only tried on a text that holds one of its words: to look for all of them costs a hundredth of trying.
_WORDS = {
    _WITHDRAWN: (
        *("withdr", "cancel", "revo", "rescind", "null", "not be adopted", "repealed", "lifted"),
        *("retir", "retrait", "anulad", "annulée", "efecto", "撤", "取消", "废止", "作废"),
    ),
    _ADOPTED: (
        *("adopt", "approv", "publi", "promulg", "issued", "finali", "final rule", "gazetted", "aprobad", "approuvé"),
        *("批准", "发布", "公布", "通过", "颁布"),
    ),
    _COMMENTS: ("comment", "consultation", "comentario", "observa", "评议", "意见"),
    _CONTENT: ("amend", "modif", "revis", "修改", "修订", "变更", "修正"),
}
_PATTERNS: list[re.Pattern[str] | None] = [*_WORDS, None]
"""In the order of the words; None stands for an entry into force, which has patterns of its own."""
_ANY_WORD = WordGroups([*_WORDS.values(), FORCE_WORDS])


@dataclass(frozen=True, slots=True)
class Acts:
    """Say what a later document does. A day is None where the text names none."""

    withdraws: bool = False
    withdrawn: tuple[Symbol, ...] = ()
    """The symbols the text names beside a withdrawal; none where it names none."""
    withdrawn_step: Suffix | None = None
    """Which step of the notification is withdrawn, where the text has no symbol: "Addendum 2 is cancelled"."""
    withdrawn_on: date | None = None
    adopts: bool = False
    adopted_on: date | None = None
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
    force = read_entry_into_force(text) if None in likely else InForce()
    withdrawn, adopted, comments, content = (
        _search(pattern, text) if pattern in likely else None for pattern in (_WITHDRAWN, _ADOPTED, _COMMENTS, _CONTENT)
    )
    found = [match[0] for match in (withdrawn, adopted, comments, content) if match is not None]
    return Acts(
        withdraws=withdrawn is not None,
        withdrawn=_withdrawn_symbols(text, withdrawn) if withdrawn else (),
        withdrawn_step=_step(text, withdrawn) if withdrawn else None,
        withdrawn_on=day_behind(text, withdrawn.end())[0] if withdrawn else None,
        adopts=adopted is not None,
        adopted_on=_adopted_on(text, adopted) if adopted else None,
        brings_into_force=bool(force.words),
        in_force_already=force.already,
        in_force_on=force.day,
        postpones_force=force.postponed,
        changes_comment_period=comments is not None,
        comments_until=_comments_until(text, comments) if comments else None,
        changes_content=content is not None,
        words=_deciding_words(found, force),
    )


def _deciding_words(found: list[str], force: InForce) -> tuple[str, ...]:
    said = [words for words in (*found, force.words, force.postponed) if words]
    return tuple([_SUFFIX_WITHOUT_STOP.sub(r"/\1.\2", words)[:120] for words in said])


def _search(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """Return the first words of *pattern* that say so, and do not deny it or make it depend on something."""
    return next((found for found in pattern.finditer(text) if not _is_denied(pattern, text, found)), None)


def _is_denied(pattern: re.Pattern[str], text: str, found: re.Match[str]) -> bool:
    before = text[max(0, found.start() - _LOOKED_AROUND) : found.start()]
    if NOT_BEFORE.search(before) or _NOT_AT_END.search(found[0]):
        return True
    if pattern is _WITHDRAWN:
        # "replaces the measure notified in …, which was withdrawn"
        return bool(_PROPOSES_TO.search(before)) or tells_of_another_text(text, _last_verb(found))
    return pattern is _ADOPTED and _is_no_adoption(text, found, before)


def _last_verb(found: re.Match[str]) -> int:
    """Return where the last words of *found* begin, which say what happens: "was withdrawn"."""
    verb = re.search(r"\b(?:is|was|were|has been|have been|been)? ?[\w ]{1,16}$", found[0])
    return found.start() + (verb.start() if verb else 0)


def _is_no_adoption(text: str, found: re.Match[str], before: str) -> bool:
    """Tell whether *found* waits for something, is for comment, or is said of something else than the measure."""
    said = found[0].casefold()
    if said == "final rule":
        return _STILL_TO_COME.match(text, found.end()) is not None
    waits = said.startswith(("is ", "has ", "have ", "been ")) and _ON_CONDITION.search(before)
    if waits or _FOR_COMMENT.match(text, found.end()) or tells_of_another_text(text, found.start()):
        return True
    clause = text[max(0, found.start() - _LOOKED_FOR_SUBJECT) : found.start()]
    if _NOT_THE_MEASURE.search(clause):
        return True
    printed = _IS_PRINTED.search(found[0]) and _DRAFT.search(clause)
    return bool(printed) and _GAZETTE.match(text, found.end()) is None


def _adopted_on(text: str, adopted: re.Match[str]) -> date | None:
    if found := _ADOPTED_ON.match(text, adopted.end()):
        return read_date(found[1]).day
    nearby = text[max(0, adopted.start() - _LOOKED_AROUND) : adopted.end() + 2]
    return read_date(found[1]).day if (found := _ADOPTED_ON_ZH.search(nearby)) else None


def _comments_until(text: str, comments: re.Match[str]) -> date | None:
    """Return the day until which comments are taken: what else is extended stands in sentences of its own."""
    start = max(text.rfind("。", 0, comments.start()), text.rfind(". ", 0, comments.start())) + 1
    found = _EXTENDED_UNTIL.search(text, start, comments.end() + _LOOKED_FOR_SUBJECT) or _COMMENTS_UNTIL.search(text)
    return read_date(found[1]).day if found else None


def _withdrawn_symbols(text: str, withdrawn: re.Match[str]) -> tuple[Symbol, ...]:
    # 号 behind a symbol is no part of it.
    return find_symbols(re.sub(r"(?<=\d)(?=[号的所])", " ", _sentence(text, withdrawn))).symbols


def _step(text: str, withdrawn: re.Match[str]) -> Suffix | None:
    """Return the step of the notification that the sentence names by its number alone."""
    found = _BY_NUMBER.search(_sentence(text, withdrawn))
    return Suffix(_STEPS[found[1][:3].casefold()], int(found[2])) if found else None


def _sentence(text: str, found: re.Match[str]) -> str:
    start = max(text.rfind("。", 0, found.start()), text.rfind(". ", 0, found.start())) + 1
    return _IN_ITS_PLACE.split(text[start : found.end() + 80], maxsplit=1)[0]


_LOOKED_AROUND, _LOOKED_FOR_SUBJECT = 60, 100
_STEPS = {"add": SuffixKind.ADDENDUM, "cor": SuffixKind.CORRIGENDUM, "rev": SuffixKind.REVISION}

"""Read reference lists and term entries that are only printed, out of the lines of their clauses."""

import re
from collections.abc import Iterable, Iterator, Sequence

from standards_tree.designations import find_designations
from standards_tree.documents.hardened_xml import folded
from standards_tree.documents.model import Block, LanguageText, PrintedTerm, Reference, TermEntry
from standards_tree.documents.printed_clauses import Draft
from standards_tree.documents.printed_lines import Line, Role
from standards_tree.documents.sts_references import is_dated, leading_designation
from standards_tree.terms import DesignationStatus

_LABEL = re.compile(r"\s*(\[\d{1,4}\])[\s\u3000]*")
_LEAD_IN = re.compile(r"下列文件|本文件没有|没有规范性|following documents|There are no normative", re.IGNORECASE)
_BLANK_ENDS = " \t\n,，;；.。†"
_BOTH_LANGUAGES = re.compile(
    r"(?P<zh>.*[\u4e00-\u9fff）)\]］〉》])[\s\u3000]+(?P<en>[A-Za-z(][^\u4e00-\u9fff]*)", re.DOTALL
)
_SEVERAL = re.compile(r"\s*[;；]\s*")
_SUBJECT = re.compile(r"[〈<《](?P<subject>[^〉>》]{1,40})[〉>》]\s*(?=\S)")
_SOURCE = re.compile(r"[\[［](?:SOURCE|来[\s\u3000]*源)\s*[:：]\s*(.+?)[\]］]?$", re.IGNORECASE | re.DOTALL)
_DEPRECATED = re.compile(r"(?:DEPRECATED|拒用(?:术语)?|不推荐使用)\s*[:：]\s*")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Begins where a run of letters does: tried from each letter of a long run, it would take the square of its length.
_CITED = re.compile(r"(?<![A-Za-z])[a-z]*+[A-Z][A-Za-z]*+[/ \u3000]?[TZ]?[\s\u3000]?\d")
_LONGEST_DESIGNATION = 40
_SENTENCE = re.compile(r"[。；;：:，,]")


def references_of(draft: Draft) -> tuple[list[Reference], list[Line]]:
    """Return the entries of a reference list, and the lines of the clause that are none, as its lead-in."""
    references: list[Reference] = []
    others: list[Line] = []
    for line in draft.lines:
        text = folded(line.text.replace("\n", " "))
        label = _LABEL.match(f"{line.number}{text}")
        printed = f"{line.number}{text}"[label.end() :] if label else text
        designation = leading_designation(printed)
        is_entry = designation is not None or label is not None or line.role is Role.REFERENCE
        if not text or line.rows or _LEAD_IN.search(printed) or not is_entry:
            others.append(line)
            continue
        title = printed[len(designation) :].strip(_BLANK_ENDS).strip("《》") if designation else ""
        dated = is_dated(designation) if designation else None
        mark = label[1] if label else ""
        references.append(Reference(printed.strip(_BLANK_ENDS), designation, title, dated, mark, line.place))
    return references, others


def citations_of(blocks: Iterable[Block]) -> Iterator[Reference]:
    """Yield the documents that the text of *blocks* names."""
    for block in blocks:
        if _CITED.search(block.text):
            for start, end, _ in find_designations(block.text):
                text = block.text[start:end]
                yield Reference(text, text, "", is_dated(text), "", block.place)


def term_of(draft: Draft, language: str) -> TermEntry | None:
    """Return the term entry that a clause of a terms chapter is, None if nothing in it looks like a term."""
    lines = [line for line in _lines(draft) if line.text.strip() and not line.rows]
    names, rest = _parted(lines)
    designations = [term for position, text in enumerate(names) for term in _designations(text, language, position)]
    if not designations or (not rest and not any(term.language == "en" for term in designations)):
        return None
    texts: dict[str, list[LanguageText]] = {}
    for line in rest:
        _collect(line, designations[0].language, texts)
    return TermEntry(
        id="",
        number=draft.number,
        designations=tuple(designations),
        definitions=tuple(texts.get("definition", ())),
        notes=tuple(texts.get("note", ())),
        examples=tuple(texts.get("example", ())),
        sources=tuple(texts.get("source", ())),
        subject_fields=tuple(texts.get("subject", ())),
        place=draft.place,
    )


def _lines(draft: Draft) -> Iterator[Line]:
    """Yield the lines of an entry, its title first; a line that its author broke is several."""
    whole = [Line(draft.title, draft.place), *draft.lines] if draft.title else draft.lines
    for position, line in enumerate(whole):
        parts = line.text.split("\n") if position == 0 else [line.text]
        for part in parts:
            yield Line(folded(part), line.place, line.role, number=line.number)


def _parted(lines: Sequence[Line]) -> tuple[list[str], list[Line]]:
    """Return the lines that name the concept, and those that explain it: the last is never a name if it is not alone."""
    names: list[str] = []
    for position, line in enumerate(lines):
        # What follows the first name explains it, unless it is short, no sentence, and something else follows.
        following = lines[position + 1] if position + 1 < len(lines) else None
        is_name = not names or (
            following is not None
            and _explains(following)
            and len(line.text) <= _LONGEST_DESIGNATION
            and not _SENTENCE.search(line.text)
            and _explains(line)
        )
        if not is_name:
            return names, list(lines[position:])
        names.append(line.text)
    return names, []


def _explains(line: Line) -> bool:
    """Tell whether a line can be a definition: it is no note, example or source."""
    return not line.text.startswith(("注", "示例", "[", "［", "NOTE", "Note", "EXAMPLE", "—"))


def _designations(text: str, language: str, position: int) -> Iterator[PrintedTerm]:
    deprecated = _DEPRECATED.match(text)
    text = text[deprecated.end() :] if deprecated else text
    both = _BOTH_LANGUAGES.fullmatch(text)
    pairs = [("zh", both["zh"]), ("en", both["en"])] if both else [(_language_of(text, language), text)]
    for tag, words in pairs:
        for count, word in enumerate(part.strip() for part in _SEVERAL.split(words)):
            if word:
                admitted = position > 0 or count > 0
                status = DesignationStatus.ADMITTED if admitted else DesignationStatus.PREFERRED
                yield PrintedTerm(tag, word, DesignationStatus.DEPRECATED if deprecated else status)


def _language_of(text: str, language: str) -> str:
    return language if bool(_CHINESE.search(text)) == language.startswith("zh") else "zh" if language == "en" else "en"


def _collect(line: Line, language: str, texts: dict[str, list[LanguageText]]) -> None:
    text = line.text
    source = _SOURCE.match(text)
    printed = f"{line.number}{text}" if line.number[:1] in "注示N" else text
    note = _NOTE.match(printed)
    example = _EXAMPLE.match(printed)
    if source:
        texts.setdefault("source", []).append(LanguageText(language, source[1].strip()))
    elif note or line.role is Role.NOTE:
        texts.setdefault("note", []).append(LanguageText(language, printed[note.end() if note else 0 :]))
    elif example or line.role is Role.EXAMPLE:
        texts.setdefault("example", []).append(LanguageText(language, printed[example.end() if example else 0 :]))
    elif "definition" in texts and (line.role is Role.LIST or texts.keys() & {"note", "source"}):
        last = "note" if "note" in texts else "definition"
        texts[last][-1] = LanguageText(language, f"{texts[last][-1].text}\n{text}")
    else:
        subject = _SUBJECT.match(text) if "definition" not in texts else None
        if subject:
            texts.setdefault("subject", []).append(LanguageText(language, subject["subject"]))
            text = text[subject.end() :]
        texts.setdefault("definition", []).append(LanguageText(language, text))


_NOTE = re.compile(r"(?:注\s*\d*|N(?:OTE|ote)(?:\s+\d+)?(?:\s+to entry)?)\s*[:：]\s*")
_EXAMPLE = re.compile(r"(?:示例\s*\d*|E(?:XAMPLE|xample)(?:\s+\d+)?)\s*[:：]\s*")

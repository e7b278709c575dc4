"""Read the cover of a standard as it is printed: codes, designation, titles, adoption, stage, dates, issuer."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from standards_tree.designations import find_designations, parse_designation_or_none
from standards_tree.documents.hardened_xml import folded
from standards_tree.documents.model import Issuer, Metadata, Place, PrintedDesignation, RelatedStandard, Title
from standards_tree.documents.printed_lines import Line, Role
from standards_tree.errors import FieldViolation
from standards_tree.standards import Level

_ICS = re.compile(
    r"ICS[\s\u3000:：]*(\d{2}(?:\.\d{2,3}){0,2}(?:[\s\u3000;；,，、/]+\d{2}(?:\.\d{2,3}){0,2})*)", re.IGNORECASE
)
_ICS_CODE = re.compile(r"\d{2}(?:\.\d{2,3}){0,2}")
_CCS = re.compile(r"(?:CCS|中国标准文献分类号)?[\s\u3000:：]*([A-Z])[\s\u3000]?(\d{2})(?![\d/])")
_CCS_LINE = re.compile(r"(?:(?:CCS|中国标准文献分类号)[\s\u3000:：]*)?(?:[A-Z][\s\u3000]?\d{2}[\s\u3000;；,，、/]*)+")
_OPEN_DESIGNATION = re.compile(
    r"(?:GB(?:/[TZ])?|DB\d{2,4}(?:/T)?|T/[A-Z]{2,10}|Q/[A-Z\d]{2,10}|[A-Z]{2}(?:/[TZ])?)[\s\u3000]*"
    r"[\dXx×Ｘ?？□]{2,}(?:\.[\dXx×Ｘ]+)?[\s\u3000]*[-–—－]{1,2}[\s\u3000]*[\dXx×Ｘ]{2,4}"
)
_REPLACES = re.compile(r"(?:部分)?代替[\s\u3000:：]*")
_DATE = re.compile(
    r"(\d{4})[\s\u3000]*[-–—.年/][\s\u3000]*(\d{1,2})[\s\u3000]*[-–—.月/][\s\u3000]*(\d{1,2})[\s\u3000]*日?[\s\u3000]*(发布|批准|实施)"
)
_OPEN_DATE = re.compile(r"[XxＸ×]{2,4}.{0,12}[XxＸ×]{2}[\s\u3000]*日?[\s\u3000]*(?:发布|实施)")
_STAGE = re.compile(r"(标准草案|工作组讨论稿|讨论稿|征求意见稿|送审讨论稿|送审稿|报批稿|草案)")
_PLAN = re.compile(r"(?:计划编号|计划号|项目编号)[\s\u3000:：]*([\dA-Z][\dA-Z-]{5,30})")
_ADOPTION = re.compile(r"[(（][^)）]*\b(?:IDT|MOD|NEQ|EQV)\b[^)）]*[)）]|一致性程度")
_LEVEL_WORDS = {
    "国家标准": Level.NATIONAL,
    "行业标准": Level.INDUSTRY,
    "地方标准": Level.LOCAL,
    "团体标准": Level.GROUP,
    "企业标准": Level.ENTERPRISE,
}
_KIND_OF_STANDARD = re.compile(r".{0,30}?(国家标准|行业标准|地方标准|团体标准|企业标准)(?:化指导性技术文件)?(?:公告)?")
_ISSUER = re.compile(r"(.{2,80}?)[\s\u3000]*发[\s\u3000]*布")
_NOT_A_TITLE = re.compile(r"反馈意见|专利|点击此处|完成时间|备案号|本稿|编辑信息|^\W*$|\d{4}.{1,4}\d{1,2}.{1,4}\d{1,2}")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_PART = re.compile(r"第[\dXx一二三四五六七八九十]+部分")
_PARTS_OF_TITLE = re.compile(r"[\s\u3000]+")
_ENGLISH_PARTS = re.compile(r"\s*(?:—|–|--)\s*|(?<=\w)\s+-\s+(?=\w)")
_MOST_TITLE_LINES = 4
_AROUND_STAGE = 6


@dataclass(slots=True)
class Cover:
    """What was found on the cover so far."""

    lines: int = 0
    ics: list[str] = field(default_factory=list)
    ccs: list[str] = field(default_factory=list)
    designation: tuple[str, Place] | None = None
    replaced: list[tuple[str, Place]] = field(default_factory=list)
    chinese: list[str] = field(default_factory=list)
    english: list[str] = field(default_factory=list)
    adoptions: list[tuple[str, Place]] = field(default_factory=list)
    stage: str | None = None
    plan: str | None = None
    published: date | None = None
    effective: date | None = None
    issuer: str | None = None
    level: Level | None = None
    notes: list[FieldViolation] = field(default_factory=list)


def cover_of(lines: Iterable[Line]) -> Cover:
    """Return what the cover says; *lines* are those before the contents, the foreword or the first clause."""
    cover = Cover()
    for text, role, place in _texts(lines):
        cover.lines += 1
        _read(cover, text, role, place)
    return cover


def metadata_of(cover: Cover, first: Place) -> Metadata | None:
    """Return the front matter, None where there is nothing that a cover has."""
    if not (cover.designation or cover.chinese or cover.english or cover.ics):
        return None
    titles = {}
    if cover.chinese:
        titles["zh"] = _chinese_title(cover.chinese)
    if cover.english:
        titles["en"] = _english_title(cover.english)
    designations: tuple[PrintedDesignation, ...] = ()
    if cover.designation:
        parsed = parse_designation_or_none(cover.designation[0])
        designations = (PrintedDesignation(cover.designation[0], None if parsed is None else parsed.year is not None),)
    return Metadata(
        issuer=Issuer.NATIONAL if cover.level is not None else Issuer.UNKNOWN,
        place=cover.designation[1] if cover.designation else first,
        designations=designations,
        originator=cover.issuer,
        doc_type=None,
        number=None,
        part=None,
        year=None,
        edition=None,
        stage=cover.stage,
        plan_number=cover.plan,
        titles=titles,
        ics_codes=tuple(dict.fromkeys(cover.ics)),
        ccs_codes=tuple(dict.fromkeys(cover.ccs)),
        committees=(),
        secretariat=None,
        publication_date=cover.published,
        release_date=None,
        effective_date=cover.effective,
        related=tuple(RelatedStandard("replaces", text, place) for text, place in cover.replaced),
        level=cover.level,
    )


def _texts(lines: Iterable[Line]) -> Iterator[tuple[str, Role, Place]]:
    """Yield each printed line of the cover; many covers are laid out in tables."""
    for line in lines:
        if line.rows:
            for row in line.rows:
                for cell in row:
                    for paragraph in cell.paragraphs:
                        yield from ((folded(part), Role.UNKNOWN, line.place) for part in paragraph.split("\n"))
            continue
        for part in line.text.split("\n"):
            text = folded(part)
            if text:
                yield text, line.role, line.place


def _read(cover: Cover, text: str, role: Role, place: Place) -> None:
    """Take from one line whatever it says; most lines say one thing."""
    taken = (
        _take_codes(cover, text, role)
        or _take_dates(cover, text, role, place)
        or _take_designation(cover, text, role, place)
        or _take_facts(cover, text, role, place)
    )
    if not taken:
        _take_title(cover, text, role)


def _take_facts(cover: Cover, text: str, role: Role, place: Place) -> bool:
    """Take the plan, the stage, the adoption, the kind of standard or who issues it."""
    plan = _PLAN.search(text)
    stage = _STAGE.search(text)
    kind = _KIND_OF_STANDARD.fullmatch("".join(text.split()))
    issuer = _ISSUER.fullmatch(text)
    if plan:
        cover.plan = plan[1]
    elif stage and (role is Role.COVER_STAGE or len(text) <= len(stage[1]) + _AROUND_STAGE):
        cover.stage = stage[1]
    elif role is Role.COVER_ADOPTION or _ADOPTION.search(text):
        cover.adoptions.append((text, place))
    elif kind:
        cover.level = _LEVEL_WORDS[kind[1]]
    elif issuer or role is Role.COVER_ISSUER:
        name = issuer[1].strip() if issuer else text
        cover.issuer = f"{cover.issuer} {name}" if cover.issuer and role is Role.COVER_ISSUER else name
    else:
        return False
    return True


def _take_codes(cover: Cover, text: str, role: Role) -> bool:
    found = _ICS.search(text)
    rest = text[found.end() :] if found else text
    if found:
        cover.ics.extend(_ICS_CODE.findall(found[1]))
    is_line = _CCS_LINE.fullmatch(rest.strip()) is not None
    if (found or role is Role.COVER_CODES or cover.ics or "CCS" in rest) and is_line:
        cover.ccs.extend(letter + digits for letter, digits in _CCS.findall(rest))
        return True
    return found is not None or role is Role.COVER_CODES


def _take_dates(cover: Cover, text: str, role: Role, place: Place) -> bool:
    found = _DATE.findall(text)
    for year, month, day, what in found:
        try:
            when = date(int(year), int(month), int(day))
        except ValueError:
            template = "paragraph {paragraph}: {text!r} is no day of the calendar"
            parameters: dict[str, object] = {"paragraph": place.paragraph, "line": place.line, "text": text}
            cover.notes.append(FieldViolation(place.xpath, template, parameters))
            continue
        if what == "实施":
            cover.effective = when
        else:
            cover.published = when
    return bool(found) or role is Role.COVER_DATE or _OPEN_DATE.fullmatch(text) is not None


def _take_designation(cover: Cover, text: str, role: Role, place: Place) -> bool:
    replaces = _REPLACES.match(text.lstrip("(（"))
    if replaces or role is Role.COVER_REPLACED:
        cover.replaced.extend((text[start:end], place) for start, end, _ in find_designations(text))
        return True
    if role in (Role.COVER_TITLE, Role.COVER_TITLE_ENGLISH, Role.COVER_ADOPTION):
        return False
    printed = _OPEN_DESIGNATION.fullmatch(text)
    found = [] if printed else find_designations(text)
    whole = printed is not None or (len(found) == 1 and found[0][0] == 0 and found[0][1] == len(text))
    if whole or role is Role.COVER_DESIGNATION:
        cover.designation = cover.designation or (text, place)
        return True
    return False


def _take_title(cover: Cover, text: str, role: Role) -> None:
    is_unstyled = role in (Role.UNKNOWN, Role.DOCUMENT_TITLE)
    if role is Role.COVER_TITLE or (is_unstyled and not cover.english and _is_title(text, chinese=True)):
        cover.chinese = [*cover.chinese, text][:_MOST_TITLE_LINES]
    elif role is Role.COVER_TITLE_ENGLISH or (is_unstyled and _is_title(text, chinese=False)):
        cover.english = [*cover.english, text][:_MOST_TITLE_LINES]


def _is_title(text: str, *, chinese: bool) -> bool:
    if _NOT_A_TITLE.search(text) or text.endswith("。"):
        return False
    if chinese:
        return len(_CHINESE.findall(text)) >= 2  # a single sign is none
    return not _CHINESE.search(text) and len(re.findall(r"[A-Za-z]{2,}", text)) >= 2  # nor a single word


def _chinese_title(lines: Sequence[str]) -> Title:
    """Return a title whose elements are parted by blanks or lines (GB/T 1.1-2020, 6.1.4)."""
    full = " ".join(lines)
    parts = [part for part in _PARTS_OF_TITLE.split(full) if part]
    complement = ""
    for position, part in enumerate(parts):
        if position and _PART.match(part):
            complement = " ".join(parts[position:])
            parts = parts[:position]
            break
    if len(parts) >= 3 and not complement:  # 引导, 主体, 补充
        return Title("zh", full, parts[0], " ".join(parts[1:-1]), parts[-1])
    intro = parts[0] if len(parts) > 1 else ""
    return Title("zh", full, intro, " ".join(parts[1:] if intro else parts), complement)


def _english_title(lines: Sequence[str]) -> Title:
    full = re.sub(r"\s*[—–]\s*$", "", " ".join(lines))
    parts = [part.strip() for part in _ENGLISH_PARTS.split(full) if part.strip()]
    if len(parts) == 1:
        return Title("en", full, "", parts[0])
    has_part = parts[-1].lower().startswith("part ")
    complement = parts[-1] if has_part or len(parts) > 2 else ""  # introductory, main, complementary
    named = parts[:-1] if complement else parts
    intro = named[0] if len(named) > 1 else ""
    return Title("en", full, intro, " — ".join(named[1:] if intro else named), complement)

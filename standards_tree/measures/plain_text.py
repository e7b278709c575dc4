"""Take the markup out of texts that were written for a web page, and nothing else."""

import html
import re

# Only elements of HTML are tags: in "x<y and y>z" or "< 85 % wool" the sign means less.
_BREAKS = "p|br|div|li|ul|ol|tr|table|tbody|thead|h[1-6]|hr|blockquote|pre|section|article|dl|dt|dd"
_INLINE = (
    "a|abbr|b|big|cite|code|del|em|font|i|img|ins|label|mark|q|s|small|span|strike|strong|sub|sup|td|th|tt|u|center|o:p"
)
_BREAK_TAG = re.compile(rf"</?(?:{_BREAKS})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_INLINE_TAG = re.compile(rf"</?(?:{_INLINE})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_OPENS_DROPPED = re.compile(r"<(!--|script\b|style\b)", re.IGNORECASE)
_CLOSES_DROPPED = {
    "!--": re.compile("-->"),
    "script": re.compile(r"</script\s*>", re.IGNORECASE),
    "style": re.compile(r"</style\s*>", re.IGNORECASE),
}
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,31}[0-9]{0,2});")
# Line breaks and blanks of every width are blanks to str.split; these are not.
_INVISIBLE = re.compile("[\u200b\ufeff\u00ad\x00-\x08\x0e-\x1b\x7f]")

_BREAKS_A_LINE = r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]"
_HAN_OR_MARK = "[\u3001-\u301f\u3400-\u4dbf\u4e00-\u9fff\uff01-\uff5e]"
_LINE_BREAK = re.compile(_BREAKS_A_LINE)
_BREAK_IN_CHINESE = re.compile(rf"(?<={_HAN_OR_MARK})\s*{_BREAKS_A_LINE}\s*(?={_HAN_OR_MARK})")


def plain_text(text: str) -> str:
    """Return *text* without HTML tags, comments and entities, with non-breaking blanks made plain; O(length).

    Line breaks stay, and ``<p>``, ``<br>`` and their kin become one. What only looks like a tag stays as it is.
    """
    # A line break or a non-breaking blank is not printable either. Most texts end here.
    if text.isprintable() and "<" not in text and "&" not in text and "  " not in text:
        return text.strip()
    if "<" in text:
        text = _without_dropped(text)
        text = _INLINE_TAG.sub("", _BREAK_TAG.sub("\n", text))
    if "&" in text:
        text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    lines = [" ".join(line.split()) for line in text.split("\n")]
    if not all(map(str.isprintable, lines)):
        lines = [_INVISIBLE.sub("", line) for line in lines]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def one_line(text: str) -> str:
    """Return *text*, which is a title or a name, as one line: a break is a blank, between Chinese characters nothing."""
    if text.isprintable() or _LINE_BREAK.search(text) is None:
        return text.strip()
    return " ".join(_BREAK_IN_CHINESE.sub("", text).split())


def _without_dropped(text: str) -> str:
    """Cut out comments, scripts and styles; one without an end is left, because then it may be no markup at all."""
    kept, position = [], 0
    while opening := _OPENS_DROPPED.search(text, position):
        closing = _CLOSES_DROPPED[opening[1].lower()].search(text, opening.end())
        if closing is None:
            break
        kept.append(text[position : opening.start()])
        position = closing.end()
    return "".join(kept) + text[position:]

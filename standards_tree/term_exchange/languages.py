"""Read tags of languages: BCP 47 as it is, and the three-letter codes of ISO 639 as the tag they stand for."""

from babel.core import get_global

from standards_tree.terms import language_tag

UNDETERMINED = "und"
_THREE_LETTERS = 3


def language_of(text: str) -> str:
    """Return the BCP 47 tag that *text* means: ``en`` for ``eng``, ``zh-Hant`` for ``zh_hant``; ``und`` for nothing."""
    tag = language_tag(text.strip().replace("_", "-"))
    first, dash, rest = tag.partition("-")
    if len(first) == _THREE_LETTERS:
        alias = str(get_global("language_aliases").get(first, first))
        # An alias such as sr-Latn says more than a language; only plain ones are the same language in another code.
        first = alias if alias.isalpha() else first
    return f"{first}{dash}{rest}" or UNDETERMINED

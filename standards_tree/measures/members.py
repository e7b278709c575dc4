"""Name the members of the WTO by the codes in their symbols.

Names come from CLDR (through Babel), which lists territories by their two-letter codes and knows which three-letter
code means which; the table below holds only what CLDR lacks or what the WTO's list of members calls otherwise.
"""

import functools
from dataclasses import dataclass

from babel import Locale
from babel.core import get_global

from standards_tree.text import match_key

# The usual names in WTO documents, not copied from its list of members; they only show and recognise members.
_WTO_NAMES: dict[str, tuple[str, str | None]] = {
    "BHR": ("Kingdom of Bahrain", None),
    "BRN": ("Brunei Darussalam", None),
    "COD": ("Democratic Republic of the Congo", None),
    "COG": ("Congo", None),
    "CPV": ("Cabo Verde", None),
    "CZE": ("Czech Republic", None),
    "EEC": ("European Communities", "欧洲共同体"),
    "EU": ("European Union", "欧盟"),
    "GMB": ("The Gambia", None),
    "HKG": ("Hong Kong, China", "中国香港"),
    "KGZ": ("Kyrgyz Republic", None),
    "KOR": ("Republic of Korea", None),
    "LAO": ("Lao People's Democratic Republic", None),
    "MAC": ("Macao, China", "中国澳门"),
    "MMR": ("Myanmar", None),
    "RUS": ("Russian Federation", "俄罗斯联邦"),
    "SAU": ("Kingdom of Saudi Arabia", None),
    "SVK": ("Slovak Republic", None),
    "TPKM": ("Separate Customs Territory of Taiwan, Penghu, Kinmen and Matsu", "台湾、澎湖、金门、马祖单独关税区"),
    "TUR": ("Türkiye", None),
    "USA": ("United States of America", None),
    "VNM": ("Viet Nam", None),
}
_ALSO_CALLED = {
    "KOR": ("Korea, Republic of", "Korea"),
    "TPKM": ("Chinese Taipei", "中国台北"),
    "TUR": ("Turkey",),
    "SWZ": ("Swaziland",),
    "MKD": ("The former Yugoslav Republic of Macedonia",),
    "KWT": ("Kuwait, the State of", "State of Kuwait"),
    "LAO": ("Lao PDR",),
}
_LANGUAGES = {"en": "en", "zh-Hans": "zh_Hans", "fr": "fr", "es": "es"}


@dataclass(frozen=True, slots=True)
class Member:
    """A member that notifies: the code in its symbol and its name as the source prints it, empty if it does not."""

    code: str
    printed: str = ""

    @property
    def name_en(self) -> str | None:
        """Return the English name, None for a code nobody has."""
        return member_name(self.code, "en")

    @property
    def name_zh(self) -> str | None:
        """Return the Chinese name, None for a code nobody has."""
        return member_name(self.code, "zh-Hans")


@functools.lru_cache(maxsize=2048)
def member_name(code: str, language: str) -> str | None:
    """Return what the member *code* is called in *language* (en, zh-Hans, fr, es), None if it is not known."""
    english, chinese = _WTO_NAMES.get(code, (None, None))
    if language == "en" and english:
        return english
    if language == "zh-Hans" and chinese:
        return chinese
    return _cldr_name(code, language)


def _cldr_name(code: str, language: str) -> str | None:
    territories: list[str] = get_global("territory_aliases").get(code, [])
    return Locale.parse(_LANGUAGES[language]).territories.get(territories[0]) if len(territories) == 1 else None


def is_named(code: str, printed: str) -> bool | None:
    """Tell whether *printed* is a name of the member *code*; None where no name of it is known."""
    names = _names(code)
    if not names:
        return None
    return _fold(printed) in names or _fold(printed.partition(",")[0]) in names


@functools.lru_cache(maxsize=2048)
def _names(code: str) -> frozenset[str]:
    names = [name_in(code, language) for name_in in (member_name, _cldr_name) for language in _LANGUAGES]
    return frozenset(_fold(name) for name in (*names, *_ALSO_CALLED.get(code, ())) if name)


def _fold(name: str) -> str:
    return match_key(name).replace("&", "and").replace("st. ", "saint ").replace("’", "'").removeprefix("the ")

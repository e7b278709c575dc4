"""Read the symbols of WTO notifications: ``G/TBT/N/USA/2211/Rev.1/Add.2``.

``G/TBT/N/<member>/<number>`` or ``G/SPS/N/…`` with any chain of ``/Rev.n /Add.n /Corr.n /Suppl.n``; one cell may hold
several, because a joint notification has one symbol for each member.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from standards_tree.errors import InvalidArgumentError
from standards_tree.text import fold_marks

MAX_CELL_CHARACTERS = 4_000


class Agreement(StrEnum):
    """The WTO agreement a measure is notified under."""

    __hash__ = str.__hash__  # an enum's own is written in Python, and symbols are looked up a lot

    TBT = "TBT"
    SPS = "SPS"


class SuffixKind(StrEnum):
    """What a later document does to the notification it belongs to, as the symbol spells it."""

    REVISION = "Rev"
    ADDENDUM = "Add"
    CORRIGENDUM = "Corr"
    SUPPLEMENT = "Suppl"


class Suffix(NamedTuple):
    """One step of the chain behind the number, such as ``Rev.1``."""

    kind: SuffixKind
    number: int


@dataclass(frozen=True, slots=True)
class Symbol:
    """Identify one notification document.

    ``member`` is the code in the symbol: ISO 3166-1 alpha-3, or ``EU``, ``EEC`` (the European Communities), ``TPKM``.
    """

    agreement: Agreement
    member: str
    number: int
    suffixes: tuple[Suffix, ...] = ()

    def __str__(self) -> str:
        return self.official

    @property
    def official(self) -> str:
        """Return the official form, ``G/TBT/N/USA/2211/Rev.1``."""
        # Joined, because the value of an enumeration is looked up in Python and costs more than all the rest.
        base = "".join(("G/", self.agreement, "/N/", self.member, "/", str(self.number)))
        return (
            "".join((base, *["".join(("/", kind, ".", str(number))) for kind, number in self.suffixes]))
            if self.suffixes
            else base
        )

    @property
    def key(self) -> str:
        """Return what two spellings of the same symbol share."""
        return self.official.lower()

    @property
    def base(self) -> "Symbol":
        """Return the symbol of the notification this document belongs to: everything before the first suffix."""
        return replace(self, suffixes=()) if self.suffixes else self

    @property
    def resource_id(self) -> str:
        """Return the symbol as one segment of a resource name, ``g~tbt~n~usa~2211~rev.1``; no two symbols share one."""
        return resource_id_of(self.key)

    @classmethod
    def from_resource_id(cls, resource_id: str) -> "Symbol":
        """Return the symbol that has *resource_id*.

        Raises:
            InvalidArgumentError: no symbol has it.
        """
        symbol = parse_symbol(resource_id.replace("~", "/"))
        if symbol.resource_id != resource_id:
            raise InvalidArgumentError(
                "{resource_id!r} is not the identifier of a notification; that of {symbol} is {expected}",
                resource_id=resource_id,
                symbol=symbol,
                expected=symbol.resource_id,
            )
        return symbol


def resource_id_of(key: str) -> str:
    """Return the `Symbol.resource_id` of the symbol that has *key*."""
    return key.replace("/", "~")


class FoundSymbols(NamedTuple):
    """The symbols in a text, what looked like one and could not be read, and harmless words beside them."""

    symbols: tuple[Symbol, ...]
    unread: tuple[str, ...]
    beside: tuple[str, ...]


# Blanks are already single: each place takes at most one, so the pattern never backtracks far.
_SUFFIX = r"(?: ?/ ?| )(rev|add|corr|suppl)(?: ?\. ?| )?([1-9]\d{0,2}|0+[1-9]\d?)"
_SYMBOL = re.compile(
    r"(?<![\w/])g ?/ ?(?P<agreement>tbt|sps) ?/ ?n ?/ ?(?P<member>[a-z]{3}|eu|tpkm) ?/ ?(?P<number>\d{1,6})"
    rf"(?P<suffixes>(?:{_SUFFIX})*)",
    re.IGNORECASE | re.ASCII,
)
_OFFICIAL = re.compile(
    r"G/(?P<agreement>TBT|SPS)/N/(?P<member>[A-Z]{3}|EU|TPKM)/(?P<number>\d{1,6})"
    r"(?P<suffixes>(?:/(?:Rev|Add|Corr|Suppl)\.[1-9]\d{0,2})*)",
    re.ASCII,
)
_ONE_SUFFIX = re.compile(_SUFFIX, re.IGNORECASE | re.ASCII)
_AGREEMENTS = {agreement.value.lower(): agreement for agreement in Agreement}
_KINDS = {kind.value.lower(): kind for kind in SuffixKind}
_JOINTS = re.compile(r"(?:[\s,;:、|&+]|\b(?:and|et|y)\b|[和及与])+", re.IGNORECASE)
# Behind a symbol: the symbol goes on in a way nobody can be sure of, so reading only its start would name another
# document.
_GOES_ON = re.compile(
    r"[\w/\\-]|\.\w| ?/| \d| ?[([]?(?:rev|add|corr|suppl|修订|補遺|补遗|勘误|增补|补充|附录)", re.IGNORECASE
)
_NEXT = re.compile(r"[,;、|]| g ?/", re.IGNORECASE)
_LOOKS_LIKE_ONE = re.compile(r"\bg ?/|tbt|sps|/ ?n ?/", re.IGNORECASE)


def find_symbols(text: str) -> FoundSymbols:
    """Find every symbol in *text*, in its order and each once, and say what could not be read.

    Never takes the start of a longer symbol for the whole: ``G/TBT/N/USA/2211/Rvv.1`` is unread, not
    ``G/TBT/N/USA/2211``.
    """
    if len(text) > MAX_CELL_CHARACTERS:
        return FoundSymbols((), (text[:80] + "…",), ())
    folded = fold_marks(text)
    symbols: dict[Symbol, None] = {}
    unread: list[str] = []
    beside: list[str] = []
    position = 0
    for found in _SYMBOL.finditer(folded):
        _sort_rest(folded[position : found.start()], unread, beside)
        position = found.end()
        number = int(found["number"])
        if number == 0 or _GOES_ON.match(folded, position):
            end = _NEXT.search(folded, position)
            position = end.start() if end else len(folded)
            unread.append(folded[found.start() : position])
            continue
        symbols[_symbol(found, number)] = None
    _sort_rest(folded[position:], unread, beside)
    return FoundSymbols(tuple(symbols), tuple(unread), tuple(beside))


def parse_symbol(text: str) -> Symbol:
    """Return the one symbol that *text* is, whatever its case, blanks or width.

    Raises:
        InvalidArgumentError: *text* is no symbol, more than one, or a symbol with other words beside it.
    """
    if (official := _OFFICIAL.fullmatch(text)) and (number := int(official["number"])):
        # Most of what is parsed is what this module wrote: a tenth of the cost of finding it in a text.
        return _symbol(official, number)
    found = find_symbols(text)
    if len(found.symbols) == 1 and not found.unread and not found.beside:
        return found.symbols[0]
    raise InvalidArgumentError(
        "{text!r} is not the symbol of a WTO notification; one looks like G/TBT/N/USA/2211/Rev.1 or G/SPS/N/EU/310",
        text=text[:100],
    )


def _symbol(found: re.Match[str], number: int) -> Symbol:
    suffixes = tuple(
        [Suffix(_KINDS[kind.lower()], int(step)) for kind, step in _ONE_SUFFIX.findall(found["suffixes"])]
        if found["suffixes"]
        else ()
    )
    return Symbol(_AGREEMENTS[found["agreement"].lower()], found["member"].upper(), number, suffixes)


def _sort_rest(rest: str, unread: list[str], beside: list[str]) -> None:
    """Sort what stands between two symbols into what looks like a symbol and what does not; joints are neither."""
    words = _JOINTS.sub(" ", rest).strip(" .。") if rest else ""
    if words:
        (unread if _LOOKS_LIKE_ONE.search(words) else beside).append(words)

"""Refuse a scope with the code of a member, an HS or an ICS code that nobody knows: its report would be empty without a word."""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Final

from services.gap.live import LiveFacts, Moment
from services.gap.upstream import GapUpstreams
from standards_tree.classifications import Scheme, is_prefix
from standards_tree.code_lists import CodeListId, shipped_book
from standards_tree.code_lists.known_codes import KnownHsCodes, KnownIcsCodes
from standards_tree.code_lists.model import TITLES
from standards_tree.code_lists.near import near_codes, near_members
from standards_tree.errors import Bilingual, FieldViolation, InvalidArgumentError
from standards_tree.gap.snapshot import MeasureFact, RequirementFact
from standards_tree.measures.member_search import is_member
from tbt.gap.v1 import scope_pb2

# A longer one has digits of a member's own, which are in no list.
_LONGEST_HS: Final = KnownHsCodes.SUBHEADING


class ScopeCodes:
    """Holds scopes against what is known: the lists of the program, those that count in the catalogue, and the measures.

    The catalogue and the measures are asked about a code only that the lists of the program do not have.
    """

    def __init__(self, live: LiveFacts, upstreams: GapUpstreams) -> None:
        self._live = live
        self._upstreams = upstreams

    def require_known(self, scope: scope_pb2.GapScope, field: str, moment: Moment | None = None) -> None:
        """Refuse codes that nobody knows; *field* is where the scope stands, *moment* what is known of the measures.

        Raises:
            InvalidArgumentError: names each of them, with those that may have been meant.
            UnavailableError: a code is in no list of the program, and the catalogue or the measures cannot be asked.
        """
        doubtful = list(_not_shipped(scope))
        if not doubtful:
            return
        measured = _measured(moment or self._live.now())
        violations = [
            _violation(list_id, code, f"{field}.{place}")
            for place, list_id, code in doubtful
            if not measured(list_id, code) and not self._listed(list_id, code)
        ]
        if violations:
            first = violations[0]
            raise InvalidArgumentError(first.template, violations=violations, **first.parameters)

    def _listed(self, list_id: CodeListId, code: str) -> bool:
        listed = code[:_LONGEST_HS] if list_id is CodeListId.HS else code
        return self._upstreams.has_code(f"codeLists/{list_id.value}/codes/{listed}")


def _not_shipped(scope: scope_pb2.GapScope) -> Iterator[tuple[str, CodeListId, str]]:
    """Yield the codes that the lists of the program do not have, each with its place in the scope and its list."""
    for position, code in enumerate(scope.member_codes):
        if not is_member(code.upper()):
            yield f"member_codes[{position}]", CodeListId.WTO_MEMBERS, code.upper()
    if scope.hs_prefixes:
        known_hs = KnownHsCodes(shipped_book(CodeListId.HS).codes)
        for position, code in enumerate(scope.hs_prefixes):
            if known_hs.fault(code):
                yield f"hs_prefixes[{position}]", CodeListId.HS, code
    if scope.ics_prefixes:
        known_ics = KnownIcsCodes(shipped_book(CodeListId.ICS).codes)
        for position, code in enumerate(scope.ics_prefixes):
            if known_ics.fault(code):
                yield f"ics_prefixes[{position}]", CodeListId.ICS, code


def _measured(moment: Moment) -> Callable[[CodeListId, str], bool]:
    """Return how to tell whether some measure is of a member, or it or a requirement has a code at or below a prefix."""
    snapshot = moment.snapshot

    def has(list_id: CodeListId, code: str) -> bool:
        if list_id is CodeListId.WTO_MEMBERS:
            return any(code in measure.members for measure in snapshot.measures)
        scheme = Scheme.HS if list_id is CodeListId.HS else Scheme.ICS
        facts: list[MeasureFact | RequirementFact] = [*snapshot.measures, *snapshot.requirements]
        codes = chain.from_iterable(fact.hs if scheme is Scheme.HS else fact.ics for fact in facts)
        return any(is_prefix(scheme, known, code) for known in codes)

    return has


def _violation(list_id: CodeListId, code: str, place: str) -> FieldViolation:
    near = near_members(code) if list_id is CodeListId.WTO_MEMBERS else near_codes(list_id, code)
    zh, en = TITLES[list_id]
    parameters: dict[str, object] = {"code": code, "title": Bilingual(en, zh), "list": list_id.value}
    if not near:
        message = (
            "{code} is in no list of {title}, and no measure here has it; `tbt codes list {list}` has all there are"
        )
        return FieldViolation(place, message, parameters)
    message = (
        "{code} is in no list of {title}, and no measure here has it; did you mean {near}? "
        "`tbt codes list {list}` has all there are"
    )
    return FieldViolation(place, message, {**parameters, "near": Bilingual(", ".join(near), "、".join(near))})

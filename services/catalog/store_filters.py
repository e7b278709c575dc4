"""Turn what standards are searched for and narrowed to into the conditions of a statement."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, String, and_, case, cast, exists, false, func, literal, or_
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlmodel import Session

from services.catalog.cutting import quoted
from services.catalog.names import NodeName
from services.catalog.search_columns import fact_lexeme
from services.catalog.store_nodes import PLACEMENT, get_branch, within
from services.catalog.store_standards import STANDARD
from standards_tree.committees import committee_key
from standards_tree.search import Part, Query, Term
from standards_tree.standards import Level, Obligation, StandardStatus

ENDED = (StandardStatus.SUPERSEDED.value, StandardStatus.ABOLISHED.value)
IN_FORCE = StandardStatus.IN_FORCE.value
UPCOMING = StandardStatus.UPCOMING.value


@dataclass(frozen=True, slots=True)
class StandardFilter:
    """What standards are narrowed to: every condition given must hold, and of several values of one, one must.

    With *as_of* the states of that day count, else the recorded ones. A code stands for what lies below it, a
    committee for its subcommittees.
    """

    levels: tuple[Level, ...] = ()
    obligations: tuple[Obligation, ...] = ()
    statuses: tuple[StandardStatus, ...] = ()
    ics: tuple[str, ...] = ()
    ccs: tuple[str, ...] = ()
    committees: tuple[str, ...] = ()
    issued_from: date | None = None
    issued_to: date | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    branch: NodeName | None = None
    as_of: date | None = None


Conditions = list[ColumnElement[bool]]


def conditions_of(session: Session, query: Query | None, wanted: StandardFilter) -> Conditions:
    """Return the conditions that a standard meets whose words *query* asks for, if it does, and that is *wanted*.

    Words, codes and committees are asked of one index together, so that a rare one spares reading what a common one has.

    Raises:
        NotFoundError: there is no such branch.
    """
    pieces = [_tsquery(term) for term in query.terms] if query is not None else []
    obligations = [obligation.value for obligation in wanted.obligations]
    for facts in (obligations, wanted.ics, wanted.ccs, map(committee_key, wanted.committees)):
        pieces.extend(_one_of(facts))
    conditions: Conditions = []
    if query is not None and not query.is_blank:
        pieces.extend(_one_of(level.value for level in wanted.levels))
        if not query.terms:
            conditions.append(false())
    elif wanted.levels:
        # Without words the answer goes by designation, and there is an index of designations by level.
        conditions.append(STANDARD.c.level.in_([level.value for level in wanted.levels]))
    if pieces:
        conditions.append(matches(" & ".join(pieces)))
    if wanted.statuses:
        conditions.append(or_(*(_is_in_state(status.value, wanted.as_of) for status in wanted.statuses)))
    conditions.extend(_dates(wanted))
    if wanted.branch is not None:
        here = PLACEMENT.c.standard_id == STANDARD.c.standard_id
        conditions.append(exists().where(here, within(PLACEMENT, get_branch(session, wanted.branch))))
    return conditions


def matches(tsquery: str) -> ColumnElement[bool]:
    """Return the condition that the lexemes of a standard are what *tsquery* asks for."""
    return STANDARD.c.search_vector.bool_op("@@")(cast(literal(tsquery, String), TSQUERY))


def words_tsquery(words: Iterable[Part]) -> str:
    """Return what asks for lexemes that are words, which have the weight A."""
    return " & ".join(f"{quoted(word.lexeme)}:{'*' if word.begins else ''}A" for word in words)


def status_on(as_of: date | None) -> ColumnElement[str]:
    """Return the state on *as_of*, as `Validity.status_on` says, or the recorded one."""
    standard = STANDARD.c
    if as_of is None:
        return standard.status
    return case(
        (func.coalesce(standard.effective_on, standard.issued_on) > as_of, UPCOMING),
        (and_(standard.status.in_(ENDED), standard.ended_on > as_of), IN_FORCE),
        (and_(standard.status == UPCOMING, standard.effective_on.is_not(None)), IN_FORCE),
        else_=standard.status,
    )


def _is_in_state(status: str, as_of: date | None) -> ColumnElement[bool]:
    """Return the condition that `status_on` is *status*, in terms of columns that have indexes and statistics."""
    standard = STANDARD.c
    if as_of is None:
        return standard.status == status
    if status == UPCOMING:
        unknown = and_(standard.effective_on.is_(None), or_(standard.status == UPCOMING, standard.issued_on > as_of))
        return or_(standard.effective_on > as_of, unknown)
    issued = or_(standard.issued_on.is_(None), standard.issued_on <= as_of)
    begun = or_(standard.effective_on <= as_of, and_(standard.effective_on.is_(None), issued))
    if status == IN_FORCE:
        still = and_(standard.status.in_(ENDED), standard.ended_on > as_of)
        come = and_(standard.status == UPCOMING, standard.effective_on.is_not(None))
        return and_(begun, or_(standard.status == IN_FORCE, still, come))
    return and_(begun, standard.status == status, or_(standard.ended_on.is_(None), standard.ended_on <= as_of))


def _dates(wanted: StandardFilter) -> Conditions:
    standard = STANDARD.c
    bounds = (
        (wanted.issued_from, standard.issued_on.__ge__),
        (wanted.issued_to, standard.issued_on.__le__),
        (wanted.effective_from, standard.effective_on.__ge__),
        (wanted.effective_to, standard.effective_on.__le__),
    )
    return [compare(bound) for bound, compare in bounds if bound is not None]


def _tsquery(term: Term) -> str:
    alternatives = (
        " & ".join(quoted(part.lexeme) + (":*" if part.begins else "") for part in alternative) for alternative in term
    )
    return f"({' | '.join(f'({alternative})' for alternative in alternatives)})"


def _one_of(facts: Iterable[str]) -> list[str]:
    lexemes = [fact_lexeme(fact) for fact in facts]
    return [f"({' | '.join(lexemes)})"] if lexemes else []

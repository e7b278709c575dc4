"""Say in words what a detail table says of a standard or a draft: its adoptions, what it replaces, its state."""

from standards_tree.standards import StandardStatus
from standards_tree.systems.system_view import PlacedDraft, PlacedStandard
from standards_tree.systems.words import day, listed, word


def adopted_standards(one: PlacedStandard, language: str) -> str:
    """Return the standards from outside that a standard adopts, one a line: ``ISO 9001:2015，IDT（等同）``."""
    comma = ", " if language == "en" else "，"
    return "\n".join(
        f"{each.designation}{comma}{word(f'degree_{each.degree.value}', language)}" for each in one.adoptions
    )


def replaced_standards(one: PlacedStandard, language: str) -> str:
    """Return what a standard replaces, or that it is void itself."""
    if one.status is StandardStatus.ABOLISHED:
        return word("void", language)
    return "\n".join(one.supersedes)


def standard_remark(one: PlacedStandard, language: str) -> str:
    """Return the state of a standard: in force, not yet, superseded by which, abolished; from when; its amendments."""
    state = word(f"status_{one.status.value}", language)
    if one.status is StandardStatus.SUPERSEDED and one.superseded_by:
        state = word("superseded_by", language, successors=listed(list(one.superseded_by), language))
    ended = one.status in (StandardStatus.SUPERSEDED, StandardStatus.ABOLISHED)
    if ended and one.ended_on is not None:
        state = word("ended", language, state=state, date=day(one.ended_on, language))
    if not one.amended_by:
        return state
    return _joined([state, word("amended_by", language, amendments=listed(list(one.amended_by), language))], language)


def draft_remark(one: PlacedDraft, language: str) -> str:
    """Return where a draft is: its stage, its plan number, what it revises, whose it is."""
    facts = [word("status_draft", language), word(f"stage_{one.stage.value}", language)]
    if one.plan_number:
        facts.append(word("plan", language, number=one.plan_number))
    if one.supersedes:
        facts.append(word("revises", language, standards=listed(list(one.supersedes), language)))
    if one.committee:
        facts.append(one.committee)
    return _joined(facts, language)


def _joined(facts: list[str], language: str) -> str:
    return ("; " if language == "en" else "；").join(facts)

"""Say what a requirement seeks: its own words and codes, its measure's, and the concepts the registry knows in them."""

from bisect import bisect_right
from collections.abc import Sequence

from services.linkage.store_suggestions import Asked
from services.linkage.upstream import LinkageUpstreams
from standards_tree.linking.suggesting import Sought, SoughtConcept, Suggestion, with_concepts
from standards_tree.linking.weights import Weights

# The registry reads a thousand characters in a millisecond; what a notification says beyond is annexes.
MAX_RECOGNIZED_CHARACTERS = 3_000
MAX_CONCEPTS = 40
# Titles are sent in one text, a line each; a term does not reach over a line.
VERIFIED = 60


def sought_of(asked: Asked, upstreams: LinkageUpstreams) -> Sought:
    """Return what the requirement seeks."""
    requirement, measure = asked.requirement, asked.measure
    subject = _lines(requirement.subject, requirement.parameter, requirement.text_zh, requirement.text_en)
    text = _lines(measure.title_zh, measure.title_en, measure.products, *measure.keywords)
    return Sought(
        subject=subject,
        text=text,
        cited=tuple(requirement.cited_standards or measure.cited_standards),
        hs=tuple(requirement.hs_codes or measure.hs_codes),
        ics=tuple(measure.ics_codes),
        concepts=_concepts(_lines(subject, text)[:MAX_RECOGNIZED_CHARACTERS], upstreams),
        hs_of=asked.hs_of,
    )


def _lines(*texts: str) -> str:
    return "\n".join(filter(None, texts))


def _concepts(text: str, upstreams: LinkageUpstreams) -> tuple[SoughtConcept, ...]:
    """Return the concepts that *text* speaks of, each with all it is called."""
    if not text.strip():
        return ()
    words = list(
        dict.fromkeys(term.text for term in upstreams.recognize(text, MAX_CONCEPTS * 4) if len(term.text) <= 300)
    )
    if not words:
        return ()
    found: dict[str, SoughtConcept] = {}
    for matches in upstreams.look_up_terms(words[:MAX_CONCEPTS]):
        for match in matches.concepts[:1]:
            names = ((one.language.partition("-")[0], one.text) for one in match.concept.designations)
            found.setdefault(
                match.concept.name, SoughtConcept(match.concept.name, matches.term, tuple(dict.fromkeys(names)))
            )
    return tuple(found.values())


def verified(
    found: Sequence[Suggestion], sought: Sought, weights: Weights, upstreams: LinkageUpstreams
) -> list[Suggestion]:
    """Return suggestions with the concepts that the registry recognizes in their titles too: 铅 is no part of 铅笔."""
    held = [one for one in found if one.speaks_of_concepts]
    if not held:
        return list(found)
    titles = [_title(one) for one in held]
    starts, position = [], 0
    for title in titles:
        starts.append(position)
        position += len(title) + 1
    spoken: list[set[str]] = [set() for _ in held]
    for term in upstreams.recognize("\n".join(titles), 5_000):
        place = bisect_right(starts, term.start) - 1
        spoken[place].update(one.concept for one in term.designations)
    known = {one.standard.name: frozenset(names) for one, names in zip(held, spoken, strict=True)}
    return with_concepts(found, sought, weights, known)


def _title(one: Suggestion) -> str:
    return " ".join(f"{one.standard.title_zh} {one.standard.title_en}".split())

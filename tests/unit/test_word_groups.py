"""Which groups of words have a word in a text: the same as looking for one word after the other."""

import random

from standards_tree.recognition.automaton import WordGroups

GROUPS = (("withdr", "cancel", "撤"), ("cancelled", "draw", "废止"), ("止", "anulad"), ())


def test_the_groups_are_those_of_looking_for_each_word() -> None:
    """Also where words overlap, or one is part of another."""
    groups, chance = WordGroups(GROUPS), random.Random(3)
    pieces = [word for words in GROUPS for word in words] + [" ", "x", "示例"]
    seen = set()
    for _ in range(2_000):
        parts = [word[: chance.randint(1, len(word))] for word in chance.choices(pieces, k=chance.randint(0, 5))]
        text = "".join(parts)
        expected = {number for number, words in enumerate(GROUPS) if any(word in text for word in words)}
        assert groups.found_in(text) == expected, text
        seen.add(frozenset(expected))
    assert len(seen) > 5

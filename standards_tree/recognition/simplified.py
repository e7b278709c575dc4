"""Know the simplified form of a traditional Chinese character: OpenCC's table, character by character.

Words that Taipei and Hong Kong say otherwise (程式 for 程序) are other designations, not other spellings: they stay apart.
"""

from functools import cache
from importlib.resources import files


@cache
def simplified_characters() -> dict[int, int]:
    """Return the simplified character of each traditional one, by code point.

    Where OpenCC gives several, its first, as it would choose itself. A simplified character maps to nothing, so that to
    simplify twice changes nothing.
    """
    table = files("opencc").joinpath("dictionary", "TSCharacters.txt").read_text(encoding="utf-8")
    pairs = [line.split("\t") for line in table.splitlines() if "\t" in line]
    forms = {ord(traditional): ord(simplified.split()[0]) for traditional, simplified in pairs}
    settled: dict[int, int] = {}
    for character, simple in forms.items():
        seen = {character}
        found = simple
        while found in forms and found not in seen:
            seen.add(found)
            found = forms[found]
        if found != character:
            settled[character] = found
    return settled

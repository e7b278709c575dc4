"""Give the nodes of a branch new codes as a whole, so that nodes may change places and no code is given twice."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Final

from standards_tree.errors import AlreadyExistsError, InvalidArgumentError
from standards_tree.systems.forest import ROOT, Forest

MAX_CODE_CHARACTERS: Final = 40
SEPARATORS: Final = ".-"


def with_prefix(forest: Forest, top: int, code: str) -> dict[str, str]:
    """Return the new codes of a branch whose *top* gets *code*, by node id.

    A code that begins with the old one of the top gets the new one for a beginning; others stay.
    """
    old = forest.nodes[top].code
    found = {}
    for node in forest.nodes[top : forest.ends[top]]:
        rest = node.code[len(old) :]
        if node.code.startswith(old) and (not rest or rest[0] in SEPARATORS):
            found[node.node_id] = code + rest
    return found


def in_order(forest: Forest, top: int, separator: str, taken: Collection[str]) -> dict[str, str]:
    """Return new codes 1, 2, 3 … below each node of the branch of *top*, which keeps its own; of all nodes below ROOT.

    Codes *taken* by nodes that keep theirs are passed over.
    """
    held = frozenset(taken)
    found: dict[int, str] = {} if top == ROOT else {top: forest.nodes[top].code}
    last: Counter[int] = Counter()
    for node in range(top + 1, len(forest.nodes) if top == ROOT else forest.ends[top]):
        above = forest.parents[node]
        opening = "" if above == ROOT else found[above] + separator
        last[above] += 1
        while f"{opening}{last[above]}" in held:
            last[above] += 1
        found[node] = f"{opening}{last[above]}"
    return {forest.nodes[node].node_id: code for node, code in found.items() if node != top}


def changed_codes(present: Mapping[str, str], wanted: Mapping[str, str]) -> dict[str, str]:
    """Return those of the *wanted* codes that differ from the *present* ones, once all of them together are sound.

    *present* has the code of every node of the system, archived ones too.

    Raises:
        InvalidArgumentError: a code is too long.
        AlreadyExistsError: two nodes would have one code; names it.
    """
    for node, code in wanted.items():
        if len(code) > MAX_CODE_CHARACTERS:
            message = "{old} would get the code {code}; a code has at most {limit} characters"
            raise InvalidArgumentError(message, old=present[node], code=code, limit=MAX_CODE_CHARACTERS)
    holders: dict[str, str] = {}
    for node, code in {**present, **wanted}.items():
        other = holders.setdefault(code, node)
        if other != node:
            message = "{first} and {second} would both have the code {code}"
            raise AlreadyExistsError(message, first=present[other], second=present[node], code=code)
    return {node: code for node, code in wanted.items() if present[node] != code}

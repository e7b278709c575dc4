"""Where a standard belongs in a system: held against an oracle that looks at every pair of nodes, and case by case."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from standards_tree.standards import Level
from standards_tree.systems.forest import ROOT, Forest, TreeNode, forest_of
from standards_tree.systems.placement import PlacedStandards, PlacementRule, misplacements

# 1 over 1.1 (over 1.1.1 and 1.1.2) and 1.2; 2 over 2.1.
PARENTS = {"1": None, "1.1": "1", "1.1.1": "1.1", "1.1.2": "1.1", "1.2": "1", "2": None, "2.1": "2"}


def tree(levels: dict[str, Level] | None = None) -> Forest:
    """Return the tree above, whose nodes fix *levels*."""
    fixed = levels or {}
    return forest_of(TreeNode(code, parent, code, fixed.get(code)) for code, parent in PARENTS.items())


def place(
    forest: Forest, places: dict[str, str], uses: dict[str, list[str]], levels: dict[str, Level] | None = None
) -> PlacedStandards:
    """Return standards at nodes by code, with their users."""
    of_level = {standard: (levels or {}).get(standard, Level.NATIONAL) for standard in places}
    return PlacedStandards({name: forest.number_of[code] for name, code in places.items()}, of_level, uses)


def findings(
    places: dict[str, str],
    uses: dict[str, list[str]],
    fixed: dict[str, Level] | None = None,
    levels: dict[str, Level] | None = None,
) -> list[tuple[str, str, str | None]]:
    """Return what is found about the standard S: the rule and where it belongs."""
    forest = tree(fixed)
    found = misplacements(forest, place(forest, places, uses, levels), ["S"])
    return [
        (one.rule.value, forest.nodes[one.node].code, "system" if one.proposed == ROOT else _code(forest, one.proposed))
        for one in found
    ]


def _code(forest: Forest, number: int | None) -> str | None:
    return None if number is None else forest.nodes[number].code


def test_what_several_branches_use_belongs_at_their_nearest_common_ancestor():
    """A method that 1.1.1 and 1.2 use does not stand at 1.1.1."""
    assert findings({"S": "1.1.1", "A": "1.1.1", "B": "1.2"}, {"S": ["A", "B"]}) == [("common", "1.1.1", "1")]


def test_what_stands_in_a_branch_that_does_not_use_it_belongs_above_those_that_do():
    """It is not enough to stand high somewhere else."""
    assert findings({"S": "2", "A": "1.1.1", "B": "1.1.2"}, {"S": ["A", "B"]}) == [("common", "2", "1.1")]


def test_what_stands_at_the_nearest_common_ancestor_is_well_placed():
    """Nothing is said of a place that fits."""
    assert findings({"S": "1", "A": "1.1.1", "B": "1.2"}, {"S": ["A", "B"]}) == []


def test_what_only_one_branch_below_it_uses_belongs_down_there():
    """Special ones stand low."""
    assert findings({"S": "1", "A": "1.1.1", "B": "1.1.2"}, {"S": ["A", "B"]}) == [("narrow", "1", "1.1")]


def test_what_its_own_node_uses_stands_where_it_is_used():
    """A user at the node itself is a user of all of its branch."""
    assert findings({"S": "1", "A": "1", "B": "1.1.2"}, {"S": ["A", "B"]}) == []


def test_what_one_other_branch_uses_may_stand_where_it_is():
    """A reference from one field to another makes no common standard."""
    assert findings({"S": "2.1", "A": "1.1.1"}, {"S": ["A"]}) == []


def test_what_no_standard_uses_may_stand_where_it_is():
    """No use, no rule."""
    assert findings({"S": "2.1"}, {}) == []


def test_what_several_top_nodes_use_belongs_above_them():
    """No node stands there; the finding says so with the system itself."""
    assert findings({"S": "1.1", "A": "1.1", "B": "2.1"}, {"S": ["A", "B"]}) == [("common", "1.1", "system")]


def test_what_stands_at_the_top_stands_as_high_as_anything_can():
    """Whoever uses it."""
    assert findings({"S": "1", "A": "1.1", "B": "2.1"}, {"S": ["A", "B"]}) == []


def test_users_in_branches_for_other_levels_say_nothing_about_the_place_of_a_national_standard():
    """Where the definition parts the levels, an industry standard cannot pull a national one out of its branch."""
    fixed = {"1": Level.NATIONAL, "2": Level.INDUSTRY}
    levels = {"B": Level.INDUSTRY}
    assert findings({"S": "1.1", "A": "1.1.1", "B": "2.1"}, {"S": ["A", "B"]}, fixed, levels) == []


def test_a_place_is_never_proposed_that_the_definition_keeps_the_level_out_of():
    """A group standard that two branches for others use stays where it may stand."""
    fixed = {"1.1": Level.NATIONAL}
    places = {"S": "2.1", "A": "1.1.1", "B": "1.1.2"}
    assert findings(places, {"S": ["A", "B"]}, fixed, {"S": Level.GROUP}) == []


def test_a_standard_outside_the_branch_for_its_level_is_found():
    """The definition has a branch for national standards; this one stands beside it."""
    assert findings({"S": "2.1"}, {}, {"1": Level.NATIONAL}) == [("level", "2.1", "1")]


def test_of_several_branches_for_a_level_the_nearest_is_proposed():
    """The one that shares the lowest node."""
    fixed = {"1.1.2": Level.NATIONAL, "2.1": Level.NATIONAL}
    assert findings({"S": "2"}, {}, fixed) == [("level", "2", "2.1")]


def test_a_standard_in_a_branch_for_another_level_is_found():
    """The rule of places, held against what was there before it."""
    assert findings({"S": "1.1"}, {}, {"1": Level.GROUP}) == [("level", "1.1", None)]


def test_a_standard_from_outside_stands_anywhere():
    """ISO standards are in no branch of our levels."""
    assert findings({"S": "2.1"}, {}, {"1": Level.NATIONAL}, {"S": Level.INTERNATIONAL}) == []


@dataclass
class RandomSystem:
    """A random tree with standards at its nodes and uses among them."""

    parents: list[int]
    levels: list[Level | None]
    places: list[int]
    standard_levels: list[Level]
    uses: list[tuple[int, int]]


LEVELS = st.sampled_from([Level.NATIONAL, Level.INDUSTRY, Level.GROUP, Level.INTERNATIONAL])


@st.composite
def systems(draw: st.DrawFn) -> RandomSystem:
    """Make a random system; its nodes are numbered so that a parent has a lower number, in no reading order."""
    size = draw(st.integers(1, 12))
    parents = [draw(st.integers(-1, number - 1)) for number in range(size)]
    levels = [draw(st.one_of(st.none(), st.none(), LEVELS)) for _ in range(size)]
    count = draw(st.integers(1, 8))
    places = [draw(st.integers(0, size - 1)) for _ in range(count)]
    standard_levels = [draw(LEVELS) for _ in range(count)]
    ends = st.integers(0, count - 1)
    uses = [(source, target) for source, target in draw(st.lists(st.tuples(ends, ends))) if source != target]
    return RandomSystem(parents, levels, places, standard_levels, uses)


class Oracle:
    """Does everything by walking from every node to the top."""

    def __init__(self, system: RandomSystem) -> None:
        self.system = system

    def line(self, node: int) -> list[int]:
        """Return a node and those above it, from the bottom up, the system itself last."""
        return [node, *self.line(self.system.parents[node])] if node != ROOT else [ROOT]

    def fixed(self, node: int) -> Level | None:
        """Return the level fixed at a node."""
        return next((self.system.levels[up] for up in self.line(node) if up != ROOT and self.system.levels[up]), None)

    def common(self, nodes: set[int]) -> int:
        """Return the first node on one line that is on all lines."""
        return next(up for up in self.line(min(nodes)) if all(up in self.line(node) for node in nodes))

    def use(self, standard: int) -> tuple[PlacementRule, int, set[int]] | None:
        """Return the rule that the place of a standard breaks by its users, and where it belongs."""
        node, level = self.system.places[standard], self.system.standard_levels[standard]
        users = {source for source, target in self.system.uses if target == standard}
        branch, fixed = ROOT, self.fixed(node)
        for up in self.line(node):
            if fixed is None or up == ROOT or self.fixed(up) is not fixed:
                break
            branch = up
        inside = {user for user in users if branch in self.line(self.system.places[user])}
        if not inside:
            return None
        places = {self.system.places[user] for user in inside}
        proposed = self.common(places)
        if proposed not in (ROOT, node) and self.fixed(proposed) not in (None, level) and level in OUR_LEVELS:
            return None
        if proposed not in (ROOT, node) and node in self.line(proposed):
            return (PlacementRule.NARROW, proposed, inside) if inside == users else None
        top = proposed == ROOT and self.system.parents[node] == ROOT
        wrong = proposed != node and len(places) > 1 and not top
        return (PlacementRule.COMMON, proposed, inside) if wrong else None


OUR_LEVELS = {Level.NATIONAL, Level.INDUSTRY, Level.GROUP}


@given(systems())
def test_every_finding_is_one_that_a_search_of_all_nodes_makes(system: RandomSystem):
    """Intervals in reading order say the same as walking from every node to the top."""
    forest = forest_of(
        TreeNode(f"n{number}", f"n{parent}" if parent != ROOT else None, f"c{number}", system.levels[number])
        for number, parent in enumerate(system.parents)
    )
    users: dict[str, list[str]] = {}
    for source, target in dict.fromkeys(system.uses):
        users.setdefault(f"s{target}", []).append(f"s{source}")
    names = [f"s{number}" for number in range(len(system.places))]
    placed = PlacedStandards(
        {f"s{number}": forest.number_of[f"n{node}"] for number, node in enumerate(system.places)},
        dict(zip(names, system.standard_levels, strict=True)),
        users,
    )
    found = {
        one.standard: (one.rule, one.proposed, set(one.users))
        for one in misplacements(forest, placed, names)
        if one.rule is not PlacementRule.LEVEL
    }
    oracle = Oracle(system)
    expected = {}
    for number, name in enumerate(names):
        answer = oracle.use(number)
        if answer is not None:
            rule, proposed, inside = answer
            at = ROOT if proposed == ROOT else forest.number_of[f"n{proposed}"]
            expected[name] = (rule, at, {f"s{user}" for user in inside})
    assert found == expected


@given(systems())
def test_nodes_are_held_in_reading_order_with_their_branches(system: RandomSystem):
    """A parent stands before its children, and a branch is an interval."""
    forest = forest_of(
        TreeNode(f"n{number}", f"n{parent}" if parent != ROOT else None, f"c{number}")
        for number, parent in enumerate(system.parents)
    )
    oracle = Oracle(system)
    for number, node in enumerate(forest.nodes):
        above = {f"n{up}" for up in oracle.line(int(node.node_id[1:])) if up != ROOT}
        assert {other.node_id for at, other in enumerate(forest.nodes) if forest.is_within(number, at)} == above

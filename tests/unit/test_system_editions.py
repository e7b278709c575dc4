"""What changed between two editions of a system is all that changed, and nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from standards_tree.systems.editions import (
    ChangeKind,
    EditionContent,
    EditionEntry,
    EditionNode,
    apply_changes,
    compare_editions,
)

IDS = st.sampled_from("abcdef")
WORDS = st.sampled_from(["", "x", "y"])
DAYS = st.one_of(st.none(), st.dates())
NODES = st.builds(
    EditionNode,
    node_id=st.just(""),
    parent_id=st.one_of(st.none(), IDS),
    code=st.sampled_from(["1", "2", "10"]),
    title_zh=WORDS,
    title_en=WORDS,
    level=st.sampled_from([None, "national", "group"]),
    kind=st.sampled_from(["branch", "level"]),
    planned_standards=st.integers(0, 3),
)
ENTRIES = st.builds(
    EditionEntry,
    standard_id=st.just(""),
    node_id=IDS,
    designation=WORDS,
    designation_order=WORDS,
    title_zh=WORDS,
    title_en=WORDS,
    level=st.sampled_from(["national", "group"]),
    obligation=st.sampled_from([None, "mandatory"]),
    status=st.sampled_from(["in_force", "superseded"]),
    issued_on=DAYS,
    effective_on=DAYS,
    ended_on=DAYS,
    reviewed_on=DAYS,
    ics=st.sampled_from([(), ("01.040",)]),
    ccs=st.sampled_from([(), ("A22",)]),
    committee=WORDS,
)
CONTENTS = st.builds(
    lambda nodes, entries: EditionContent(
        {key: node._replace(node_id=key) for key, node in nodes.items()},
        {key: entry._replace(standard_id=key) for key, entry in entries.items()},
    ),
    st.dictionaries(IDS, NODES),
    st.dictionaries(IDS, ENTRIES),
)
NODE = EditionNode("n", None, "1", "食品", "Food", None, "branch", 3)
ENTRY = EditionEntry(
    *("s", "n", "GB/T 1—2020", "GB/T 011-2020", "示例", "", "national", "recommended", "in_force"),
    *(None, None, None, None, (), (), ""),
)


def kinds(base: EditionContent, target: EditionContent) -> list[ChangeKind]:
    """Return the kinds of the changes."""
    return [change.kind for change in compare_editions(base, target)]


def held(*things: EditionNode | EditionEntry) -> EditionContent:
    """Return an edition that holds *things*."""
    return EditionContent(
        {one.node_id: one for one in things if isinstance(one, EditionNode)},
        {one.standard_id: one for one in things if isinstance(one, EditionEntry)},
    )


@given(CONTENTS)
def test_an_edition_does_not_differ_from_itself(content: EditionContent):
    """Nothing changed where nothing changed."""
    assert compare_editions(content, content) == []


@given(CONTENTS, CONTENTS)
def test_the_changes_applied_to_one_edition_give_the_other(base: EditionContent, target: EditionContent):
    """A comparison leaves nothing out."""
    assert apply_changes(base, compare_editions(base, target)) == target


@given(CONTENTS, CONTENTS)
def test_a_comparison_the_other_way_round_has_as_many_changes(base: EditionContent, target: EditionContent):
    """What was added one way was removed the other way."""
    assert len(compare_editions(base, target)) == len(compare_editions(target, base))


def test_each_kind_of_change_of_a_node_is_told():
    """A node that changed in every way has a change of every kind."""
    changed = EditionNode("n", "m", "2", "食品安全", "Food safety", "national", "level", 4)
    assert kinds(held(NODE), held(changed)) == [
        ChangeKind.NODE_MOVED,
        ChangeKind.NODE_RENAMED,
        ChangeKind.NODE_RENUMBERED,
        ChangeKind.NODE_PLANNED,
        ChangeKind.NODE_REDEFINED,
    ]


def test_each_kind_of_change_of_a_standard_is_told():
    """Its place, its state, its other facts."""
    changed = ENTRY._replace(node_id="m", status="superseded", title_zh="另一示例")
    assert kinds(held(ENTRY), held(changed)) == [
        ChangeKind.STANDARD_MOVED,
        ChangeKind.STANDARD_STATUS,
        ChangeKind.STANDARD_FACTS,
    ]


def test_what_came_and_went_is_told_nodes_first():
    """The order is that of the kinds."""
    other, entry = NODE._replace(node_id="m"), ENTRY._replace(standard_id="t")
    assert kinds(held(NODE, ENTRY), held(other, entry)) == [
        ChangeKind.NODE_ADDED,
        ChangeKind.NODE_REMOVED,
        ChangeKind.STANDARD_ADDED,
        ChangeKind.STANDARD_REMOVED,
    ]


def test_changes_of_a_kind_are_told_by_number():
    """2 before 10."""
    nodes = [NODE._replace(node_id=code, code=code) for code in ("10", "9", "2")]
    added = compare_editions(held(), held(*nodes))
    assert [change.after.code for change in added if change.after is not None] == ["2", "9", "10"]

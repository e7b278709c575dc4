"""What is odd in sources is found whatever their order."""

from dataclasses import replace

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from standards_tree.anomalies import cycles, preference
from standards_tree.catalogue import Standard, Title
from standards_tree.designations import parse_designation
from standards_tree.standards import Level, StandardStatus

ENDS = st.sampled_from("abcdefgh")
PLAIN = Standard(parse_designation("GB 99901-2024"), Title("示例"), StandardStatus.IN_FORCE, Level.NATIONAL)


@given(edges=st.sets(st.tuples(ENDS, ENDS).filter(lambda edge: edge[0] != edge[1]), max_size=20))
def test_cycles_are_the_strongly_connected_components(edges: set[tuple[str, str]]):
    """As another library finds them, with the edges between their standards and no others."""
    graph: nx.DiGraph[str] = nx.DiGraph(edges)
    expected = sorted(tuple(sorted(nodes)) for nodes in nx.strongly_connected_components(graph) if len(nodes) > 1)
    found = cycles(edges)
    assert [cycle.standard_ids for cycle in found] == expected
    for cycle in found:
        inside = {edge for edge in edges if set(edge) <= set(cycle.standard_ids)}
        assert set(cycle.edges) == inside


def test_of_two_records_the_later_state_and_the_one_that_says_more_is_preferred():
    """Whichever of them comes first."""
    ended = replace(PLAIN, status=StandardStatus.ABOLISHED)
    fuller = replace(PLAIN, committee="SAC/TC 999", ics=("01.120",))
    assert sorted([ended, fuller, PLAIN], key=preference) == [PLAIN, fuller, ended]

"""Write a part of the network as GraphML, which yEd, Gephi, Cytoscape and networkx read."""

from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape, quoteattr

from tbt.gap.v1 import graph_pb2

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
NODE_KEYS = ("type", "name", "title_en", "title_zh", "distance")
EDGE_KEYS = ("edge", "clause")


def graphml_of(found: graph_pb2.SubGraph) -> bytes:
    """Return *found* as UTF-8; nodes and edges in its order."""
    lines = [HEAD]
    for domain, keys in (("node", NODE_KEYS), ("edge", EDGE_KEYS)):
        named = [f'<key id="{domain[0]}_{key}" for="{domain}" attr.name="{key}" attr.type="string"/>\n' for key in keys]
        lines += named
    lines.append('<graph id="near" edgedefault="directed">\n')
    for number, (node, distance) in enumerate(zip(found.nodes, found.distances, strict=True)):
        kind = graph_pb2.NodeKind.Name(node.kind).removeprefix("NODE_KIND_").lower()
        values = (kind, node.name, node.title.en, node.title.zh, str(distance))
        facts = dict(zip(NODE_KEYS, values, strict=True))
        lines.append(f'<node id="n{number}">{"".join(_data("n", facts))}</node>\n')
    for number, edge in enumerate(found.edges):
        ends = f'id="e{number}" source="n{edge.source}" target="n{edge.target}"'
        facts = dict(zip(EDGE_KEYS, (edge.kind, edge.clause), strict=True))
        lines.append(f"<edge {ends}>{''.join(_data('e', facts))}</edge>\n")
    lines.append("</graph>\n</graphml>\n")
    return "".join(lines).encode()


def _data(prefix: str, facts: Mapping[str, str]) -> Iterator[str]:
    for key, value in facts.items():
        if value:
            # What XML cannot carry, no name has; a text of strangers may.
            shown = "".join(one if one.isprintable() else " " for one in value)
            yield f"<data key={quoteattr(f'{prefix}_{key}')}>{escape(shown)}</data>"

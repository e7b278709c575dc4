"""Write the requirements, the standards and drafts they lead to and the steps between them as GraphML.

Every path of the report is in it: links, successions and the references along which something is wrong; the agreed terms
that requirements use with the standards that define them; clauses that any of these name, as parts of their standards.
Programs that show graphs (yEd, Gephi, Cytoscape, networkx) read it. Nodes and edges stand in the order of their names.
"""

from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape, quoteattr

from standards_tree.reports.schema import Report, RequirementEntry, Step
from standards_tree.reports.sheets import fitting

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">\n'
)
NODE_KEYS = ("type", "name", "title_en", "title_zh", "status", "verdict", "severity", "measure", "action", "level")
EDGE_KEYS = ("edge", "relation", "state", "clause", "dated", "defect")

Facts = dict[str, str]
Edge = tuple[str, str, tuple[tuple[str, str], ...]]


def render_graphml(report: Report) -> bytes:
    """Return the graph of *report* as UTF-8; cost O(steps of all paths, sorted)."""
    nodes: dict[str, Facts] = {}
    edges: set[Edge] = set()
    for requirement in report["requirements"]:
        _add_requirement(nodes, edges, requirement)
    lines = [HEAD]
    for domain, keys in (("node", NODE_KEYS), ("edge", EDGE_KEYS)):
        lines += [
            f'<key id="{domain[0]}_{key}" for="{domain}" attr.name="{key}" attr.type="string"/>\n' for key in keys
        ]
    lines.append('<graph id="gaps" edgedefault="directed">\n')
    for name, facts in sorted(nodes.items()):
        lines.append(f"<node id={quoteattr(name)}>{''.join(_data('n', facts))}</node>\n")
    for number, (source, target, parts) in enumerate(sorted(edges)):
        ends = f"source={quoteattr(source)} target={quoteattr(target)}"
        lines.append(f'<edge id="e{number}" {ends}>{"".join(_data("e", dict(parts)))}</edge>\n')
    lines.append("</graph>\n</graphml>\n")
    return "".join(lines).encode()


def _add_requirement(nodes: dict[str, Facts], edges: set[Edge], requirement: RequirementEntry) -> None:
    start = fitting(requirement["id"])
    action = requirement["action"]
    nodes[start] = {
        "type": "requirement",
        "name": start,
        "title_en": requirement["text"]["en"],
        "title_zh": requirement["text"]["zh-Hans"],
        "verdict": requirement["verdict"],
        "severity": requirement["severity"],
        "measure": requirement["measure"],
        "action": "" if action is None else action["code"],
        "level": requirement["level"] or "",
    }
    for link in requirement["links"]:
        step: Step = {"edge": "link", "relation": link["relation"], "state": link["state"], "clause": link["clause"]}
        step |= {"type": "draft" if link["draft"] else "standard", "name": link["target"]}
        _add_path(nodes, edges, start, [step])
    _add_path(nodes, edges, start, requirement["path"][1:])
    for evidence in requirement["evidence"]:
        _add_path(nodes, edges, start, evidence["path"][1:])
    _add_terms(nodes, edges, start, requirement)
    decides = requirement["standard"]
    if decides is not None:
        facts = nodes.setdefault(fitting(decides["designation"]), {"type": "standard", "name": decides["designation"]})
        facts |= {
            "title_en": decides["title"]["en"],
            "title_zh": decides["title"]["zh-Hans"],
            "level": decides["level"],
        }


def _add_terms(nodes: dict[str, Facts], edges: set[Edge], start: str, requirement: RequirementEntry) -> None:
    for term in requirement["terms"]:
        names = dict.fromkeys(
            filter(None, (term["domain"], term["number"], term["term"]["zh-Hans"], term["term"]["en"]))
        )
        node = fitting(f"term: {' '.join(names)}")
        facts = {"type": "term", "name": " / ".join(dict.fromkeys([term["term"]["zh-Hans"], term["term"]["en"]]))}
        nodes[node] = facts | {"title_en": term["term"]["en"], "title_zh": term["term"]["zh-Hans"]}
        edges.add((start, node, (("edge", "uses"),)))
        for source in term["defined_in"]:
            target = fitting(source["standard"]) or "?"
            nodes.setdefault(target, {"type": "standard", "name": target})["status"] = source["status"]
            clause = (("clause", source["clause"]),) if source["clause"] else ()
            edges.add((node, target, (("edge", "defined_in"), *clause)))
            _add_clause(nodes, edges, node, target, source["clause"])


def _add_path(nodes: dict[str, Facts], edges: set[Edge], start: str, path: list[Step]) -> None:
    source = start
    for step in path:
        target = fitting(step["name"]) or "?"
        facts = nodes.setdefault(target, {"type": step["type"], "name": target})
        if "status" in step:
            facts["status"] = step["status"]
        edges.add((source, target, tuple(_parts(step))))
        # A link names a clause of what it leads to; a reference stands in one of what it comes from.
        of, other = (target, source) if step["edge"] == "link" else (source, target)
        _add_clause(nodes, edges, other, of, step.get("clause") or "", answers=of is target)
        source = target


def _add_clause(  # noqa: PLR0913  (both ends, and which way round)
    nodes: dict[str, Facts], edges: set[Edge], other: str, standard: str, clause: str, *, answers: bool = True
) -> None:
    """Add a clause as a part of its standard, and that something names it, or that it names something."""
    if not clause.strip():
        return
    node = fitting(f"{standard}, {clause.strip()}")
    nodes.setdefault(node, {"type": "clause", "name": node})
    edges.add((node, standard, (("edge", "part_of"),)))
    edges.add(((other, node) if answers else (node, other)) + ((("edge", "names"),),))


def _parts(step: Step) -> Iterator[tuple[str, str]]:
    found: Mapping[str, object] = step
    for key in EDGE_KEYS:
        value = found.get(key)
        if value not in (None, ""):
            yield key, str(value).lower() if isinstance(value, bool) else str(value)


def _data(prefix: str, facts: Facts) -> Iterator[str]:
    for key in NODE_KEYS if prefix == "n" else EDGE_KEYS:
        if facts.get(key):
            yield f'<data key="{prefix}_{key}">{escape(fitting(facts[key]))}</data>'

"""`tbt gap`: infer, compare, impact, what-if, health, graph."""

from pathlib import Path
from typing import Annotated, cast

import typer
from google.protobuf.message import Message

from services.cli import gap
from services.cli.context import AsJson, Most, begin
from services.cli.documents import write_whole
from services.cli.filters import hs_code, ics_code, member_codes
from services.cli.gap import Day, date_of
from services.cli.gap_clauses import tell_clauses
from services.cli.gap_graphml import graphml_of
from services.cli.output import Output, answering
from services.cli.wrong_options import WrongOption
from tbt.gap.v1 import comparison_pb2, graph_pb2, impact_pb2, inference_pb2, scope_pb2

app = gap.app
EVENTS = {
    "revised": impact_pb2.IMPACT_EVENT_REVISED,
    "superseded": impact_pb2.IMPACT_EVENT_SUPERSEDED,
    "abolished": impact_pb2.IMPACT_EVENT_ABOLISHED,
    "enters_into_force": impact_pb2.IMPACT_EVENT_ENTERS_INTO_FORCE,
}
SEVERITIES = {"critical": "critical", "high": "high", "medium": "medium", "low": "low", "none": "no gap"}
"""How grave gaps are, from the most to the least, as it is said to people."""
SCOPES = ("symbol", "member", "hs", "ics")
Symbol = Annotated[list[str] | None, typer.Option(help="Only this measure. 仅此通报。")]
Member = Annotated[list[str] | None, typer.Option(help="Only of this member: USA, EU. 成员。")]
Hs = Annotated[list[str] | None, typer.Option(help="Only at or below this HS code. HS 编码前缀。")]
Ics = Annotated[list[str] | None, typer.Option(help="Only at or below this ICS code. ICS 前缀。")]


@app.command()
def infer(
    context: typer.Context,
    symbol: Symbol = None,
    member: Member = None,
    hs: Hs = None,
    ics: Ics = None,
    as_of: Day = None,
    ways: Annotated[int, typer.Option(min=1, max=50, help="Ways for each requirement. 每项要求的路径数。")] = 1,
    least: Annotated[float, typer.Option(min=0, max=1, help="Only at least this probable. 最低概率。")] = 0.0,
    most: Most = 100,
    as_json: AsJson = False,
) -> None:
    """Infer what probably answers requirements without links. 推断未关联要求的可能对应标准。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = inference_pb2.InferCoverageRequest(
            scope=scope_pb2.GapScope(
                symbols=symbol,
                member_codes=member_codes(member),
                hs_prefixes=map(hs_code, hs or []),
                ics_prefixes=map(ics_code, ics or []),
            ),
            as_of=date_of(as_of),
            most_ways=ways,
            least_probability=least,
        )
        found = given.connection.every(given.connection.gap.InferCoverage, request, "coverages", most)

        def row(message: Message) -> list[str]:
            one = cast("inference_pb2.InferredCoverage", message)
            best = one.ways[0]
            strength = inference_pb2.InferenceStrength.Name(best.strength).removeprefix("INFERENCE_STRENGTH_").lower()
            way = " → ".join(step.node.name for step in best.steps)
            return [
                one.requirement.name,
                given.output.text(strength),
                f"{best.probability:.2f}",
                str(best.penalty),
                way,
            ]

        given.output.list(found, ("requirement", "strength", "probability", "penalty", "way"), row)


@app.command()
def compare(
    context: typer.Context,
    first: Annotated[
        str, typer.Argument(help="systems/<system>[/nodes/<node>], member:EU, symbol:…, hs:…, ics:…, or ISO,EN")
    ],
    second: Annotated[str, typer.Argument(help="The same. 同上。")],
    as_of: Day = None,
    units: Annotated[int, typer.Option(min=0, max=1000, help="Units listed one by one. 逐项列出的数量。")] = 0,
    as_json: AsJson = False,
) -> None:
    """Compare two bodies of standards or requirements, both ways. 比较两个标准或要求的集合。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = comparison_pb2.CompareBodiesRequest(
            first=body_of(first), second=body_of(second), as_of=date_of(as_of), most_units=units
        )
        found = given.connection.ask(given.connection.gap.CompareBodies, request)
        if given.output.as_json:
            given.output.show(found, [])
            return
        for body, other, matrix in (
            (first, second, found.first_by_second),
            (second, first, found.second_by_first),
        ):
            given.output.say("how {body} is answered by {other}", body=body, other=other)
            given.output.list(matrix.rows, ("group", "units", "whole", "part", "related"), coverage_row)


def coverage_row(message: Message) -> list[str]:
    """Return a row of a comparison: how its units are answered by all of the other body."""
    row = cast("comparison_pb2.CoverageRow", message)
    together = row.together
    return [row.group, str(row.unit_count), str(together.whole), str(together.part), str(together.related)]


def body_of(text: str) -> comparison_pb2.Body:
    """Return the body that an argument names."""
    kind, colon, value = text.partition(":")
    values = [part.strip() for part in value.split(",")]
    if text.startswith("systems/"):
        return comparison_pb2.Body(branch=text)
    if colon and kind in SCOPES:
        scope = scope_pb2.GapScope(
            symbols=values if kind == "symbol" else [],
            member_codes=member_codes(values) if kind == "member" else [],
            hs_prefixes=map(hs_code, values) if kind == "hs" else [],
            ics_prefixes=map(ics_code, values) if kind == "ics" else [],
        )
        return comparison_pb2.Body(measures=scope)
    prefixes = comparison_pb2.DesignationPrefixes(prefixes=[part.strip() for part in text.split(",")])
    return comparison_pb2.Body(prefixes=prefixes)


@app.command()
def impact(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A designation, or the symbol of a measure. 标准编号或通报号。")],
    event: Annotated[str, typer.Option(help="revised, superseded, abolished, enters_into_force. 事件。")] = "revised",
    distance: Annotated[int, typer.Option(min=0, max=1000, help="Steps at the most; 0 for all. 最大步数。")] = 0,
    as_of: Day = None,
    most: Most = 100,
    as_json: AsJson = False,
) -> None:
    """Show what a change touches, how far away and why. 变更影响。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        if event not in EVENTS:
            raise WrongOption("{word} is none of {known}", word=event, known=", ".join(EVENTS))
        request = impact_pb2.GetImpactRequest(
            name=name, event=EVENTS[event], as_of=date_of(as_of), most_distance=distance
        )
        found = given.connection.every(given.connection.gap.GetImpact, request, "touched", most)

        def row(message: Message) -> list[str]:
            one = cast("impact_pb2.TouchedNode", message)
            through = " → ".join(node.name for node in one.through)
            return [str(one.distance), kind_of(given.output, one.node), one.node.name, one.explanation, through]

        given.output.list(found, ("distance", "kind", "name", "reason", "through"), row)
        if not given.output.as_json:
            request.page_size = 1
            first = given.connection.ask(given.connection.gap.GetImpact, request)
            tell_clauses(given.output, first.changed.name, first.clauses)


def kind_of(output: Output, node: graph_pb2.GraphNode) -> str:
    """Return what a node is, in the reader's language."""
    return output.text(graph_pb2.NodeKind.Name(node.kind).removeprefix("NODE_KIND_").lower())


@app.command("what-if")
def what_if(
    context: typer.Context,
    abolish: Annotated[list[str] | None, typer.Option(help="A designation. 废止的标准。")] = None,
    merge: Annotated[list[str] | None, typer.Option(help="A + B = C. 合并。")] = None,
    adopt: Annotated[list[str] | None, typer.Option(help="ISO 1 = GB/T 1-2026 [mod]. 采标。")] = None,
    publish: Annotated[list[str] | None, typer.Option(help="drafts/<draft> [= designation]. 发布草案。")] = None,
    symbol: Symbol = None,
    member: Member = None,
    as_of: Day = None,
    most: Annotated[int, typer.Option(min=1, max=1000, help="Differences listed. 列出的差异数。")] = 100,
    as_json: AsJson = False,
) -> None:
    """Try changes out: what would the gaps be? Nothing is changed. 试算变更后的差距。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        changes = [impact_pb2.TrialChange(abolish=name) for name in abolish or []]
        changes += [merge_of(text) for text in merge or []]
        changes += [adoption_of(text) for text in adopt or []]
        changes += [publication_of(text) for text in publish or []]
        request = impact_pb2.TryChangesRequest(
            scope=scope_pb2.GapScope(symbols=symbol, member_codes=member_codes(member)),
            as_of=date_of(as_of),
            changes=changes,
            most_differences=most,
        )
        found = given.connection.ask(given.connection.gap.TryChanges, request)
        if given.output.as_json:
            given.output.show(found, [])
            return
        verdicts = sorted({*found.before, *found.after})
        given.output.show(
            found,
            [(verdict, f"{found.before.get(verdict, 0)} → {found.after.get(verdict, 0)}") for verdict in verdicts],
        )

        def row(message: Message) -> list[str]:
            one = cast("impact_pb2.VerdictDifference", message)
            return [one.requirement, given.output.text(one.before), given.output.text(one.after)]

        given.output.list(found.differences, ("requirement", "before", "after"), row)


def merge_of(text: str) -> impact_pb2.TrialChange:
    """Return the merger in `A + B = C`."""
    left, equals, into = text.partition("=")
    if not equals:
        raise WrongOption("{text} is not written like A + B = C", text=text)
    names = [part.strip() for part in left.split("+")]
    return impact_pb2.TrialChange(merge=impact_pb2.TrialMerge(designations=names, into=into.strip()))


def adoption_of(text: str) -> impact_pb2.TrialChange:
    """Return the adoption in `ISO 1 = GB/T 1-2026`, identical unless `mod` or `neq` follows."""
    adopted, equals, rest = text.partition("=")
    if not equals:
        raise WrongOption("{text} is not written like ISO 1 = GB/T 1-2026", text=text)
    designation, _, last = rest.strip().rpartition(" ")
    named = last.lower() in ("idt", "mod", "neq")
    return impact_pb2.TrialChange(
        adopt=impact_pb2.TrialAdoption(
            adopted=adopted.strip(),
            designation=designation.strip() if named else rest.strip(),
            degree=last.lower() if named else "idt",
        )
    )


def publication_of(text: str) -> impact_pb2.TrialChange:
    """Return the publication in `drafts/x` or `drafts/x = GB/T 1-2026`."""
    draft, _, designation = text.partition("=")
    return impact_pb2.TrialChange(
        publish=impact_pb2.TrialPublication(draft=draft.strip(), designation=designation.strip())
    )


@app.command()
def health(
    context: typer.Context,
    cases: Annotated[int, typer.Option(min=1, max=10000, help="Cases shown of each condition. 每类列出的数量。")] = 5,
    as_of: Day = None,
    as_json: AsJson = False,
) -> None:
    """Show what is unsound in the whole system of standards. 标准体系健康状况。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = graph_pb2.GetSystemHealthRequest(as_of=date_of(as_of), most_cases=cases)
        found = given.connection.ask(given.connection.gap.GetSystemHealth, request)
        if given.output.as_json:
            given.output.show(found, [])
            return

        verdicts = gap.counts(given.output, found.verdict_counts)
        counted = found.severity_counts
        severities = ", ".join(
            f"{given.output.text(shown)} {counted[word]}" for word, shown in SEVERITIES.items() if word in counted
        )
        given.output.show(found, [("verdicts", verdicts), ("severities", severities)])

        def row(message: Message) -> list[str]:
            one = cast("graph_pb2.HealthCondition", message)
            shown = [" · ".join(case.members) for case in one.cases]
            if shown and one.count > len(shown):
                shown.append(given.output.text("… and {count} more (--cases)", count=one.count - len(shown)))
            if shown and one.action:
                shown.append(f"→ {one.action}")
            return [one.label, str(one.count), "\n".join(shown)]

        given.output.list(found.conditions, ("condition", "count", "cases"), row)


@app.command()
def graph(
    context: typer.Context,
    names: Annotated[
        list[str], typer.Argument(help="Designations, symbols, symbol#number, term:word. 编号、通报号或术语。")
    ],
    distance: Annotated[int, typer.Option(min=0, max=10, help="Steps at the most. 最大步数。")] = 1,
    most: Annotated[int, typer.Option(min=1, max=5000, help="Nodes at the most. 最多节点数。")] = 200,
    as_of: Day = None,
    clauses: Annotated[bool, typer.Option(help="Show clauses as nodes. 将条款显示为节点。")] = True,
    to: Annotated[Path | None, typer.Option(help="Write it as GraphML. 以 GraphML 保存。")] = None,
    as_json: AsJson = False,
) -> None:
    """Show everything near some standards, requirements, measures or terms. 显示邻近的标准、要求、措施与术语。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = graph_pb2.GetSubGraphRequest(
            names=names, as_of=date_of(as_of), most_distance=distance, most_nodes=most, clauses=clauses
        )
        found = given.connection.ask(given.connection.gap.GetSubGraph, request)
        if to is not None:
            write_whole(iter([graphml_of(found)]), to)
        if given.output.as_json:
            given.output.show(found, [])
            return

        def row(message: Message) -> list[str]:
            edge = cast("graph_pb2.GraphEdge", message)
            source, target = found.nodes[edge.source], found.nodes[edge.target]
            return [source.name, given.output.text(edge.kind), target.name, edge.clause]

        given.output.list(found.edges, ("from", "relation", "to", "clause"), row)

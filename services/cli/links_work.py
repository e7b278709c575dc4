"""`tbt links suggest`, `history`, `clear`, `limits`, `refit`, `weights`, `tbt measures similar`."""

import uuid
from typing import Annotated, cast

import typer
from google.protobuf.message import Message

from services.cli.context import AsJson, Most, begin
from services.cli.output import Output, answering, either
from services.cli.wrong_options import WrongOption
from tbt.linkage.v1 import limit_pb2, link_life_pb2, suggestion_pb2
from tbt.type.v1 import type_pb2

DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done. 仅预演。")]


def suggest(
    context: typer.Context,
    requirement: Annotated[str, typer.Argument(help="measures/<measure>/requirements/<number>. 要求。")],
    most: Annotated[int, typer.Option(min=1, max=50, help="How many at the most. 最多条数。")] = 10,
    least: Annotated[float, typer.Option(min=0, max=1, help="Only those at least so probable. 最低概率。")] = 0.01,
    record: Annotated[bool, typer.Option("--record", help="Record them, to be reviewed. 记入待审核队列。")] = False,
    as_json: AsJson = False,
) -> None:
    """Suggest standards that may answer a requirement, and say why. 推荐可能回应该要求的标准并说明理由。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        linkage = given.connection.linkage
        if record:
            recording = suggestion_pb2.RecordSuggestionsRequest(
                requirement=requirement, most=most, min_probability=least, request_id=str(uuid.uuid4())
            )
            response = given.connection.ask(linkage.RecordSuggestions, recording)
        else:
            asking = suggestion_pb2.SuggestLinksRequest(requirement=requirement, most=most, min_probability=least)
            response = given.connection.ask(linkage.SuggestLinks, asking)

        def row(message: Message) -> list[str]:
            one = cast("suggestion_pb2.LinkSuggestion", message)
            title = either(one.title.zh, one.title.en, given.output.language)
            why = "\n".join(f"{reason.share:4.0%} {reason.explanation}" for reason in one.reasons)
            probability = f"{one.probability:.0%}" if one.probability >= 0.005 else "<1%"
            return [probability, one.designation, title, why, one.link]

        headings = ("probability", "standard", "title", "share and reason", "link")
        given.output.list(response.suggestions, headings, row)


def history(
    context: typer.Context,
    link: Annotated[str, typer.Argument(help="links/<link>. 关联。")],
    most: Most = 100,
    as_json: AsJson = False,
) -> None:
    """List what happened to a link, the latest first. 列出关联的变更历史。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = link_life_pb2.ListLinkHistoryRequest(link=link)
        found = given.connection.every(given.connection.linkage.ListLinkHistory, request, "events", most)

        def row(message: Message) -> list[str]:
            one = cast("link_life_pb2.LinkEvent", message)
            action = link_life_pb2.LinkAction.Name(one.action).removeprefix("LINK_ACTION_").lower()
            changes = "\n".join(f"{each.field}: {each.before} → {each.after}" for each in one.differences)
            when = one.occurred_at.ToDatetime().isoformat(" ", "seconds")
            return [when, given.output.text(action), one.principal, one.reason, changes, one.batch]

        given.output.list(found, ("when", "action", "who", "reason", "changes", "batch"), row)


def clear(
    context: typer.Context,
    link: Annotated[list[str], typer.Argument(help="links/<link> … 关联。")],
    reason: Annotated[str, typer.Option(help="Why they hold. 理由。")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Clear links that were suspect: they hold as they are. 核查后清除存疑标记。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = link_life_pb2.ClearLinkSuspectsRequest(
            links=link, reason=reason, validate_only=dry_run, request_id=str(uuid.uuid4())
        )
        response = given.connection.ask(given.connection.linkage.ClearLinkSuspects, request)
        given.output.show(response, [("cleared", str(response.cleared_count))])


def limits(
    context: typer.Context,
    required: Annotated[str, typer.Argument(help='What is required: "≤ 90 mg/kg". 要求的限值。')],
    standard: Annotated[str, typer.Argument(help='What the standard says: "不大于 0.01 %". 标准的限值。')],
    as_json: AsJson = False,
) -> None:
    """Compare two limits as people write them, in whatever units. 比较两个限值。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = limit_pb2.CompareLimitsRequest(required=required, standard=standard)
        response = given.connection.ask(given.connection.linkage.CompareLimits, request)
        comparison = response.comparison
        relation = limit_pb2.LimitRelation.Name(comparison.relation).removeprefix("LIMIT_RELATION_").lower()
        given.output.show(
            response,
            [
                ("the standard is", given.output.text(relation)),
                ("because", comparison.explanation),
                ("caution", comparison.caution),
            ],
        )


def refit(context: typer.Context, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Learn the weights of suggestions from confirmed and rejected links. 依审核结果重新拟合推荐权重。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = suggestion_pb2.RefitSuggestionsRequest(validate_only=dry_run, request_id=str(uuid.uuid4()))
        _show_weights(given.output, given.connection.ask(given.connection.linkage.RefitSuggestions, request))


def weights(context: typer.Context, most: Most = 100, as_json: AsJson = False) -> None:
    """List the weights of suggestions, the newest first. 列出推荐权重的各版本。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = suggestion_pb2.ListSuggestionWeightsRequest()
        found = given.connection.every(given.connection.linkage.ListSuggestionWeights, request, "weights", most)

        def row(message: Message) -> list[str]:
            one = cast("suggestion_pb2.SuggestionWeights", message)
            verdicts = f"{one.confirmed_count} + {one.rejected_count}"
            scores = f"{one.brier_before:.4f} → {one.brier_after:.4f}" if one.version else ""
            used = given.output.text("in use") if one.in_use else ""
            return [str(one.version), verdicts, scores, one.fitted_by, used]

        given.output.list(found, ("version", "confirmed + rejected", "Brier score", "who", "in use"), row)


def _show_weights(output: Output, one: suggestion_pb2.SuggestionWeights) -> None:
    rows = [
        ("version", str(one.version)),
        ("confirmed", str(one.confirmed_count)),
        ("rejected", str(one.rejected_count)),
        ("left out", str(one.left_out_count)),
        ("Brier score", f"{one.brier_before:.4f} → {one.brier_after:.4f}"),
        ("in use", output.text("yes" if one.in_use else "no")),
    ]
    for weight in one.weights:
        signal = suggestion_pb2.LinkSignal.Name(weight.signal).removeprefix("LINK_SIGNAL_").lower()
        rows.append((signal, f"{weight.weight:.2f}"))
    output.show(one, rows)


def similar(
    context: typer.Context,
    measure: Annotated[str, typer.Argument(help="A symbol in any spelling. 通报号。")],
    other_members: Annotated[
        bool, typer.Option("--other-members", help="Only of other members. 仅其他成员的措施。")
    ] = False,
    most: Annotated[int, typer.Option(min=1, max=100, help="How many at the most. 最多条数。")] = 20,
    least: Annotated[float, typer.Option(min=0, max=1, help="Only those at least so similar. 最低相似度。")] = 0.3,
    as_json: AsJson = False,
) -> None:
    """List measures of any member and year that are nearly the same. 列出相近的措施。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = suggestion_pb2.SearchSimilarMeasuresRequest(
            measure=measure, other_members=other_members, most=most, min_similarity=least
        )
        response = given.connection.ask(given.connection.linkage.SearchSimilarMeasures, request)

        def row(message: Message) -> list[str]:
            one = cast("suggestion_pb2.SimilarMeasure", message)
            title = either(one.title.zh, one.title.en, given.output.language)
            return [f"{one.similarity:.0%}", ", ".join(one.symbols), title, one.explanation]

        given.output.list(response.measures, ("similarity", "symbol", "title", "reason"), row)


COMMANDS = (suggest, history, clear, limits, refit, weights)


def relation_of(word: str) -> type_pb2.SetRelation.ValueType:
    """Return the set relation that a word names; no word is no relation.

    Raises:
        WrongOption: no relation has this name.
    """
    if not word:
        return type_pb2.SET_RELATION_UNSPECIFIED
    try:
        return type_pb2.SetRelation.Value(f"SET_RELATION_{word.upper()}")
    except ValueError:
        message = "{word} is not a relation: equal, subset, superset, intersects, none"
        raise WrongOption(message, word=word) from None

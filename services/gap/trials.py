"""Read the changes that somebody wants to try out, and say what they would do to the verdicts."""

from collections.abc import Iterable
from dataclasses import replace

from services.gap import messages_graph as messages
from services.gap.live import Moment, View
from standards_tree.errors import InvalidArgumentError, NotFoundError
from standards_tree.gap.analysis import GapAnalysis, analyse
from standards_tree.gap.overlay import known_of_trial
from standards_tree.gap.snapshot import GapOptions, Scope
from standards_tree.gap.what_if import Abolish, Adopt, Change, Difference, Merge, Publish, changed, differences
from standards_tree.standards import AdoptionDegree
from tbt.gap.v1 import impact_pb2 as pb
from tbt.type.v1 import type_pb2

DIFFERENCES = 100


def changes_from(request: pb.TryChangesRequest, moment: Moment, view: View) -> list[Change]:
    """Return the changes to try out.

    Raises:
        InvalidArgumentError: one says nothing, or names no designation; names the field.
        NotFoundError: a standard or draft is not there.
    """
    return [
        _change_from(change, moment, view, f"changes[{position}]") for position, change in enumerate(request.changes)
    ]


def _change_from(message: pb.TrialChange, moment: Moment, view: View, field: str) -> Change:
    kind = message.WhichOneof("change")
    if kind == "abolish":
        return Abolish(_key(view, message.abolish, f"{field}.abolish"))
    if kind == "merge":
        names = enumerate(message.merge.designations)
        keys = tuple(_key(view, name, f"{field}.merge.designations[{at}]") for at, name in names)
        return Merge(keys, messages.readable(message.merge.into, f"{field}.merge.into"))
    if kind == "adopt":
        adopted = _key(view, message.adopt.adopted, f"{field}.adopt.adopted")
        designation = messages.readable(message.adopt.designation, f"{field}.adopt.designation")
        return Adopt(adopted, designation, AdoptionDegree(message.adopt.degree))
    if kind == "publish":
        draft = next((fact for fact in moment.snapshot.drafts if fact.id == message.publish.draft), None)
        if draft is None:
            text = "there is no draft {name} under way"
            raise NotFoundError(text, name=message.publish.draft)
        designation = message.publish.designation or draft.designation
        return Publish(draft.id, messages.readable(designation, f"{field}.publish.designation"))
    text = "say what is to be changed: abolish, merge, adopt or publish"
    raise InvalidArgumentError.in_field(field, text)


def _key(view: View, text: str, field: str) -> str:
    return view.health.editions.facts[messages.standard_number(view, text, field)].key


def tried(request: pb.TryChangesRequest, moment: Moment, view: View, scope: Scope) -> pb.TryChangesResponse:
    """Return what the gaps in *scope* are, and what they would be."""
    options = GapOptions()
    trial = changed(moment.snapshot, changes_from(request, moment, view), scope.as_of)
    before = analyse(moment.snapshot, scope, options, view.known)
    known = known_of_trial(trial, moment.snapshot, view.health, view.demands, options)
    # Of a trial nobody is told what is doubtful in the catalogue, nor which terms requirements use.
    after = analyse(trial, scope, options, replace(known, problems=(), uses_of=view.known.uses_of))
    found = differences(before, after)
    better = sum(one.better for one in found)
    return pb.TryChangesResponse(
        before=_counts(before),
        after=_counts(after),
        better_count=better,
        worse_count=len(found) - better,
        differences=_differences_to(found[: request.most_differences or DIFFERENCES]),
        revisions=moment.revisions,
    )


def _counts(analysis: GapAnalysis) -> dict[str, int]:
    return {verdict.value: count for verdict, count in analysis.total.counts}


def _differences_to(found: Iterable[Difference]) -> list[pb.VerdictDifference]:
    return [
        pb.VerdictDifference(
            requirement=f"{one.measure_symbol}#{one.number}",
            text=type_pb2.LocalizedText(
                zh=one.text_zh[: messages.MAX_TEXT_CHARACTERS], en=one.text_en[: messages.MAX_TEXT_CHARACTERS]
            ),
            before=one.before.value,
            after=one.after.value,
        )
        for one in found
    ]

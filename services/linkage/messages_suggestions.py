"""Translate suggestions, their weights and similar measures between the linkage contract, the domain and the rows."""

from collections.abc import Iterable, Mapping
from typing import Any

from services.linkage.names import measure_name
from services.linkage.store_suggestions import weights_of
from services.linkage.tables import MeasureRow
from services.linkage.tables_links import SuggestionWeightsRow
from services.runtime.calls import current_call
from services.runtime.civil_dates import moment_to
from services.runtime.texts import translate
from standards_tree.linking.similar import Similar
from standards_tree.linking.suggesting import EXPLANATIONS, Suggestion
from standards_tree.linking.weights import SHIPPED, Refit, Signal, Weights
from tbt.linkage.v1 import suggestion_pb2
from tbt.type.v1 import type_pb2

SIGNAL_TO = {signal: suggestion_pb2.LinkSignal.Value(f"LINK_SIGNAL_{signal.name}") for signal in Signal}
SIMILAR = "their texts have {text} of their words in common: {words}"
SIMILAR_CODES = "both cover {codes}"


def say(template: str, parameters: Mapping[str, Any]) -> str:
    """Return a sentence in the caller's language."""
    call = current_call()
    return translate(template, parameters, call.language if call is not None else "en")


def signals_of(suggestion: Suggestion) -> list[dict[str, Any]]:
    """Return what a link was suggested with, as it is stored with the link."""
    return [
        {
            "signal": reason.signal.value,
            "strength": round(reason.strength, 6),
            "weight": round(reason.weight, 6),
            "share": round(reason.share, 6),
            "finding": reason.finding,
            "parameters": dict(reason.parameters),
        }
        for reason in suggestion.reasons
    ]


def reasons_to(signals: Iterable[Mapping[str, Any]]) -> list[suggestion_pb2.SuggestionReason]:
    """Return stored signals for the wire, in the caller's language."""
    return [
        suggestion_pb2.SuggestionReason(
            signal=SIGNAL_TO[Signal(entry["signal"])],
            strength=entry["strength"],
            weight=entry["weight"],
            share=entry["share"],
            explanation=say(EXPLANATIONS[entry["finding"]], entry["parameters"]),
        )
        for entry in signals
    ]


def suggestion_to(suggestion: Suggestion, link_id: str | None) -> suggestion_pb2.LinkSuggestion:
    """Return a suggestion for the wire; *link_id* is the link there is already."""
    standard = suggestion.standard
    return suggestion_pb2.LinkSuggestion(
        target=standard.name,
        designation=standard.designation.official,
        title=type_pb2.LocalizedText(zh=standard.title_zh, en=standard.title_en),
        probability=suggestion.probability,
        relation=type_pb2.SetRelation.Value(f"SET_RELATION_{suggestion.relation.name}"),
        reasons=reasons_to(signals_of(suggestion)),
        link=f"links/{link_id}" if link_id is not None else "",
    )


def weights_to(row: SuggestionWeightsRow, *, in_use: bool) -> suggestion_pb2.SuggestionWeights:
    """Return stored weights for the wire."""
    weights = _weights(weights_of(row), row.version)
    weights.confirmed_count, weights.rejected_count, weights.left_out_count = row.confirmed, row.rejected, row.left_out
    weights.brier_before, weights.brier_after = row.brier_before, row.brier_after
    weights.in_use, weights.fitted_by = in_use, row.principal
    if (moment := moment_to(row.fitted_at)) is not None:
        weights.fitted_at.CopyFrom(moment)
    return weights


def refit_to(refit: Refit, left_out: int) -> suggestion_pb2.SuggestionWeights:
    """Return weights that were fitted and not stored."""
    weights = _weights(refit.weights, 0)
    weights.confirmed_count, weights.rejected_count, weights.left_out_count = refit.confirmed, refit.rejected, left_out
    weights.brier_before, weights.brier_after = refit.brier_before, refit.brier_after
    return weights


def shipped_weights(*, in_use: bool) -> suggestion_pb2.SuggestionWeights:
    """Return the weights the program is shipped with."""
    weights = _weights(SHIPPED, 0)
    weights.in_use = in_use
    return weights


def _weights(weights: Weights, version: int) -> suggestion_pb2.SuggestionWeights:
    by_signal = [
        suggestion_pb2.SignalWeight(signal=SIGNAL_TO[signal], weight=weights.by_signal[signal]) for signal in Signal
    ]
    return suggestion_pb2.SuggestionWeights(version=version, weights=by_signal, bias=weights.bias)


def similar_to(one: Similar, row: MeasureRow) -> suggestion_pb2.SimilarMeasure:
    """Return a similar measure for the wire."""
    codes = [f"{kind} {match.code}" for kind, match in (("HS", one.hs), ("ICS", one.ics)) if match is not None]
    sentences = [say(SIMILAR, {"text": f"{one.text:.0%}", "words": ", ".join(one.words)})]
    if codes:
        sentences.append(say(SIMILAR_CODES, {"codes": ", ".join(codes)}))
    return suggestion_pb2.SimilarMeasure(
        measure=measure_name(one.measure_id),
        symbols=row.symbols,
        title=type_pb2.LocalizedText(zh=row.title_zh, en=row.title_en),
        similarity=one.similarity,
        text=one.text,
        hs_code=one.hs.code if one.hs else "",
        ics_code=one.ics.code if one.ics else "",
        explanation="; ".join(sentences),
    )

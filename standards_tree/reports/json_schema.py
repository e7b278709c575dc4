"""Describe the JSON form of a report as a JSON Schema (draft 2020-12), out of :mod:`standards_tree.reports.schema`.

The file ``gap-report-1.schema.json`` of this package is what :func:`report_schema` returns;
``python -m standards_tree.reports.json_schema`` writes it anew, and a test holds the two equal.
"""

import inspect
import json
import sys
import types
import typing
from importlib import resources
from pathlib import Path

from standards_tree.gap.advice import Action
from standards_tree.gap.health import DefectKind
from standards_tree.gap.plan_candidates import WorkKind
from standards_tree.gap.priorities import Severity
from standards_tree.gap.verdicts import Verdict
from standards_tree.measures.requirements import RequirementKind
from standards_tree.reports import schema
from standards_tree.standards import LinkState, SetRelation

FILE = "gap-report-1.schema.json"
Schema = dict[str, object]

CODES: dict[str, list[str]] = {
    "RequirementEntry.verdict": [each.value for each in Verdict],
    "RequirementEntry.firm_verdict": [each.value for each in Verdict],
    "RequirementEntry.severity": [each.value for each in Severity],
    "RequirementEntry.kind": [each.value for each in RequirementKind],
    "LinkEntry.verdict": [each.value for each in Verdict],
    "LinkEntry.relation": [each.value for each in SetRelation],
    "LinkEntry.state": [each.value for each in LinkState],
    "ActionEntry.code": [each.value for each in Action],
    "ActionStep.action": [each.value for each in Action],
    "ActionStep.severity": [each.value for each in Severity],
    "EvidenceEntry.kind": [each.value for each in DefectKind],
    "DefectEntry.kind": [each.value for each in DefectKind],
    "MeasureEntry.severity": [each.value for each in Severity],
    "WorkEntry.kind": [each.value for each in WorkKind],
}
DATES = frozenset(
    {
        *("as_of", "due", "issued_on", "effective_on", "reviewed_on", "distributed_on", "comment_deadline"),
        *("entry_into_force", "next_date", "distributed_from", "distributed_to"),
    }
)
PLAIN: dict[object, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
}


def report_schema() -> Schema:
    """Return the schema of a whole report; keys may come to be, so that others are allowed."""
    definitions: dict[str, Schema] = {}
    _reference(schema.Report, definitions)
    whole = definitions.pop("Report")
    properties = typing.cast("dict[str, object]", whole["properties"])
    properties["schema"] = {"const": schema.SCHEMA}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:{schema.SCHEMA.replace('/', ':')}",
        "title": "Gap report",
        **whole,
        "$defs": dict(sorted(definitions.items())),
    }


def schema_text() -> str:
    """Return the schema as the package ships it."""
    return resources.files("standards_tree.reports").joinpath(FILE).read_text(encoding="utf-8")


def written(whole: Schema) -> str:
    """Return a schema as it stands in its file."""
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def _reference(entry: type, definitions: dict[str, Schema]) -> Schema:
    """Add the definition of a TypedDict and everything below it, and return the way to it."""
    name = entry.__name__
    if name not in definitions:
        definitions[name] = {}
        hints = typing.get_type_hints(entry)
        definitions[name] = {
            "type": "object",
            "description": inspect.cleandoc(entry.__doc__ or "").replace("``", "`"),
            "properties": {key: _of(f"{name}.{key}", hint, definitions) for key, hint in hints.items()},
            "required": sorted(getattr(entry, "__required_keys__", ())),
        }
        if name == "Texts":
            definitions[name]["description"] = "A text in English and in Simplified Chinese."
    return {"$ref": f"#/$defs/{name}"}


def _of(place: str, hint: object, definitions: dict[str, Schema]) -> Schema:
    """Return the schema of one value."""
    if place in CODES:
        return {"enum": CODES[place]}
    origin = typing.get_origin(hint)
    if origin in (types.UnionType, typing.Union):
        return {"anyOf": [_of(place, each, definitions) for each in typing.get_args(hint)]}
    if origin is list:
        return {"type": "array", "items": _of(f"{place}[]", typing.get_args(hint)[0], definitions)}
    if origin is dict:
        return {"type": "object", "additionalProperties": _of(f"{place}{{}}", typing.get_args(hint)[1], definitions)}
    if hint in PLAIN:
        found = dict(PLAIN[hint])
        if hint is str and place.rpartition(".")[2] in DATES:
            found["format"] = "date"
        return found
    assert isinstance(hint, type)  # the rest are TypedDicts  # noqa: S101
    return _reference(hint, definitions)


if __name__ == "__main__":
    Path(__file__).with_name(FILE).write_text(written(report_schema()), encoding="utf-8")
    sys.stdout.write(f"{FILE} is written\n")

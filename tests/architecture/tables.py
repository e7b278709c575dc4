"""The tables of the documentation that are made from the code, between `<!-- table: name -->` and `<!-- end -->`.

    PYTHONPATH=.:protos python tests/architecture/tables.py     write them anew

A test fails where one is not what the code says.
"""

import re
import sys
import types
from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from typing import Literal, Union, get_args, get_origin

from google.rpc import code_pb2
from source import REPOSITORY

from services.composition import CALLS
from services.runtime.errors import CODES
from services.runtime.permissions import ROLE_PERMISSIONS
from services.runtime.server import STEP_ORDER
from services.runtime.service_calls import SERVICE_CALLS, For
from services.runtime.settings import Settings
from standards_tree.drafting import REQUIREMENTS, STAGE_LIMITS
from standards_tree.rules import references, terms, usage
from standards_tree.rules.drafting.rule_sets import RULES as DRAFTING_RULES
from standards_tree.rules.guide.advice import ADVICE
from standards_tree.rules.guide.obligations import OBLIGATIONS
from standards_tree.stages import STAGES
from standards_tree.vocabulary import RULES
from tbt.options.v1.options_pb2 import Permission

MARKED = re.compile(r"(<!-- table: (?P<name>[a-z]+) -->\n).*?(<!-- end -->)", re.DOTALL)
UNITS = {"seconds": "seconds", "bytes": "bytes", "calls": "calls", "streams": "streams", "size": "connections"}
UNITS |= {"overflow": "connections", "concurrency": "operations"}


def markdown(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def settings_table() -> str:
    """Return every setting with its type, default, unit and meaning."""
    rows = [
        (
            f"`TBT_{name.upper()}`",
            kind(field.annotation),
            default(field.get_default()) if field.default_factory is None else "the user's data folder",
            UNITS.get(name.rpartition("_")[2], ""),
            field.description or "",
        )
        for name, field in Settings.model_fields.items()
    ]
    return markdown(("setting", "type", "default", "unit", "meaning"), rows)


def kind(annotation: object) -> str:
    """Return a type as an operator reads it."""
    arguments = get_args(annotation)
    if get_origin(annotation) is Literal:
        return " or ".join(f"`{choice}`" for choice in arguments)
    if get_origin(annotation) in (Union, types.UnionType):
        return " or ".join(kind(argument) for argument in arguments if argument is not types.NoneType)
    if get_origin(annotation) is dict:
        return "JSON object"
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return " or ".join(f"`{member.value}`" for member in annotation)
    words = {"str": "text", "int": "whole number", "float": "number", "bool": "`true` or `false`", "Path": "path"}
    name = getattr(annotation, "__name__", str(annotation))
    return words.get(name, {"SecretStr": "secret", "Rate": "rate"}.get(name, name))


def default(value: object) -> str:
    """Return a default as an operator would write it."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, int) and value >= 1024 * 1024:
        return f"`{value}` ({value // 1024 // 1024} MiB)"
    return f"`{value.value if isinstance(value, Enum) else value}`"


def roles_table() -> str:
    """Return who may do what: a row for each permission, a column for each role."""
    permissions = [number for number in Permission.values() if number != Permission.PERMISSION_UNSPECIFIED]
    rows = [
        [f"`{Permission.Name(number).removeprefix('PERMISSION_').lower()}`"]
        + ["●" if number in allowed else "" for allowed in ROLE_PERMISSIONS.values()]
        for number in permissions
    ]
    return markdown(["permission", *(f"`{role}`" for role in ROLE_PERMISSIONS)], rows)


def calls_table() -> str:
    """Return who calls whom."""
    rows = [(f"`{name}`", ", ".join(f"`{callee}`" for callee in callees) or "–") for name, callees in CALLS.items()]
    return markdown(("service", "calls"), rows)


def service_calls_table() -> str:
    """Return which service may call which method of which other; with a star also for nobody."""
    rows = [
        (
            f"`{caller}`",
            f"`{callee}`",
            ", ".join(f"`{name}`" + (" \\*" if whom is For.ANYBODY else "") for name, whom in sorted(methods.items())),
        )
        for caller, called in SERVICE_CALLS.items()
        for callee, methods in called.items()
    ]
    return markdown(("caller", "calls", "methods"), rows)


def errors_table() -> str:
    """Return which refusal becomes which status."""
    rows = [(f"`{kind.__name__}`", code_pb2.Code.Name(code), first_line(kind)) for kind, code in CODES]
    return markdown(("class", "status", "meaning"), rows)


def steps_table() -> str:
    """Return the steps of every call with the reasons for their places."""
    return markdown(
        ("step", "what", "why there"), [(f"`{step.__name__}`", first_line(step), reason) for step, reason in STEP_ORDER]
    )


def inputs_table() -> str:
    """Return what each stage of a draft asks for, and who says so."""
    rows = [
        (f"{each.stage.value} {STAGES[each.stage].zh}", f"`{each.name}`", each.needed.en, each.source.en)
        for each in REQUIREMENTS
    ]
    return markdown(("to enter stage", "input", "what is needed", "source"), rows)


def limits_table() -> str:
    """Return how long a draft may stay in each stage, as far as a source says."""
    rows = [
        (
            f"{stage.value} {STAGES[stage].zh}",
            " or ".join(map(str, limit.months)),
            "yes" if limit.established else "no",
            limit.source.en,
        )
        for stage, limit in STAGE_LIMITS.items()
    ]
    return markdown(("stage", "months", "in use", "source"), rows)


def term_rules_table() -> str:
    """Return the rules on a vocabulary, what they ask for and who asks it."""
    rows = [
        (rule.id, rule.severity.value, f"{rule.description.en}<br>{rule.description.zh}", rule.source.en)
        for rule in RULES
    ]
    return markdown(("rule", "severity", "what it asks for", "source"), rows)


def drafting_rules_table() -> str:
    """Return the rules of drafting: clause, what each asks for, and a piece of text with the fault and without."""
    rows = [
        (
            f"`{rule.id}`",
            {"error": "must", "warning": "should", "note": "may"}[rule.severity.value],
            rule.source,
            ", ".join(sorted(kind.value for kind in rule.types)) or "all",
            f"{rule.description_en}<br>{rule.description_zh}",
            f"✗ {shown(rule.example.bad)}<br>✓ {shown(rule.example.good)}",
        )
        for rule in DRAFTING_RULES
    ]
    return markdown(("rule", "severity", "clause", "asked of", "what it asks for", "example"), rows)


def other_rules_table() -> str:
    """Return the rules on references and terms, which need the catalogue and the registry."""
    rows = [
        (f"`{rule.id}`", rule.severity.value, rule.source, f"{rule.description_en}<br>{rule.description_zh}")
        for rule in (*references.RULES, *terms.RULES, *usage.RULES)
    ]
    return markdown(("rule", "severity", "source", "what it asks for"), rows)


def obligations_table() -> str:
    """Return the obligations a review goes through."""
    rows = [(one.id, "computed" if one.compute else "asked", f"{one.en}<br>{one.zh}", one.basis) for one in OBLIGATIONS]
    return markdown(("obligation", "how", "what it asks for", "basis"), rows)


def advice_table() -> str:
    """Return what good practice recommends for a comment."""
    return markdown(
        ("advice", "what it recommends", "source"), [(one.id, f"{one.en}<br>{one.zh}", one.source) for one in ADVICE]
    )


def shown(example: str) -> str:
    """Return a piece of a document as one line of a table, shortened."""
    line = example.strip().replace("<", "&lt;").replace("\n", " ⏎ ")
    return (line[:60] + "…" if len(line) > 60 else line) or "(nothing)"


def first_line(documented: type) -> str:
    """Return what a class says of itself."""
    return (documented.__doc__ or "").partition("\n")[0]


TABLES: dict[str, Callable[[], str]] = {
    "settings": settings_table,
    "roles": roles_table,
    "calls": calls_table,
    "servicecalls": service_calls_table,
    "errors": errors_table,
    "steps": steps_table,
    "inputs": inputs_table,
    "limits": limits_table,
    "termrules": term_rules_table,
    "draftingrules": drafting_rules_table,
    "otherrules": other_rules_table,
    "obligations": obligations_table,
    "advice": advice_table,
}


def filled(text: str) -> str:
    """Return a document with its tables as the code says."""
    return MARKED.sub(lambda found: found[1] + TABLES[found["name"]]() + found[3], text)


def write() -> None:
    """Write the tables of every document anew."""
    for path in sorted((REPOSITORY / "docs").glob("*.md")):
        text = path.read_text(encoding="utf-8")
        if filled(text) != text:
            path.write_text(filled(text), encoding="utf-8")
            sys.stdout.write(f"{path.relative_to(REPOSITORY)}\n")


if __name__ == "__main__":
    write()

"""The texts that people read, found in the source, and what the Chinese catalogue says of them.

PYTHONPATH=.:protos python tests/architecture/templates.py     list what has no translation yet
"""

import ast
import re
import string
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from babel.messages.pofile import read_po
from source import REPOSITORY, Module, functions, modules

from services.cli.gap_network import SEVERITIES
from services.runtime.interceptors.broken_rules import SENTENCES
from standards_tree import errors
from standards_tree.gap import clauses
from standards_tree.gap.penalties import EdgeKind
from standards_tree.gap.plan_candidates import WorkKind
from standards_tree.gap.verdicts import Verdict
from standards_tree.linking import suggesting
from standards_tree.measures.model import NotificationKind
from tbt.audit.v1 import audit_service_pb2
from tbt.catalog.v1 import (
    anomaly_pb2,
    ballot_pb2,
    code_pb2,
    draft_pb2,
    edition_pb2,
    life_pb2,
    placement_pb2,
    redline_pb2,
    standard_pb2,
    task_pb2,
)
from tbt.compliance.v1 import compliance_service_pb2, dossier_pb2
from tbt.documents.v1 import documents_service_pb2
from tbt.gap.v1 import graph_pb2, inference_pb2, report_pb2
from tbt.linkage.v1 import (
    limit_pb2,
    link_life_pb2,
    linkage_service_pb2,
    requirement_pb2,
    story_pb2,
    suggestion_pb2,
)
from tbt.terminology.v1 import concept_pb2, concept_work_pb2, quality_pb2, recognition_pb2, release_pb2
from tbt.type.v1 import type_pb2

CATALOGUE = REPOSITORY / "services" / "runtime" / "locale" / "zh_Hans.po"
REFUSALS = {name for name in vars(errors) if name.endswith("Error")}
# Which argument of a call is a template: the first, or the second after the name of a field.
FIRST = {"WrongOption", "text", "say", "progress", "translate", *REFUSALS}
SECOND = {"in_field", "FieldViolation"}
# Who takes a template in whatever place.
NOTING = {"fine", "Problem", "_Fault", "_note", "_problem", "problem", "remark", "_remark", "RowFault", "note"}
NAMES = {"message", "template"}
# Whose methods of these names are the command line's; `text(` is also SQLAlchemy's.
OUTPUTS = {"output", "out", "self"}
# What is wrong in the starter set is told to those who write it, and never reaches a user.
FOR_ITS_EDITORS = ("standards_tree/starter/", "services/migrations/make.py")
# These say everything in both languages side by side, or to nobody but a developer.
IN_BOTH_LANGUAGES = (
    *("standards_tree/gap/", "standards_tree/reports/", "standards_tree/rules/"),
    *("services/runtime/settings.py", "services/runtime/interceptors/chain.py"),
    *("standards_tree/vocabulary/", "standards_tree/systems/words.py", "standards_tree/systems/explanation_words.py"),
)
# Words of the contracts that the command line shows in the reader's language.
ENUMS = (
    anomaly_pb2.AnomalyKind,
    audit_service_pb2.AuditFaultKind,
    code_pb2.CodeDifference.Kind,
    concept_pb2.ConceptRelationKind,
    concept_pb2.ConceptStatus,
    concept_pb2.DesignationStatus,
    concept_work_pb2.ConceptAction,
    recognition_pb2.TermVerdict,
    release_pb2.ConceptDifferenceKind,
    type_pb2.Level,
    type_pb2.SetRelation,
    standard_pb2.Obligation,
    standard_pb2.StandardStatus,
    edition_pb2.EditionChange.Kind,
    placement_pb2.PlacementFinding.Severity,
    draft_pb2.Stage,
    draft_pb2.Track,
    draft_pb2.DocumentRole,
    draft_pb2.DraftEvent,
    life_pb2.SuspectCause,
    life_pb2.StandardAction,
    task_pb2.TaskKind,
    ballot_pb2.BallotKind,
    redline_pb2.ClauseChange,
    linkage_service_pb2.LinkState,
    linkage_service_pb2.RequirementKind,
    requirement_pb2.ProposalState,
    story_pb2.StoryState,
    story_pb2.StoryEventKind,
    story_pb2.MeasureDocumentRole,
    link_life_pb2.LinkSuspectCause,
    link_life_pb2.LinkAction,
    limit_pb2.LimitRelation,
    suggestion_pb2.LinkSignal,
    compliance_service_pb2.Severity,
    dossier_pb2.ObligationVerdict,
    quality_pb2.QualitySeverity,
    report_pb2.GapChangeKind,
    documents_service_pb2.DocumentFaultKind,
    graph_pb2.NodeKind,
    inference_pb2.InferenceStrength,
)

# What readers of these remark on a value is kept as data and shown later: every sentence in them is a template.
REMARKING = ("standards_tree/classifications.py", "standards_tree/measures/")
REMARK = re.compile(r"[a-z][\x20-\x5e\x60-\x7e]*")
WORDS_OF_A_REMARK = 4

# Nothing in these is English.
WORDLESS = {"{mark} {finding}", "  → {advice}", "{rule}", "{text}", "{message}", "{problem}", "{complaint}", ""}


@dataclass(frozen=True)
class Template:
    """A text, and where it stands."""

    text: str
    place: str

    @property
    def placeholders(self) -> set[str]:
        """Return the names of the values it is filled with."""
        return placeholders(self.text)


def placeholders(text: str) -> set[str]:
    """Return the names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@cache
def translations() -> dict[str, str]:
    """Return the Chinese texts by their English ones."""
    with CATALOGUE.open("rb") as file:
        return {str(entry.id): str(entry.string) for entry in read_po(file, locale="zh_Hans") if entry.id}


@cache
def templates() -> list[Template]:
    """Return every template of the product, once, at its first place."""
    found: dict[str, Template] = {}
    for module in modules():
        if module.name.startswith(FOR_ITS_EDITORS):
            continue
        for text, line in sorted(in_module(module), key=lambda entry: entry[1]):
            found.setdefault(text, Template(text, f"{module.name}:{line}"))
    for text, place in words():
        found.setdefault(text, Template(text, place))
    return list(found.values())


def words() -> Iterator[tuple[str, str]]:
    """Yield the words of the contracts and the verdicts that are shown to people."""
    for enum in ENUMS:
        opening = enum.DESCRIPTOR.values_by_number[0].name.removesuffix("UNSPECIFIED")
        for name in enum.keys():  # noqa: SIM118  (no mapping)
            yield name.removeprefix(opening).lower(), enum.DESCRIPTOR.full_name
    for kind in NotificationKind:
        yield kind.value, "standards_tree/measures/model.py"
    for word in (*Verdict, *EdgeKind, *WorkKind):
        yield word.value, "standards_tree/gap"
    yield clauses.NAMES, "standards_tree/gap/clauses.py"
    for word in SEVERITIES.values():
        yield word, "services/cli/gap_network.py"
    for sentence in SENTENCES:
        yield sentence, "services/runtime/interceptors/broken_rules.py"
    for explanation in suggesting.EXPLANATIONS.values():
        yield explanation, "standards_tree/linking/suggesting.py"


def in_module(module: Module) -> Iterator[tuple[str, int]]:
    """Yield the templates of one module with their lines: those that are called for, and those that look like one."""
    yield from called(module)
    if not module.name.startswith(IN_BOTH_LANGUAGES):
        yield from written(module)


def written(module: Module) -> Iterator[tuple[str, int]]:
    """Yield sentences with values in braces, whatever is done with them, and what is noted of a file."""
    docstrings = {id(node.value) for node in ast.walk(module.tree) if isinstance(node, ast.Expr)}
    spliced = {id(part) for node in ast.walk(module.tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    apart = docstrings | spliced
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and id(node) not in apart:
            remarks = module.name.startswith(REMARKING) and is_remark(node.value)
            if remarks or looks_like_template(node.value):
                yield node.value, node.lineno
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in NOTING:
            for part in node.args:
                if isinstance(part, ast.Constant) and isinstance(part.value, str) and " " in part.value:
                    yield part.value, node.lineno
        if isinstance(node, ast.List) and shows_rows(module):
            yield from ((label, node.lineno) for label in labels(node))
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in NAMES:
            yield from ((text, node.lineno) for text in texts(node.value, {}, node.lineno))


def is_remark(value: object) -> bool:
    """Tell whether a text is a sentence that begins small: `the unit is missing; days were assumed`."""
    return isinstance(value, str) and len(value.split()) >= WORDS_OF_A_REMARK and REMARK.fullmatch(value) is not None


def shows_rows(module: Module) -> bool:
    """Tell whether a list of pairs in *module* is shown to people; the pairs of a connection are metadata."""
    return module.name.startswith("services/cli/") and module.path.name != "connection.py"


def labels(rows: ast.List) -> Iterator[str]:
    """Yield the labels of a list of pairs that the command line shows: `("status", …)`."""
    for row in rows.elts:
        if isinstance(row, ast.Tuple) and len(row.elts) == 2 and isinstance(row.elts[0], ast.Constant):
            yield row.elts[0].value


def looks_like_template(value: object) -> bool:
    """Tell whether a text is a sentence with named values: `there is no draft {name}`."""
    if not isinstance(value, str) or "{" not in value or " " not in value:
        return False
    try:
        names = placeholders(value)
    except ValueError:
        return False
    return bool(names) and all(name.isidentifier() for name in names)


def called(module: Module) -> Iterator[tuple[str, int]]:
    """Yield what is said or refused: the template as written, or what the name it has was given last."""
    constants = assigned(module.tree.body)
    for function in functions(module):
        known = {**constants, **assigned(list(ast.walk(function)))}
        for node in ast.walk(function):
            if isinstance(node, ast.Call):
                for argument in template_arguments(node, in_cli=module.name.startswith("services/cli/")):
                    for part in parts(argument, known, node.lineno):
                        yield from ((text, node.lineno) for text in texts(part, known, node.lineno))


def template_arguments(call: ast.Call, *, in_cli: bool) -> list[ast.expr]:
    """Return the arguments of *call* that are templates."""
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    if name in SECOND:
        return call.args[1:2]
    if in_cli and name == "list" and len(call.args) >= 2:
        return [call.args[1]]
    if in_cli and name == "show" and len(call.args) >= 2:
        return [row.elts[0] for row in getattr(call.args[1], "elts", []) if isinstance(row, ast.Tuple)]
    if name in {"text", "say", "progress"} and not (in_cli and _is_output(call)):
        return []
    return call.args[:1] if name in FIRST else []


def _is_output(call: ast.Call) -> bool:
    if isinstance(call.func, ast.Name):
        return call.func.id == "say"
    owner = getattr(call.func, "value", None)
    return getattr(owner, "attr", getattr(owner, "id", "")) in OUTPUTS


def assigned(nodes: list[ast.AST] | list[ast.stmt]) -> dict[str, list[tuple[int, ast.expr]]]:
    """Return what each name is given, with the line."""
    found: dict[str, list[tuple[int, ast.expr]]] = {}
    for node in nodes:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found.setdefault(node.targets[0].id, []).append((node.lineno, node.value))
    return found


def texts(argument: ast.expr, known: dict[str, list[tuple[int, ast.expr]]], line: int) -> Iterator[str]:
    """Yield the texts that *argument* may be: as written, either side of a choice, or what its name was given last."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield argument.value
    elif isinstance(argument, ast.IfExp):
        yield from texts(argument.body, known, line)
        yield from texts(argument.orelse, known, line)
    elif isinstance(argument, ast.Name) and argument.id in known:
        before = [given for given in known[argument.id] if given[0] <= line]
        if before:
            at, value = max(before, key=lambda given: given[0])
            yield from texts(value, {name: each for name, each in known.items() if name != argument.id}, at)


def parts(argument: ast.expr, known: dict[str, list[tuple[int, ast.expr]]], line: int) -> Iterator[ast.expr]:
    """Yield what *argument* is put together of: the entries of a list, of lists in it, and of those that a name was given."""
    if isinstance(argument, ast.Tuple | ast.List):
        inner = argument.elts
    elif isinstance(argument, ast.Starred):
        inner = [argument.value]
    elif isinstance(argument, ast.BoolOp):
        inner = argument.values
    elif isinstance(argument, ast.BinOp):
        inner = [argument.left, argument.right]
    elif isinstance(argument, ast.IfExp):
        inner = [argument.body, argument.orelse]
    elif isinstance(argument, ast.Name) and argument.id in known:
        before = [given for given in known[argument.id] if given[0] <= line]
        value = max(before, key=lambda given: given[0])[1] if before else None
        if not isinstance(value, ast.Tuple | ast.List):
            yield argument
            return
        inner = value.elts
    else:
        yield argument
        return
    for one in inner:
        yield from parts(one, known, line)


def untranslatable() -> list[str]:
    """Return the places where a refusal's template is put together on the spot, so that no catalogue can have it."""
    return [
        f"{module.name}:{node.lineno}"
        for module in modules()
        if not module.name.startswith(FOR_ITS_EDITORS)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        for argument in template_arguments(node, in_cli=module.name.startswith("services/cli/"))
        if isinstance(argument, ast.JoinedStr | ast.BinOp)
    ]


def missing() -> list[Template]:
    """Return what has no translation."""
    known = translations()
    return [template for template in templates() if not known.get(template.text) and template.text not in WORDLESS]


if __name__ == "__main__":
    for template in missing():
        sys.stdout.write(f"{template.place}\n    {template.text!r}\n")

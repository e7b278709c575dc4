"""Check an entry against the rules of the TBX-Basic dialect (ISO 30042:2019; dialect 1.2.1), each by its name and line.

The names of rules are ours. What they say is what the dialect's Schematron enforces and what its test files expect: a
source of a concept stands in the group of the definition it is the source of.
"""

import re
from collections.abc import Callable, Iterator, Set
from typing import NamedTuple

from standards_tree.term_exchange.reading import Collected, Severity
from standards_tree.term_exchange.tbx_markup import Category, Level

_ANYWHERE = frozenset(Level)
_ENTRY_AND_TERM = frozenset({Level.ENTRY, Level.TERM})
_ENTRY_AND_LANGUAGE = frozenset({Level.ENTRY, Level.LANGUAGE})
LEVELS_OF: dict[str, dict[str, Set[Level]]] = {
    "admin": {"customerSubset": _ENTRY_AND_TERM, "projectSubset": _ENTRY_AND_TERM, "source": _ANYWHERE},
    "descrip": {
        "subjectField": frozenset({Level.ENTRY}),
        "context": frozenset({Level.TERM}),
        "definition": _ENTRY_AND_LANGUAGE,
    },
    "ref": {"crossReference": _ENTRY_AND_TERM},
    "termNote": {
        "administrativeStatus": frozenset({Level.TERM}),
        "partOfSpeech": frozenset({Level.TERM}),
        "geographicalUsage": frozenset({Level.TERM}),
        "grammaticalGender": frozenset({Level.TERM}),
        "termLocation": frozenset({Level.TERM}),
        "termType": frozenset({Level.TERM}),
    },
    "transac": {"transactionType": _ANYWHERE},
    "transacNote": {"responsibility": _ANYWHERE},
    "xref": {"externalCrossReference": _ANYWHERE, "xGraphic": _ENTRY_AND_LANGUAGE},
}
VALUES = {
    "administrativeStatus": frozenset(
        {"preferredTerm-admn-sts", "admittedTerm-admn-sts", "deprecatedTerm-admn-sts", "supersededTerm-admn-sts"}
    ),
    "partOfSpeech": frozenset({"noun", "verb", "adjective", "adverb", "other"}),
    "grammaticalGender": frozenset({"masculine", "feminine", "neuter", "other"}),
    "termType": frozenset({"fullForm", "acronym", "abbreviation", "shortForm", "variant", "phrase"}),
    "termLocation": frozenset(
        {
            "checkBox", "comboBox", "comboBoxElement", "dialogBox", "groupBox", "informativeMessage", "interactiveMessage",
            "menuItem", "progressBar", "pushButton", "radioButton", "slider", "spinBox", "tab", "tableText", "textBox",
            "toolTip", "user-definedType",
        }
    ),
    "transactionType": frozenset({"origination", "modification"}),
}  # fmt: skip
# What older exports say, and the dialect's own good test file still does.
OLDER_NAMES = {"usageStatus": "administrativeStatus"}
OLDER_VALUES = {("transactionType", "creation"): "origination"}
_WEB = re.compile(r"https?://.+")
_PLAIN = frozenset({"note", "date", "term"})


class Fault(NamedTuple):
    """A broken rule: its name, what is wrong, and the values in that."""

    rule: str
    template: str
    parameters: dict[str, object]


Check = Callable[[Category, Set[str]], Iterator[Fault]]


class RuleChecker:
    """Checks data categories one by one; what an older file says in older words is noted once a file."""

    def __init__(self, into: Collected, ids: Set[str]) -> None:
        self._into = into
        self._ids = ids
        self._noted: set[str] = set()

    def check(self, category: Category) -> bool:
        """Note every rule that *category* breaks, and tell whether it may be read as what it says."""
        self._note_older(category)
        faults = [fault for rule in CHECKS for fault in rule(category, self._ids)]
        for fault in faults:
            self._into.problem(
                category.place,
                fault.rule,
                fault.template,
                Severity.CORRECTED,
                category.text or category.target,
                **fault.parameters,
            )
        return not faults

    def _note_older(self, category: Category) -> None:
        older = OLDER_NAMES.get(category.name) or OLDER_VALUES.get((category.name, category.text))
        if older is None:
            return
        found = category.name if category.name in OLDER_NAMES else category.text
        if found not in self._noted:
            self._noted.add(found)
            message = "{found} is what older files say for {older}; it is read as that, here and below"
            self._into.problem(
                category.place, "tbx.older-name", message, Severity.KEPT, found, found=found, older=older
            )


def type_is_declared(category: Category, ids: Set[str]) -> Iterator[Fault]:
    """A data category says which one it is."""
    del ids
    if category.kind in LEVELS_OF and not category.name:
        message = "{element} has no type"
        yield Fault("tbx.type-declared", message, {"element": category.kind})


def type_is_permitted(category: Category, ids: Set[str]) -> Iterator[Fault]:
    """A data category is one of the dialect."""
    del ids
    permitted = LEVELS_OF.get(category.kind)
    if permitted is None:
        if category.kind not in _PLAIN:
            message = "TBX-Basic has no {element} here"
            yield Fault("tbx.element", message, {"element": category.kind})
    elif category.name and category.name not in permitted and category.name not in OLDER_NAMES:
        message = "{element} of type {type} is not of TBX-Basic; permitted: {permitted}"
        listed = ", ".join(sorted(permitted))
        yield Fault(
            f"tbx.{category.kind}-type", message, {"element": category.kind, "type": category.name, "permitted": listed}
        )


def level_is_permitted(category: Category, ids: Set[str]) -> Iterator[Fault]:
    """A data category stands at a level it is for."""
    del ids
    levels = LEVELS_OF.get(category.kind, {}).get(OLDER_NAMES.get(category.name, category.name))
    if levels is not None and category.level not in levels:
        message = "{type} stands at {level}; it may stand at: {levels}"
        listed = ", ".join(level for level in Level if level in levels)
        yield Fault(
            f"tbx.{category.name}-level", message, {"type": category.name, "level": category.level, "levels": listed}
        )


def source_is_grouped(category: Category, ids: Set[str]) -> Iterator[Fault]:
    """A source at the level of the concept stands in the group of what it is the source of."""
    del ids
    if category.name == "source" and category.level is Level.ENTRY and not category.group:
        message = "a source at conceptEntry stands in a descripGrp with the definition"
        yield Fault("tbx.source-nesting", message, {})


def value_is_permitted(category: Category, ids: Set[str]) -> Iterator[Fault]:
    """A data category with a list of values has one of them."""
    del ids
    values = VALUES.get(category.name)
    value = category.text
    if values is not None and value not in values and (category.name, value) not in OLDER_VALUES:
        message = "{value} is no value of {type}; permitted: {permitted}"
        yield Fault(
            f"tbx.{category.name}-value",
            message,
            {"value": value[:80], "type": category.name, "permitted": ", ".join(sorted(values))},
        )


def target_is_there(category: Category, ids: Set[str]) -> Iterator[Fault]:
    """What is pointed to is in the file or on the web."""
    target = category.target
    if target and target not in ids and _WEB.match(target) is None:
        message = "{target} is neither the id of something in the file nor an address http:// or https://"
        yield Fault("tbx.target", message, {"target": target[:200]})


CHECKS: tuple[Check, ...] = (
    type_is_declared,
    type_is_permitted,
    level_is_permitted,
    source_is_grouped,
    value_is_permitted,
    target_is_there,
)

"""Hold documents against the schemas of STS. The schemas are their publishers' and lie in a folder of the operator's."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TypeAlias

from standards_tree.documents.hardened_xml import RelaxNg, SchemaError, XmlSchema
from standards_tree.documents.schematron import Schematron
from standards_tree.errors import InvalidArgumentError, PreconditionError

_FILES = {
    "iso-sts-1.1": ("ISOSTS.rng", ""),
    "niso-sts-1.0": ("NISO-STS-interchange-1-mathml3.rng", "interchange-1-mathml3"),
    "niso-sts-1.2": ("NISO-STS-interchange-1-mathml3.rng", "interchange-1-2"),
    "iso-sts-rules": ("ISOSTS_validation.sch", ""),
    "cen-sts-rules": ("Schematron_CCMC_validation.sch.xml", ""),
    "niso-sts-1.0-xsd": ("NISO-STS-extended-1-mathml3.xsd", ""),
}
"""The file in which each schema begins, and what its folder is called: both NISO schemas begin in files of one name."""

SCHEMAS = tuple(_FILES)
UNASKED = ("iso-sts-1.1", "niso-sts-1.0", "niso-sts-1.2")
"""What is asked where none is named: grammars, of which each stands ready in a tenth of a second.

Rules in Schematron are of the house of one publisher, and a document of another one is not invalid for breaking them; the
XML Schema takes seconds to be compiled and says little that its RELAX NG does not say.
"""
MAX_PROBLEMS = 200

Validator: TypeAlias = RelaxNg | XmlSchema | Schematron


@dataclass(frozen=True, slots=True)
class Verdict:
    """Say whether a document is valid by one schema; of very many problems the first ones are kept."""

    schema: str
    problem_count: int
    problems: tuple[SchemaError, ...]
    warning_count: int = 0

    @property
    def is_valid(self) -> bool:
        """Tell whether nothing is wrong but what a rule only warns of."""
        return self.problem_count == self.warning_count


class SchemaFolder:
    """Finds the schemas below a folder, and compiles each when it is first asked for."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._compiled: dict[str, Validator] = {}
        self._turn = Lock()

    def verdicts(self, content: bytes, schemas: Sequence[str]) -> Iterator[Verdict]:
        """Yield what each of *schemas* says of *content*; where none is named, of the grammars that are there.

        Raises:
            InvalidArgumentError: there is no schema of that name, or the document is not XML.
            PreconditionError: the schema is not in the folder, or what it needs is not installed.
            LimitError: rules came to no end in time.
        """
        found = _found(self._folder) if self._folder else {}
        for name in schemas or [name for name in UNASKED if name in found] or UNASKED[:1]:
            schema = self._schema(name)
            if isinstance(schema, Schematron):
                findings = schema.findings(content)
                yield Verdict(name, findings.count, findings.problems, findings.warnings)
            else:
                errors = schema.errors(content)
                yield Verdict(name, len(errors), tuple(errors[:MAX_PROBLEMS]))

    def _schema(self, name: str) -> Validator:
        if name not in _FILES:
            message = "there is no schema {name}; the schemas are {known}"
            raise InvalidArgumentError.in_field("schemas", message, name=name, known=", ".join(SCHEMAS))
        if self._folder is None:
            message = (
                "no folder of schemas is set: TBT_SCHEMA_FOLDER must name the folder that the schemas of STS lie in"
            )
            raise PreconditionError(message)
        path = _found(self._folder).get(name)
        if path is None:
            message = "the schema {name} is not in {folder}: no {file} lies there"
            raise PreconditionError(message, name=name, folder=self._folder, file=_FILES[name][0])
        if name in self._compiled:
            return self._compiled[name]
        with self._turn:  # it takes a tenth of a second, an XML Schema some seconds, so nobody else begins the same
            if name not in self._compiled:
                self._compiled[name] = _compiled(path)
            return self._compiled[name]


def _compiled(path: Path) -> Validator:
    if path.suffix == ".rng":
        return RelaxNg(path)
    return XmlSchema(path) if path.suffix == ".xsd" else Schematron(path, MAX_PROBLEMS)


@cache
def _found(folder: Path) -> dict[str, Path]:
    """Return where each schema begins; of several copies the first by name."""
    found: dict[str, Path] = {}
    for path in sorted(folder.rglob("*")):
        for name, (file, around) in _FILES.items():
            if path.name == file and around.lower() in path.parent.name.lower():
                found.setdefault(name, path)
    return found

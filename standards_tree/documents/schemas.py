"""Hold documents against the schemas of STS. The schemas are their publishers' and lie in a folder of the operator's."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock

from standards_tree.documents.hardened_xml import RelaxNg, SchemaError
from standards_tree.errors import InvalidArgumentError, PreconditionError

_FILES = {
    "iso-sts-1.1": ("ISOSTS.rng", ""),
    "niso-sts-1.0": ("NISO-STS-interchange-1-mathml3.rng", "interchange-1-mathml3"),
    "niso-sts-1.2": ("NISO-STS-interchange-1-mathml3.rng", "interchange-1-2"),
}
"""The file in which each schema begins, and what its folder is called: both NISO schemas begin in files of one name."""

SCHEMAS = tuple(_FILES)
MAX_PROBLEMS = 200


@dataclass(frozen=True, slots=True)
class Verdict:
    """Say whether a document is valid by one schema; of very many problems the first ones are kept."""

    schema: str
    problem_count: int
    problems: tuple[SchemaError, ...]

    @property
    def is_valid(self) -> bool:
        """Tell whether nothing is wrong."""
        return not self.problem_count


class SchemaFolder:
    """Finds the schemas below a folder, and compiles each when it is first asked for."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._compiled: dict[str, RelaxNg] = {}
        self._turn = Lock()

    def verdicts(self, content: bytes, schemas: Sequence[str]) -> Iterator[Verdict]:
        """Yield what each of *schemas* says of *content*; of all that are there where none is named.

        Raises:
            InvalidArgumentError: there is no schema of that name, or the document is not XML.
            PreconditionError: the schema is not in the folder.
        """
        found = _found(self._folder) if self._folder else {}
        for name in schemas or [name for name in SCHEMAS if name in found] or SCHEMAS[:1]:
            errors = self._schema(name).errors(content)
            yield Verdict(name, len(errors), tuple(errors[:MAX_PROBLEMS]))

    def _schema(self, name: str) -> RelaxNg:
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
        with self._turn:  # it takes a tenth of a second, so nobody else begins the same
            if name not in self._compiled:
                self._compiled[name] = RelaxNg(path)
            return self._compiled[name]


@cache
def _found(folder: Path) -> dict[str, Path]:
    """Return where each schema begins; of several copies the first by name."""
    found: dict[str, Path] = {}
    for path in sorted(folder.rglob("*.rng")):
        for name, (file, around) in _FILES.items():
            if path.name == file and around.lower() in path.parent.name.lower():
                found.setdefault(name, path)
    return found

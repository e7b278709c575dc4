"""The program's own source, as the tests of its architecture read it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PRODUCT = ("standards_tree", "services")


@dataclass(frozen=True)
class Module:
    """One source file."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """Return it as reports name it: `services/catalog/store.py`."""
        return self.path.relative_to(REPOSITORY).as_posix()

    @property
    def dotted(self) -> str:
        """Return it as Python imports it."""
        return self.name.removesuffix("/__init__.py").removesuffix(".py").replace("/", ".")

    def imports(self) -> Iterator[str]:
        """Yield the full name of all that this module imports, also inside functions: `sqlmodel.Session`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (name.name for name in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from (f"{node.module}.{name.name}" for name in node.names)

    def imports_from(self, *packages: str) -> list[str]:
        """Return the imports that come from one of *packages*."""
        return [name for name in self.imports() if any(name == top or name.startswith(f"{top}.") for top in packages)]


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """Return every Python module below *folders*, or of the whole product, in a fixed order."""
    paths = sorted(path for folder in folders or PRODUCT for path in (REPOSITORY / folder).rglob("*.py"))
    texts = {path: path.read_text(encoding="utf-8") for path in paths}
    return tuple(Module(path, text, ast.parse(text, str(path))) for path, text in texts.items())


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function and method of *module*."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node

"""What every package a release runs with says of its licence.

python tests/architecture/licences.py     write the list, as `make sbom` does
"""

import re
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

LOCK = Path(__file__).resolve().parents[2] / "requirements.lock"


def runtime() -> Iterator[str]:
    """Yield the packages of the lock that are for this machine."""
    for line in LOCK.read_text(encoding="utf-8").splitlines():
        if re.match(r"[A-Za-z0-9]", line):
            requirement = Requirement(line.rstrip("\\ "))
            if requirement.marker is None or requirement.marker.evaluate():
                yield requirement.name


def licence(name: str) -> str:
    """Return what a package says of its licence, in the first place where it says anything."""
    about = metadata.metadata(name)
    classifiers = [
        text.rpartition("::")[2].strip() for text in about.get_all("Classifier") or [] if "License ::" in text
    ]
    return about.get("License-Expression") or "; ".join(classifiers) or (about.get("License") or "").partition("\n")[0]


if __name__ == "__main__":
    sys.stdout.writelines(f"{name}\t{metadata.version(name)}\t{licence(name)}\n" for name in sorted(runtime()))

"""Say what `pip-audit` found about the locked packages; what it could not ask about is not passed off as sound.

`python tests/architecture/advisories.py REPORT`: its JSON report. The status is 0 where every package was asked about and none
has an advisory, 1 where one has, 2 where the data could not be had for some: pip-audit itself ends with 0 then.
"""

import json
import sys
from pathlib import Path

FOUND, UNKNOWN = 1, 2


def verdict(report: Path) -> tuple[int, list[str]]:
    """Return the status and the lines to print."""
    try:
        packages = json.loads(report.read_text(encoding="utf-8"))["dependencies"]
    except (FileNotFoundError, ValueError):
        return UNKNOWN, [
            "pip-audit gave no report: the advisory database cannot be reached from here; nothing is known"
        ]
    lines = [
        f"{package['name']} {package['version']}: {found['id']}, mended in {', '.join(found['fix_versions']) or 'no version'}"
        for package in packages
        for found in package.get("vulns", [])
    ]
    skipped = sorted(package["name"] for package in packages if "skip_reason" in package)
    status = FOUND if lines else 0
    if skipped:
        shown = ", ".join(skipped[:5]) + (" …" if len(skipped) > 5 else "")
        lines.append(
            f"no advisory data for {len(skipped)} of {len(packages)} packages ({shown}): nothing is known about them"
        )
        status = status or UNKNOWN
    if not lines:
        lines.append(f"no advisory for any of {len(packages)} packages")
    return status, lines


if __name__ == "__main__":
    code, said = verdict(Path(sys.argv[1]))
    print("\n".join(said))  # noqa: T201
    sys.exit(code)

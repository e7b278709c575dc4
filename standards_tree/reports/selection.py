"""Select and word what every form of a report for people shows: the gaps first, the scope, figures, dates."""

from collections.abc import Sequence
from datetime import date

from standards_tree.gap.priorities import SEVERITY_RANK, Severity
from standards_tree.reports.captions import caption
from standards_tree.reports.labels import label
from standards_tree.reports.schema import InferredEntry, Report, RequirementEntry

# Not strftime, whose names of months depend on the machine's locale.
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def gaps_of(report: Report) -> list[RequirementEntry]:
    """Return the requirements that are not simply covered, the severest first, then in the order of the measures."""
    gaps = [one for one in report["requirements"] if one["severity"] != Severity.NONE]
    return sorted(gaps, key=lambda one: (SEVERITY_RANK[Severity(one["severity"])], -one["points"]))


def pressing(report: Report) -> int:
    """Return how many gaps are critical or high."""
    severities = report["summary"]["severities"]
    return severities[Severity.CRITICAL] + severities[Severity.HIGH]


def percent(ratio: float | None) -> str:
    """Return a ratio as a whole percentage, a dash where there is none."""
    return "–" if ratio is None else f"{ratio * 100:.0f}%"


def long_date(day: str, language: str) -> str:
    """Return a date as people write it."""
    when = date.fromisoformat(day)
    if language == "zh-Hans":
        return f"{when.year}年{when.month}月{when.day}日"
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def way_text(one: InferredEntry, language: str) -> str:
    """Return an inferred way in one line; an edge that is walked against its direction has its arrow turned."""
    parts = [one["requirement"]]
    for step in one["path"]:
        word = label(f"way_{step['edge']}", language)
        parts.append(f"←{word}–" if step["against"] else f"–{word}→")
        parts.append(step["name"])
    return " ".join(parts)


def _system(report: Report, language: str) -> str:
    """Return the title and the code of the system in scope, empty where it is all of them."""
    code = report["scope"]["system"]
    named = (system["name"] for system in report["systems"] if system["code"] == code)
    titles = next(named, None)
    title = "" if titles is None else titles["zh-Hans" if language == "zh-Hans" else "en"]
    return f"{title} ({code})" if title and code else code or ""


def scope_lines(report: Report, language: str) -> list[tuple[str, str]]:
    """Return what was asked, as captions and values; conditions that were not set are left out."""
    scope = report["scope"]
    lists: Sequence[tuple[str, Sequence[str]]] = (
        ("symbols", scope["symbols"]),
        ("members", scope["members"]),
        ("hs_prefixes", scope["hs_prefixes"]),
        ("ics_prefixes", scope["ics_prefixes"]),
    )
    texts = (
        ("distributed_from", scope["distributed_from"]),
        ("distributed_to", scope["distributed_to"]),
        ("system", _system(report, language)),
        ("branch", scope["branch"]),
    )
    separator = "、" if language == "zh-Hans" else ", "
    lines = [(caption(code, language), separator.join(values)) for code, values in lists if values]
    lines += [(caption(code, language), value) for code, value in texts if value]
    return lines

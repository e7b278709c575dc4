"""Compare two reports: which gaps were closed, opened, worsened and improved, and why.

A gap is a requirement that is not simply covered. What differs is told from the reports alone, so that reports of different
days, revisions or scopes can be compared; a requirement that only one of them has left the scope, or came into it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from standards_tree.gap.priorities import SEVERITY_RANK, Severity
from standards_tree.gap.reasons import Reason
from standards_tree.gap.verdicts import RANK, Verdict
from standards_tree.reports.findings import texts_of
from standards_tree.reports.labels import label
from standards_tree.reports.schema import ReasonEntry, Report, RequirementEntry
from standards_tree.reports.schema_texts import Texts


class ChangeKind(StrEnum):
    """What became of a gap."""

    CLOSED = "closed"
    OPENED = "opened"
    WORSENED = "worsened"
    IMPROVED = "improved"


@dataclass(frozen=True, slots=True)
class ChangeReason:
    """A stable code and its sentence."""

    code: str
    text: Texts


@dataclass(frozen=True, slots=True)
class GapChange:
    """A gap that changed; ``before`` or ``after`` is None where that report does not have the requirement."""

    kind: ChangeKind
    before: RequirementEntry | None
    after: RequirementEntry | None
    reasons: tuple[ChangeReason, ...]

    @property
    def entry(self) -> RequirementEntry:
        """Return what the later report says of the requirement, else what the earlier one did."""
        found = self.after or self.before
        assert found is not None  # one of two reports has it  # noqa: S101
        return found


@dataclass(frozen=True, slots=True)
class Comparison:
    """The changes, the gravest first, how many there are of each kind, and what was asked differently."""

    changes: tuple[GapChange, ...]
    counts: Mapping[ChangeKind, int]
    unchanged: int
    differing: tuple[str, ...]


def compare(base: Report, other: Report) -> Comparison:
    """Return how *other* differs from *base*; cost O(requirements), the changes sorted."""
    changes, unchanged = changes_between(base["requirements"], other["requirements"])
    counts = Counter(change.kind for change in changes)
    return Comparison(tuple(changes), {kind: counts[kind] for kind in ChangeKind}, unchanged, _differing(base, other))


def changes_between(base: Iterable[RequirementEntry], other: Iterable[RequirementEntry]) -> tuple[list[GapChange], int]:
    """Return the gaps that changed from *base* to *other*, the gravest first, and how many are as they were."""
    before = {entry["id"]: entry for entry in base}
    after = {entry["id"]: entry for entry in other}
    changes = []
    unchanged = 0
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        kind = _kind(old, new)
        if kind is not None:
            changes.append(GapChange(kind, old, new, tuple(_reasons(old, new))))
        elif _is_gap(new):
            unchanged += 1
    changes.sort(key=lambda change: (*_gravity(change), change.entry["id"]))
    return changes, unchanged


def _is_gap(entry: RequirementEntry | None) -> bool:
    return entry is not None and entry["severity"] != Severity.NONE


def _kind(old: RequirementEntry | None, new: RequirementEntry | None) -> ChangeKind | None:
    """Return what became of a gap, None where it matters as much as before or there was none."""
    if not (_is_gap(old) and _is_gap(new)):
        if _is_gap(old):
            return ChangeKind.CLOSED
        return ChangeKind.OPENED if _is_gap(new) else None
    weights = [_weight(entry) for entry in (old, new) if entry is not None]
    if weights[0] == weights[1]:
        return None
    return ChangeKind.WORSENED if weights[1] > weights[0] else ChangeKind.IMPROVED


def _weight(entry: RequirementEntry) -> tuple[int, int, int]:
    """Return how much a gap matters: its severity, then its points, then its verdict."""
    return -SEVERITY_RANK[Severity(entry["severity"])], entry["points"], RANK[Verdict(entry["verdict"])]


_ORDER = {ChangeKind.OPENED: 0, ChangeKind.WORSENED: 1, ChangeKind.CLOSED: 2, ChangeKind.IMPROVED: 3}


def _gravity(change: GapChange) -> tuple[int, int, int]:
    weighty = change.before if change.kind is ChangeKind.CLOSED else change.after
    severity, points = (SEVERITY_RANK[Severity.NONE], 0)
    if weighty is not None:
        severity, points = SEVERITY_RANK[Severity(weighty["severity"])], weighty["points"]
    return _ORDER[change.kind], severity, -points


def _reasons(old: RequirementEntry | None, new: RequirementEntry | None) -> Iterator[ChangeReason]:
    """Yield what differs: presence, verdict, the standard that decides, what is wrong beneath it, what gives points."""
    if old is None or new is None:
        code = "change_entered_scope" if old is None else "change_left_scope"
        yield ChangeReason(code, texts_of(code))
        if new is not None:
            yield from (ChangeReason(reason["code"], reason["text"]) for reason in new["reasons"])
        return
    if old["verdict"] != new["verdict"]:
        yield _of("change_verdict", *(_verdict(entry) for entry in (old, new)))
    if decisive_name(old) != decisive_name(new):
        yield _of("change_standard", *(_named(decisive_name(entry)) for entry in (old, new)))
    yield from _only("change_defect_gone", _defects(old), _defects(new))
    yield from _only("change_defect_new", _defects(new), _defects(old))
    yield from _only_reasons(new["reasons"], old["reasons"])
    yield from _only_reasons(new["severity_reasons"], old["severity_reasons"], ("points_verdict",))
    yield from _only("change_no_longer", _sentences(old["severity_reasons"]), _sentences(new["severity_reasons"]))


def _of(code: str, before: Texts, after: Texts) -> ChangeReason:
    """Return a reason whose sentence has a text of each language in it."""
    en = texts_of(Reason.of(code, before=before["en"], after=after["en"]))["en"]
    zh = texts_of(Reason.of(code, before=before["zh-Hans"], after=after["zh-Hans"]))["zh-Hans"]
    return ChangeReason(code, {"en": en, "zh-Hans": zh})


def _verdict(entry: RequirementEntry) -> Texts:
    code = f"verdict_{entry['verdict']}"
    return {"en": label(code, "en"), "zh-Hans": label(code, "zh-Hans")}


def decisive_name(entry: RequirementEntry) -> str:
    """Return the standard or draft that decides, as people know it; empty where none does."""
    if entry["standard"] is not None:
        return entry["standard"]["designation"]
    draft = entry["draft"]
    return "" if draft is None else draft["designation"] or draft["title"]["zh-Hans"]


def _named(name: str) -> Texts:
    if name:
        return {"en": name, "zh-Hans": name}
    return texts_of("change_nothing")


def _defects(entry: RequirementEntry) -> dict[str, Texts]:
    """Return what is wrong beneath the standard that decides, each with where it is."""
    found: dict[str, Texts] = {}
    for evidence in entry["evidence"]:
        place = evidence["path"][-1].get("name", "")
        text: Texts = {
            "en": f"{evidence['text']['en']} ({place})",
            "zh-Hans": f"{evidence['text']['zh-Hans']}（{place}）",
        }
        found[f"{evidence['kind']} {place}"] = text
    return found


def _sentences(reasons: list[ReasonEntry]) -> dict[str, Texts]:
    return {f"{one['code']} {one['parameters']}": one["text"] for one in reasons if one["code"] != "points_verdict"}


def _only(code: str, here: Mapping[str, Texts], there: Mapping[str, Texts]) -> Iterator[ChangeReason]:
    for key in sorted(here.keys() - there.keys()):
        en = texts_of(Reason.of(code, what=here[key]["en"]))["en"]
        zh = texts_of(Reason.of(code, what=here[key]["zh-Hans"]))["zh-Hans"]
        yield ChangeReason(code, {"en": en, "zh-Hans": zh})


def _only_reasons(
    here: list[ReasonEntry], there: list[ReasonEntry], without: tuple[str, ...] = ()
) -> Iterator[ChangeReason]:
    known = [(one["code"], one["parameters"]) for one in there]
    for one in here:
        if (one["code"], one["parameters"]) not in known and one["code"] not in without:
            yield ChangeReason(one["code"], one["text"])


def _differing(base: Report, other: Report) -> tuple[str, ...]:
    """Return how the two were asked for differently."""
    scopes = [{**report["scope"], "include_suggested": None} for report in (base, other)]
    differs = {
        "scope": scopes[0] != scopes[1],
        "as_of": base["as_of"] != other["as_of"],
        "include_suggested": base["scope"]["include_suggested"] != other["scope"]["include_suggested"],
    }
    return tuple(name for name, different in differs.items() if different)

"""Translate between the gap contract and the domain."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from services.gap.store import ReportFilter
from services.gap.tables import ReportRow
from services.runtime.civil_dates import date_from, date_to, moment_to
from services.runtime.texts import CHINESE, ENGLISH
from standards_tree.errors import InvalidArgumentError, NotFoundError
from standards_tree.gap.plan import Budget
from standards_tree.gap.snapshot import Scope
from standards_tree.measures.symbols import parse_symbol
from tbt.gap.v1 import gap_service_pb2 as pb
from tbt.gap.v1 import plan_pb2, scope_pb2
from tbt.type.v1 import type_pb2

FORMATS = {
    pb.REPORT_FORMAT_JSON: "json",
    pb.REPORT_FORMAT_XLSX: "xlsx",
    pb.REPORT_FORMAT_HTML: "html",
    pb.REPORT_FORMAT_PDF: "pdf",
    pb.REPORT_FORMAT_GRAPHML: "graphml",
    pb.REPORT_FORMAT_MAPPING: "mapping",
}
LANGUAGES = {"en": ENGLISH, "zh": CHINESE, "zh-CN": CHINESE, "zh-Hans": CHINESE}


def scope_from(
    asked: scope_pb2.GapScope,
    as_of: date,
    systems: Sequence[str],
    code_of: Mapping[str, str],
    *,
    include_suggested: bool,
) -> Scope:
    """Return which requirements a report is about.

    *systems* are the codes of the systems there are, *code_of* the codes of nodes by their names.

    Raises:
        InvalidArgumentError: a symbol cannot be read, or the branch is not a name of a system or a node.
        NotFoundError: there is no such system.
    """
    system, branch = branch_from(asked.branch)
    if system and system not in systems:
        message = "there is no standards system {system}"
        raise NotFoundError(message, system=f"systems/{system}")
    return Scope(
        as_of=as_of,
        symbols=symbols_of(asked),
        members=members_of(asked),
        hs_prefixes=tuple(asked.hs_prefixes),
        ics_prefixes=tuple(asked.ics_prefixes),
        distributed_from=date_from(asked.distributed_from, "scope.distributed_from"),
        distributed_to=date_from(asked.distributed_to, "scope.distributed_to"),
        system=system or (systems[0] if len(systems) == 1 else ""),
        branch=code_of.get(asked.branch, branch),
        include_suggested=include_suggested,
    )


def symbols_of(scope: scope_pb2.GapScope) -> tuple[str, ...]:
    """Return the symbols a scope names, in their official spelling."""
    return tuple(parse_symbol(text).official for text in scope.symbols)


def members_of(scope: scope_pb2.GapScope) -> tuple[str, ...]:
    """Return the members a scope names."""
    return tuple(code.upper() for code in scope.member_codes)


def require_readable(scope: scope_pb2.GapScope) -> None:
    """Refuse a scope that no catalogue could make sense of, before a report is begun.

    Raises:
        InvalidArgumentError: a symbol, a date or the branch cannot be read; names the field.
    """
    for position, text in enumerate(scope.symbols):
        _symbol_in(text, f"scope.symbols[{position}]")
    date_from(scope.distributed_from, "scope.distributed_from")
    date_from(scope.distributed_to, "scope.distributed_to")
    branch_from(scope.branch)


def branch_from(name: str) -> tuple[str, str]:
    """Return the system and the node's id or code that *name* names; both empty for an empty name.

    Raises:
        InvalidArgumentError: it names neither a system nor a node.
    """
    if not name:
        return "", ""
    parts = name.split("/")
    if parts[0] == "systems" and len(parts) == 2 and parts[1]:
        return parts[1], ""
    if parts[0] == "systems" and len(parts) == 4 and parts[2] == "nodes" and parts[1] and parts[3]:
        return parts[1], parts[3]
    message = "{name} is neither systems/<system> nor systems/<system>/nodes/<node>"
    raise InvalidArgumentError.in_field("scope.branch", message, name=name)


def report_to(row: ReportRow, formats: Iterable[str] = (), retention_days: int = 0) -> pb.GapReport:
    """Return a report for the wire; *formats* are what it was written as."""
    expires = None
    if retention_days and not row.pinned and row.created_at is not None:
        expires = moment_to(row.created_at + timedelta(days=retention_days))
    return pb.GapReport(
        name=f"reports/{row.report_id}",
        scope=scope_pb2.GapScope.FromString(row.scope),
        as_of=date_to(row.as_of),
        include_suggested=row.include_suggested,
        revisions=row.revisions,
        verdict_counts=row.verdict_counts,
        requirement_count=row.requirement_count,
        measure_count=row.measure_count,
        json_sha256=row.json_sha256,
        created_by=row.created_by,
        created_at=moment_to(row.created_at),
        title=row.title,
        pinned=row.pinned,
        expires_at=expires,
        schedule=f"schedules/{row.schedule_id}" if row.schedule_id else "",
        gap_count=row.gap_count,
        severity_counts=row.severity_counts,
        formats=[number for number, name in FORMATS.items() if name in set(formats)],
    )


def budget_from(message: plan_pb2.WorkBudget, as_of: date) -> Budget:
    """Return what can be worked on in a plan made on *as_of*.

    Raises:
        InvalidArgumentError: a level is named twice.
    """
    per_level: dict[str, int] = {}
    for position, entry in enumerate(message.levels):
        level = type_pb2.Level.Name(entry.level).removeprefix("LEVEL_").lower()
        if level in per_level:
            problem = "the level {level} is named twice"
            raise InvalidArgumentError.in_field(f"budget.levels[{position}].level", problem, level=level)
        per_level[level] = entry.standards_per_year
    return Budget(
        first_year=message.first_year or as_of.year + 1,
        years=message.years or 1,
        per_year=message.standards_per_year,
        per_level=per_level,
    )


def filter_from(request: pb.ListGapReportsRequest) -> ReportFilter:
    """Return which reports are asked for.

    Raises:
        InvalidArgumentError: a date, a symbol or the name of the schedule cannot be read; names the field.
    """
    return ReportFilter(
        created_by=request.created_by,
        schedule_id=schedule_id_of(request.schedule, "schedule") if request.schedule else "",
        as_of_from=date_from(request.as_of_from, "as_of_from"),
        as_of_to=date_from(request.as_of_to, "as_of_to"),
        pinned_only=request.pinned_only,
        title=request.title,
        member=request.member_code.upper(),
        symbol=_symbol_in(request.symbol, "symbol") if request.symbol else "",
    )


def schedule_id_of(name: str, field: str = "name") -> str:
    """Return the id in the name of a schedule.

    Raises:
        InvalidArgumentError: it is no such name.
    """
    collection, _, schedule_id = name.partition("/")
    if collection != "schedules" or not schedule_id or "/" in schedule_id:
        message = "{name} is not schedules/<schedule>"
        raise InvalidArgumentError.in_field(field, message, name=name)
    return schedule_id


def _symbol_in(text: str, field: str) -> str:
    try:
        return parse_symbol(text).official
    except InvalidArgumentError as error:
        raise InvalidArgumentError.in_field(field, error.template, **error.parameters) from error

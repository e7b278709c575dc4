"""Translate between the gap contract and the domain."""

from collections.abc import Mapping, Sequence
from datetime import date

from services.gap.tables import ReportRow
from services.runtime.civil_dates import date_from, date_to, moment_to
from services.runtime.texts import CHINESE, ENGLISH
from standards_tree.errors import InvalidArgumentError, NotFoundError
from standards_tree.gap.snapshot import Scope
from standards_tree.measures.symbols import parse_symbol
from tbt.gap.v1 import gap_service_pb2 as pb

FORMATS = {
    pb.REPORT_FORMAT_JSON: "json",
    pb.REPORT_FORMAT_XLSX: "xlsx",
    pb.REPORT_FORMAT_HTML: "html",
}
LANGUAGES = {"en": ENGLISH, "zh": CHINESE, "zh-CN": CHINESE, "zh-Hans": CHINESE}


def scope_from(
    request: pb.CreateGapReportRequest, as_of: date, systems: Sequence[str], code_of: Mapping[str, str]
) -> Scope:
    """Return which requirements a report is about.

    *systems* are the codes of the systems there are, *code_of* the codes of nodes by their names.

    Raises:
        InvalidArgumentError: a symbol cannot be read, or the branch is not a name of a system or a node.
        NotFoundError: there is no such system.
    """
    scope = request.scope
    system, branch = branch_from(scope.branch)
    if system and system not in systems:
        message = "there is no standards system {system}"
        raise NotFoundError(message, system=f"systems/{system}")
    return Scope(
        as_of=as_of,
        symbols=tuple(parse_symbol(text).official for text in scope.symbols),
        members=tuple(code.upper() for code in scope.member_codes),
        hs_prefixes=tuple(scope.hs_prefixes),
        ics_prefixes=tuple(scope.ics_prefixes),
        distributed_from=date_from(scope.distributed_from, "scope.distributed_from"),
        distributed_to=date_from(scope.distributed_to, "scope.distributed_to"),
        system=system or (systems[0] if len(systems) == 1 else ""),
        branch=code_of.get(scope.branch, branch),
        include_suggested=request.include_suggested,
    )


def require_readable(scope: pb.GapScope) -> None:
    """Refuse a scope that no catalogue could make sense of, before a report is begun.

    Raises:
        InvalidArgumentError: a symbol, a date or the branch cannot be read; names the field.
    """
    for position, text in enumerate(scope.symbols):
        try:
            parse_symbol(text)
        except InvalidArgumentError as error:
            field = f"scope.symbols[{position}]"
            raise InvalidArgumentError.in_field(field, error.template, **error.parameters) from error
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


def report_to(row: ReportRow) -> pb.GapReport:
    """Return a report for the wire."""
    return pb.GapReport(
        name=f"reports/{row.report_id}",
        scope=pb.GapScope.FromString(row.scope),
        as_of=date_to(row.as_of),
        include_suggested=row.include_suggested,
        revisions=row.revisions,
        verdict_counts=row.verdict_counts,
        requirement_count=row.requirement_count,
        measure_count=row.measure_count,
        json_sha256=row.json_sha256,
        created_by=row.created_by,
        created_at=moment_to(row.created_at),
    )

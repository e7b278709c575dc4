"""Build what tests ask the catalogue to keep, and real catalogues as its import takes them."""

import json
import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import grpc
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc
from tbt.catalog.v1 import standard_pb2, system_pb2

IMPORT_SECONDS = 120
RECORDS_A_MESSAGE = 500
DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")


def reason_of(refusal: grpc.RpcError) -> str:
    """Return the stable reason of a refused call."""
    info = error_details_pb2.ErrorInfo()
    return next(info.reason for detail in rpc_status.from_call(refusal).details if detail.Unpack(info))


def new_number() -> str:
    """Return a number that no real national standard and no other test has."""
    return str(400_000 + secrets.randbelow(600_000))


def day(text: str) -> dict[str, int]:
    """Return the day 2024-11-28 for the wire."""
    year, month, day_of_month = text.split("-")
    return {"year": int(year), "month": int(month), "day": int(day_of_month)}


def standard(designation: str, **fields: Any) -> standard_pb2.Standard:
    """Return a standard in force; *fields* are those of the message, dates as texts."""
    facts: dict[str, Any] = {"title": {"zh": "示例"}, "status": standard_pb2.STANDARD_STATUS_IN_FORCE, **fields}
    facts = {name: day(value) if name.endswith("_on") else value for name, value in facts.items()}
    return standard_pb2.Standard(designation=designation, **facts)


def create(stub: pb_grpc.CatalogServiceStub, designation: str, **fields: Any) -> standard_pb2.Standard:
    """Record a standard and return it."""
    return stub.CreateStandard(pb.CreateStandardRequest(standard=standard(designation, **fields)))


def create_system(stub: pb_grpc.CatalogServiceStub, system_id: str) -> str:
    """Create a system and return its name."""
    system = system_pb2.System(title={"zh": "示例体系", "en": "Example"})
    return stub.CreateSystem(pb.CreateSystemRequest(system_id=system_id, system=system)).name


def create_node(
    stub: pb_grpc.CatalogServiceStub, system: str, code: str, parent: str = "", **fields: Any
) -> system_pb2.Node:
    """Create a node below the node with the code *parent*, or at the top, and return it."""
    above = f"{system}/nodes/{parent}" if parent else ""
    node = system_pb2.Node(code=code, title={"zh": f"节点{code}"}, parent=above, **fields)
    return stub.CreateNode(pb.CreateNodeRequest(system=system, node=node))


def everything(method: Callable[[Any], Any], request: Any, field: str) -> list[Any]:
    """Return what a list holds on all its pages."""
    found: list[Any] = []
    while True:
        page = method(request)
        found.extend(getattr(page, field))
        if not page.next_page_token:
            return found
        request.page_token = page.next_page_token


def node_record(code: str, parent: str = "", **fields: Any) -> dict[str, Any]:
    """Return a record of a node."""
    return {"node": system_pb2.Node(code=code, title={"zh": f"节点{code}"}, parent=parent, **fields)}


def standard_record(designation: str, node_code: str = "", **fields: Any) -> dict[str, Any]:
    """Return a record of a standard and its place."""
    return {"standard": pb.PlacedStandard(standard=standard(designation, **fields), node_code=node_code)}


def relation_record(source: str, target: str, kind: int, **fields: Any) -> dict[str, Any]:
    """Return a record of a relation."""
    return {"relation": standard_pb2.Relation(source=source, target_designation=target, kind=kind, **fields)}


def run_import(
    stub: pb_grpc.CatalogServiceStub, system: str, records: Iterable[dict[str, Any]], **options: Any
) -> pb.ImportStandardsResponse:
    """Import *records*, whose rows count from 1; the system is made if it is not there."""
    options = {"system": system, "system_title": {"zh": "示例体系"}, **options}

    def pieces() -> Iterator[pb.ImportStandardsRequest]:
        yield pb.ImportStandardsRequest(options=pb.ImportStandardsOptions(**options))
        rows = [pb.ImportStandardsRecord(row=row, **record) for row, record in enumerate(records, start=1)]
        for start in range(0, len(rows), RECORDS_A_MESSAGE):
            several = pb.ImportStandardsRecords(records=rows[start : start + RECORDS_A_MESSAGE])
            yield pb.ImportStandardsRequest(records=several)

    return stub.ImportStandards(pieces(), timeout=IMPORT_SECONDS)


def medical_records(folder: Path) -> list[dict[str, Any]]:
    """Return the Chinese catalogue of medical devices as records: its three-level tree, its standards, its adoptions.

    The file names the three levels and gives no codes; they are numbered as they appear. An adopted standard is known by
    its number only, so it is the end of a relation and no entry. A text that stands for a date is left out.
    """
    rows = json.loads((folder / "standards_2026-05-10.json").read_text(encoding="utf-8"))
    codes: dict[tuple[str, ...], str] = {}
    records: list[dict[str, Any]] = []
    for row in rows:
        path = tuple(name for name in (row["dir_name"], row["l1"], row["l2"]) if name)
        for depth in range(1, len(path) + 1):
            branch, above = path[:depth], path[: depth - 1]
            if branch not in codes:
                siblings = sum(other[:-1] == above for other in codes)
                codes[branch] = ".".join(filter(None, [codes.get(above, ""), str(siblings + 1)]))
                node = system_pb2.Node(code=codes[branch], title={"zh": branch[-1]}, parent=codes.get(above, ""))
                records.append({"node": node})
        upcoming = row["status"] == "upcoming"
        facts: dict[str, Any] = {
            "title": {"zh": row["title_zh"]},
            "status": standard_pb2.STANDARD_STATUS_UPCOMING if upcoming else standard_pb2.STANDARD_STATUS_IN_FORCE,
            "issued_on": row["approval_date"],
            "source": row["source_url"],
        }
        if DAY.fullmatch(row["effective_date"]):
            facts["effective_on"] = row["effective_date"]
        records.append(standard_record(row["number"], codes[path], **facts))
    degrees = {"idt": standard_pb2.ADOPTION_DEGREE_IDT, "mod": standard_pb2.ADOPTION_DEGREE_MOD}
    for row in json.loads((folder / "adoptions.json").read_text(encoding="utf-8")):
        degree = degrees[row["adoption_type"]]
        kind = standard_pb2.RELATION_KIND_ADOPTS
        records.append(relation_record(row["gb_number"], row["iso_number"], kind, degree=degree))
    return records

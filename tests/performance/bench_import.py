"""Import of a system of 10,000 nodes with 50,000 standards, checked and stored, against COPY of the same rows alone."""

import os
import time
from collections.abc import Iterator

import grpc
import psycopg

from serving import serving_beside_database
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import standard_pb2, system_pb2
from tbt.type.v1 import type_pb2

NODES = 10_000
STANDARDS = 50_000
CHILDREN = 10
RECORDS_A_MESSAGE = 1000
METHOD = "/tbt.catalog.v1.CatalogService/ImportStandards"


def pieces(nodes: int, standards: int) -> list[bytes]:
    """Return the messages of an import in the bytes of the wire, so that the client costs nothing while it is timed."""
    records = [_node_record(row) for row in range(1, nodes + 1)]
    records += [_standard_record(nodes + row, row % nodes + 1) for row in range(1, standards + 1)]
    options = pb.ImportStandardsOptions(system="systems/bench", system_title=type_pb2.LocalizedText(zh="示例体系"))
    messages = [pb.ImportStandardsRequest(options=options)]
    messages += [
        pb.ImportStandardsRequest(records=pb.ImportStandardsRecords(records=records[start : start + RECORDS_A_MESSAGE]))
        for start in range(0, len(records), RECORDS_A_MESSAGE)
    ]
    return [message.SerializeToString() for message in messages]


def _code(number: int) -> str:
    """Return the code of a node in a tree in which every node has CHILDREN below it."""
    code = ""
    while number > 0:
        number, place = divmod(number - 1, CHILDREN)
        code = f"{place + 1}.{code}" if code else f"{place + 1}"
    return code


def _node_record(number: int) -> pb.ImportStandardsRecord:
    title = type_pb2.LocalizedText(zh=f"示例分支 {number}", en=f"Example branch {number}")
    node = system_pb2.Node(code=_code(number), parent=_code((number - 1) // CHILDREN), title=title)
    return pb.ImportStandardsRecord(row=number, node=node)


def _standard_record(row: int, node: int) -> pb.ImportStandardsRecord:
    year = 2000 + row % 25
    standard = standard_pb2.Standard(
        designation=f"GB/T {row + 100_000}—{year}",
        title=type_pb2.LocalizedText(
            zh=f"示例产品 第{row % 20 + 1}部分:通用技术要求和试验方法",
            en=f"Example product - Part {row % 20 + 1}: General requirements and methods of test",
        ),
        status=standard_pb2.STANDARD_STATUS_IN_FORCE,
        issued_on={"year": year, "month": row % 12 + 1, "day": row % 28 + 1},
        effective_on={"year": year + 1, "month": row % 12 + 1, "day": 1},
        ics=[f"{row % 90 + 1:02}.{row % 9 + 1:03}.{row % 8 + 10}"],
        ccs=[f"{'ABCDEF'[row % 6]}{row % 90 + 10}"],
        committee=f"SAC/TC {row % 500 + 1}",
        source="example.csv",
    )
    return pb.ImportStandardsRecord(row=row, standard=pb.PlacedStandard(standard=standard, node_code=_code(node)))


def measure(nodes: int = NODES, standards: int = STANDARDS) -> dict[str, float]:
    """Return seconds of a first import, of the same again and of one that only checks, and the ratio to COPY."""
    messages = pieces(nodes, standards)
    with serving_beside_database() as (_program, channel, database_url):
        busy, beside = time.process_time(), _seconds_of_ended_processes()
        first, answer = _import_seconds(channel, messages)
        busy, beside = time.process_time() - busy, _seconds_of_ended_processes() - beside
        assert (answer.nodes.created, answer.standards.created) == (nodes, standards), answer
        again, answer = _import_seconds(channel, messages)
        assert (answer.nodes.unchanged, answer.standards.unchanged) == (nodes, standards), answer
        copied = _copy_seconds(database_url.replace("+psycopg", ""))
    return {
        f"{nodes} nodes, {standards} standards: first import, s (aim ≤ 5)": first,
        "of these, processor time of Python, s": busy,
        "processor time of the process that cuts titles beside it, s": beside,
        "the same again, nothing changes, s": again,
        "COPY of the same rows into the same tables without a check, s": copied,
        "first import / COPY": first / copied,
    }


def _seconds_of_ended_processes() -> float:
    times = os.times()
    return times.children_user + times.children_system


def _import_seconds(channel: grpc.Channel, messages: list[bytes]) -> tuple[float, pb.ImportStandardsResponse]:
    call = channel.stream_unary(
        METHOD, request_serializer=None, response_deserializer=pb.ImportStandardsResponse.FromString
    )
    started = time.perf_counter()
    answer = call(_each(messages), timeout=300)
    return time.perf_counter() - started, answer


def _each(messages: list[bytes]) -> Iterator[bytes]:
    yield from messages


def _copy_seconds(url: str) -> float:
    """Return how long PostgreSQL takes to store the same rows, with the same indexes and references, and nothing else."""
    tables = ("node", "standard", "placement")
    with psycopg.connect(url) as connection:
        kept = {}
        for table in tables:
            with connection.cursor().copy(f"COPY catalog.{table} TO STDOUT") as out:
                kept[table] = b"".join(map(bytes, out))
        connection.execute("TRUNCATE catalog.placement, catalog.standard, catalog.node CASCADE")
        connection.commit()
        started = time.perf_counter()
        for table in tables:
            with connection.cursor().copy(f"COPY catalog.{table} FROM STDIN") as into:
                into.write(kept[table])
        connection.commit()
        return time.perf_counter() - started


if __name__ == "__main__":
    for name, figure in measure().items():
        print(f"{name:<70} {figure:,.2f}")  # noqa: T201

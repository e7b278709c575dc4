"""GetStandard, through all interceptors and PostgreSQL, against a bare grpcio server that returns the same message."""

import time
from concurrent import futures

import grpc

from serving import serving
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc
from tbt.catalog.v1 import standard_pb2
from tbt.type.v1 import type_pb2

CALLS = 3000
CLIENTS = 8
ROUNDS = 3


class BareCatalog(pb_grpc.CatalogServiceServicer):
    """Returns one message, whatever is asked: what gRPC itself costs."""

    def __init__(self, standard: standard_pb2.Standard) -> None:
        self._standard = standard

    def GetStandard(self, request: object, context: grpc.ServicerContext) -> standard_pb2.Standard:  # noqa: N802
        """Return the message."""
        del request, context
        return self._standard


def measure() -> dict[str, float]:
    """Return calls a second of both, best of ROUNDS taken in turns, and their ratio."""
    with serving() as (_program, channel):
        stub = pb_grpc.CatalogServiceStub(channel)
        standard = stub.CreateStandard(
            pb.CreateStandardRequest(
                standard=standard_pb2.Standard(
                    designation="GB/T 99001-2024",
                    title=type_pb2.LocalizedText(zh="示例", en="Example"),
                    status=standard_pb2.STANDARD_STATUS_IN_FORCE,
                )
            )
        )
        bare = grpc.server(futures.ThreadPoolExecutor(64))
        pb_grpc.add_CatalogServiceServicer_to_server(BareCatalog(standard), bare)
        port = bare.add_insecure_port("127.0.0.1:0")
        bare.start()
        with grpc.insecure_channel(f"127.0.0.1:{port}") as bare_channel:
            bare_stub = pb_grpc.CatalogServiceStub(bare_channel)
            rounds = [(_calls_a_second(stub), _calls_a_second(bare_stub)) for _ in range(ROUNDS)]
        bare.stop(None)
    ours, theirs = max(ours for ours, _ in rounds), max(theirs for _, theirs in rounds)
    return {"GetStandard, calls/s": ours, "bare server, calls/s": theirs, "ratio (aim ≥ 0.5)": ours / theirs}


def _calls_a_second(stub: pb_grpc.CatalogServiceStub) -> float:
    request = pb.GetStandardRequest(name="GB/T 99001-2024")

    def call_many(calls: int) -> None:
        for _ in range(calls):
            stub.GetStandard(request, timeout=30)

    call_many(50)
    with futures.ThreadPoolExecutor(CLIENTS) as clients:
        started = time.perf_counter()
        list(clients.map(call_many, [CALLS // CLIENTS] * CLIENTS))
        return CALLS / (time.perf_counter() - started)


if __name__ == "__main__":
    for name, figure in measure().items():
        print(f"{name:<40} {figure:,.2f}")  # noqa: T201

"""Answer whether this process is well, to who cannot speak TLS to gRPC: kubelets."""

from concurrent.futures import ThreadPoolExecutor

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from standards_tree.errors import UnavailableError

THREADS = 2


class Probes:
    """A port of its own for `grpc.health.v1`: no TLS and no token, because it has nothing to tell but SERVING or not."""

    def __init__(self, answers: health.HealthServicer) -> None:
        self._server = grpc.server(ThreadPoolExecutor(THREADS, thread_name_prefix="probes"))
        health_pb2_grpc.add_HealthServicer_to_server(answers, self._server)

    def listen(self, address: str) -> int:
        """Open *address*, begin to answer and return its port.

        Raises:
            UnavailableError: the address is taken or cannot be opened.
        """
        try:
            port = self._server.add_insecure_port(address)
        except RuntimeError as error:
            message = "cannot listen on {address}: another program holds it, or it is not an address of this machine"
            raise UnavailableError(message, address=address) from error
        self._server.start()
        return port

    def close(self) -> None:
        """Let go of the port."""
        self._server.stop(None).wait()


def serving() -> health.HealthServicer:
    """Return the health of a process without services, such as a worker: it is there, so it is well."""
    answers = health.HealthServicer()
    answers.set("", health_pb2.HealthCheckResponse.SERVING)
    return answers

"""A way to a server that can be cut, go silent, slow down and be mended: for tests of what happens while a neighbour is away."""

import contextlib
import socket
import threading
import time

from lost_packets import drop_packets, let_packets_through

SLOW_PIECES_A_SECOND = 20


class CuttableWay:
    """Forwards connections to *target*, a TCP address or the path of a Unix socket, while it is not cut."""

    def __init__(self, target: tuple[str, int] | str) -> None:
        self._target = target
        self._lock = threading.Lock()
        self._ends: set[socket.socket] = set()
        self._silent: set[socket.socket] = set()
        self._bytes_a_second: int | None = None
        self._bytes_until_cut: int | None = None
        self.cuts = 0
        self._listener = self._listening(0)
        self.port: int = self._listener.getsockname()[1]

    def cut(self) -> None:
        """Break every connection and refuse new ones."""
        with self._lock:
            # A thread that waits in accept keeps the port open until it is woken.
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
        self._break_connections()

    def cut_after(self, count: int) -> None:
        """Break every connection once, when so many more bytes have come from the server; new ones are taken at once."""
        with self._lock:
            self._bytes_until_cut = count

    def go_silent(self) -> None:
        """Drop every packet, of old connections and new ones, without a word; the old ones stay dead when it is mended."""
        with self._lock:
            drop_packets(self._listener)
            self._silent |= self._ends
            for end in self._ends:
                if end.family is socket.AF_INET:
                    drop_packets(end)

    def slow_down(self, bytes_a_second: int | None) -> None:
        """Let so many bytes through in a second, each way and connection; None: as many as come."""
        self._bytes_a_second = bytes_a_second

    def mend(self) -> None:
        """Let connections through again, at the same port."""
        with self._lock:
            if self._listener.fileno() == -1:
                self._listener = self._listening(self.port)
            else:
                let_packets_through(self._listener)

    def close(self) -> None:
        """Break everything for good."""
        self.cut()

    def _break_connections(self) -> None:
        with self._lock:
            ends, self._ends = self._ends, set()
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _listening(self, port: int) -> socket.socket:
        listener = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()
        return listener

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
                server = self._connected()
            except OSError:
                return
            with self._lock:
                self._ends |= {client, server}
            for source, target in ((client, server), (server, client)):
                arguments = (source, target, source is server)
                threading.Thread(target=self._forward, args=arguments, daemon=True).start()

    def _connected(self) -> socket.socket:
        if isinstance(self._target, str):
            connection = socket.socket(socket.AF_UNIX)
            connection.connect(self._target)
            return connection
        return socket.create_connection(self._target)

    def _forward(self, source: socket.socket, target: socket.socket, from_server: bool) -> None:
        try:
            while chunk := source.recv(self._piece_bytes()):
                if self._bytes_a_second is not None:
                    time.sleep(len(chunk) / self._bytes_a_second)
                kept = self._left_before_the_cut(len(chunk)) if from_server else len(chunk)
                if source not in self._silent:
                    target.sendall(chunk[:kept])
                if kept < len(chunk):
                    self._break_connections()
                    return
        except OSError:
            pass  # cut
        finally:
            self._closed(source, target)

    def _closed(self, source: socket.socket, target: socket.socket) -> None:
        if source in self._silent:
            return  # an end would be a word
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        with self._lock:
            self._ends -= {source, target}

    def _piece_bytes(self) -> int:
        rate = self._bytes_a_second
        return 65536 if rate is None else max(1, rate // SLOW_PIECES_A_SECOND)

    def _left_before_the_cut(self, count: int) -> int:
        with self._lock:
            if self._bytes_until_cut is None:
                return count
            kept = min(count, self._bytes_until_cut)
            self._bytes_until_cut -= kept
            if kept < count:
                self._bytes_until_cut = None
                self.cuts += 1
            return kept

"""Drop every packet that comes to a socket, as a network does behind which the machine is gone: nobody is told anything."""

import ctypes
import socket
import struct

# linux/socket.h and linux/filter.h; Python names neither.
SO_ATTACH_FILTER = 26
SO_DETACH_FILTER = 27
RETURN_CONSTANT = 0x06
KEEP_NOTHING = 0


def drop_packets(connection: socket.socket) -> None:
    """Let *connection* receive and acknowledge nothing from now on; of a listener: no new connections (socket(7), bpf)."""
    instruction = ctypes.create_string_buffer(struct.pack("HBBI", RETURN_CONSTANT, 0, 0, KEEP_NOTHING))
    program = struct.pack("HL", 1, ctypes.addressof(instruction))
    connection.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, program)


def let_packets_through(connection: socket.socket) -> None:
    """Let *connection* receive again."""
    connection.setsockopt(socket.SOL_SOCKET, SO_DETACH_FILTER, 0)

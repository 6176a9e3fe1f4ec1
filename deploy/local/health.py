"""Asks a server's grpc.health.v1.Health over a bare HTTP/2 connection, so that the supervisor needs no gRPC library."""

import socket
import struct

_DATA, _HEADERS, _RST_STREAM, _SETTINGS, _GOAWAY = 0, 1, 3, 4, 7
_END_STREAM, _END_HEADERS, _ACK = 0x1, 0x4, 0x1
_SERVING = b"\x08\x01"  # HealthCheckResponse{status: SERVING}
_TIMEOUT_SECONDS = 2.0


def _frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def _text(value):
    return bytes([len(value)]) + value.encode()


def _request_headers(authority):
    """HPACK without compression: entries of the static table, and literals that are not to be indexed."""
    return (
        b"\x83\x86"  # :method POST, :scheme http
        + b"\x04" + _text("/grpc.health.v1.Health/Check")
        + b"\x01" + _text(authority)
        + b"\x0f\x10" + _text("application/grpc")
        + b"\x00" + _text("te") + _text("trailers")
    )


def _read(connection, size):
    data = b""
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            raise ConnectionError("closed")
        data += part
    return data


def is_serving(host, port):
    """True when the server as a whole answers SERVING; False when it cannot be reached or says otherwise."""
    try:
        with socket.create_connection((host, port), timeout=_TIMEOUT_SECONDS) as connection:
            connection.sendall(
                b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
                + _frame(_SETTINGS, 0, 0)
                + _frame(_HEADERS, _END_HEADERS, 1, _request_headers(f"{host}:{port}"))
                + _frame(_DATA, _END_STREAM, 1, b"\0\0\0\0\0")
            )
            return _SERVING in _answer(connection)[5:]
    except (OSError, ConnectionError):
        return False


def _answer(connection):
    """The bytes of the answer's message, with gRPC's five-byte prefix; empty when the call failed."""
    message = b""
    while True:
        head = _read(connection, 9)
        size = int.from_bytes(head[:3], "big")
        kind, flags, stream = head[3], head[4], int.from_bytes(head[5:], "big") & 0x7FFFFFFF
        payload = _read(connection, size)
        if kind == _SETTINGS and not flags & _ACK:
            connection.sendall(_frame(_SETTINGS, _ACK, 0))
        elif kind in (_RST_STREAM, _GOAWAY):
            return message
        elif stream == 1 and kind in (_DATA, _HEADERS):
            message += payload if kind == _DATA else b""
            if flags & _END_STREAM:
                return message

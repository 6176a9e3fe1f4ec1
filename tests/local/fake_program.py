#!/usr/bin/env python3
"""Stands in for every program of the suite in suite_test.py, by the name it is called under.

As a service it reads the same configuration file, logs in to its schema on --migrate, answers gRPC health checks and
drains on SIGTERM. KEFU_DEV_FAKE_JOURNAL names a file to which each event is appended; KEFU_DEV_FAKE_FAILS names one
program (or "PROGRAM --migrate") that fails with a message.
"""

import json
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import tomllib

NAME = os.path.basename(sys.argv[0])


def journal(event):
    with open(os.environ["KEFU_DEV_FAKE_JOURNAL"], "a", encoding="utf-8") as file:
        file.write(f"{NAME} {event} {os.getpid()}\n")


def fail_if_asked(what):
    if os.environ.get("KEFU_DEV_FAKE_FAILS") == what:
        print(f"{what} fails as it was told to", file=sys.stderr)
        sys.exit(3)


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def answer_health(connection):
    """SERVING to whatever is asked: settings, headers (:status 200), the message, trailers (grpc-status: 0)."""
    with connection:
        request = b""
        while b"/grpc.health.v1.Health/Check" not in request:
            part = connection.recv(4096)
            if not part:
                return
            request += part
        message = b"\x08\x01"
        connection.sendall(
            frame(4, 0, 0) + frame(1, 4, 1, b"\x88")
            + frame(0, 0, 1, struct.pack(">BI", 0, len(message)) + message)
            + frame(1, 5, 1, b"\x00\x0bgrpc-status\x010")
        )


def listen(address):
    host, _, port = address.rpartition(":")
    server = socket.create_server((host, int(port)))

    def serve():
        while True:
            answer_health(server.accept()[0])

    threading.Thread(target=serve, daemon=True).start()
    return "%s:%d" % server.getsockname()


def log_in(keys):
    """The service's own user reaches its own schema, and no other."""
    with open(keys["db"]["password_file"], encoding="utf-8") as file:
        password = file.read().strip()
    host, _, port = keys["db"]["hosts"][0].rpartition(":")
    client = ["mariadb", "--no-defaults", f"--host={host}", f"--port={port}", f"--user={keys['db']['user']}", "-N", "-e"]
    seen = subprocess.run([*client, "SHOW DATABASES"], env={**os.environ, "MYSQL_PWD": password},
                          capture_output=True, text=True, check=True).stdout.split()
    assert sorted(seen) == ["information_schema", keys["db"]["schema"]], seen


def be_service():
    with open(sys.argv[sys.argv.index("--config") + 1], "rb") as file:
        keys = tomllib.load(file)
    if "--migrate" in sys.argv:
        fail_if_asked(NAME + " --migrate")
        log_in(keys)
        journal("migrated")
        return
    fail_if_asked(NAME)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    listeners = {"grpc": keys["server"]["address"], "metrics": keys["metrics"]["address"]}
    if "http" in keys:
        listeners["http"] = keys["http"]["address"]
    lines = [f"{name}={listen(address)}" for name, address in listeners.items()]
    with open(keys["port_file"] + ".new", "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    os.rename(keys["port_file"] + ".new", keys["port_file"])
    journal("started " + lines[0])
    stop.wait()
    journal("stopped")


def be_token_tool():
    if sys.argv[1] == "keygen":
        folder = sys.argv[sys.argv.index("--dir") + 1]
        with open(os.path.join(folder, "local.key"), "x", encoding="utf-8") as file:
            file.write("key")
    else:
        print("a.b.c")


def be_client():
    fail_if_asked(NAME)
    journal("ran " + "_".join(a for a in sys.argv[1:] if a in ("demo", "load", "report", "import")))
    if os.environ.get("KEFU_DEV_FAKE_FAILS") == "load hangs" and "load" in sys.argv:
        signal.pause()
    print("words on stderr", file=sys.stderr)
    if "report" in sys.argv:
        print(json.dumps({"consulted": 1}) if "json" in sys.argv else "| consulted | 1 |")


if NAME == "kefu-token":
    be_token_tool()
elif NAME == "kefuctl":
    be_client()
else:
    be_service()

"""The processes of the suite as one table, and the configuration file that each gets."""

import json
import os
import socket
from dataclasses import dataclass

from health import is_serving
from processes import Child


@dataclass(frozen=True)
class Service:
    name: str
    schema: str = ""  # its own schema and database user; "" for a process without a database
    calls: tuple = ()  # services whose addresses it needs, so it is started after them
    follows: tuple = ()  # services whose feeds it reads once they are up; they may start after it
    http: bool = False  # has an HTTP entrance beside gRPC

    @property
    def program(self):
        return "kefu-" + self.name


SERVICES = (
    Service("staffing", schema="kefu_staffing", follows=("performance",)),
    Service("warehouse", schema="kefu_warehouse"),
    Service("performance", schema="kefu_performance", calls=("staffing",)),
    Service("aftersales", schema="kefu_aftersales", calls=("staffing", "performance", "warehouse")),
    Service("gateway", calls=("staffing", "performance", "aftersales", "warehouse"), http=True),
)


def tiers():
    """Names of the services in groups that may start together: each group calls only groups before it."""
    left = list(SERVICES)
    done = set()
    while left:
        group = [s for s in left if set(s.calls) <= done]
        yield [s.name for s in group]
        done.update(s.name for s in group)
        left = [s for s in left if s.name not in done]


DRAIN_SECONDS = 10  # calls in flight may go on so long at the end

# Addresses that a process listens on: name in its port file -> key of its configuration.
LISTENERS = {"grpc": "server.address", "metrics": "metrics.address"}
GATEWAY_LISTENERS = {**LISTENERS, "http": "http.address"}


class Instance:
    """One running service: its configuration file, addresses and process."""

    def __init__(self, service, suite):
        self.service = service
        self.name = service.program
        self._suite = suite
        self._workspace = suite.workspace
        self.log = self._workspace.log(self.name)
        self.listeners = GATEWAY_LISTENERS if service.http else LISTENERS
        self.addresses = {}  # listener -> "127.0.0.1:PORT", once known
        self.child = None

    def configuration(self):
        """The configuration keys of common/app, with values."""
        service, suite = self.service, self._suite
        keys = {
            "auth.key_dir": suite.credentials.public_keys,
            "port_file": self._port_file(),
            "server.drain_timeout": f"{DRAIN_SECONDS}s",
        }
        for listener, key in self.listeners.items():
            keys[key] = self.addresses.get(listener, "127.0.0.1:0")
        if service.schema:
            keys["db.hosts"] = [f"127.0.0.1:{suite.database.port}"]
            keys["db.schema"] = service.schema
            keys["db.user"] = service.schema
            keys["db.password_file"] = self._workspace.password_file(service.schema)
        for other in (*service.calls, *service.follows):
            # While schemas are migrated nobody listens yet, and nobody is called.
            keys[f"peers.{other}"] = suite.instances[other].addresses.get("grpc", "127.0.0.1:1")
        if service.name == "aftersales":
            keys["payments.ledger_file"] = self._workspace.file("payments.jsonl")
        if service.http:
            keys["evidence.dir"] = self._workspace.file("evidence")
        if service.calls or service.follows:
            keys["peers.token_file"] = suite.credentials.token_file("service")
        return keys

    def reserve(self):
        """Chooses the port of gRPC before the start, for those that are started earlier and must know it."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.addresses["grpc"] = f"127.0.0.1:{free.getsockname()[1]}"

    def _port_file(self):
        return self._workspace.file("run", self.name + ".ports")

    def _argv(self, *arguments):
        # JSON's strings, numbers and lists are TOML's too, and dotted keys need no tables.
        text = "".join(f"{key} = {json.dumps(value)}\n" for key, value in self.configuration().items())
        path = self._workspace.write_private(self._workspace.file("config", self.name + ".toml"), text)
        return [os.path.join(self._suite.bin_folder, self.service.program), "--config", path, *arguments]

    def migrate(self):
        return Child(self._suite.guard, self.name + " --migrate", self._argv("--migrate"), log=self.log)

    def launch(self):
        """Starts the process: on free ports the first time, on the same ports afterwards."""
        if os.path.exists(self._port_file()):
            os.unlink(self._port_file())
        self.child = Child(self._suite.guard, self.name, self._argv(), log=self.log)
        return self.child

    def ready(self):
        return self.listens() and self.is_healthy()

    def listens(self):
        """Reads the port file, lines of name=address; True once every listener stands there."""
        try:
            with open(self._port_file(), encoding="utf-8") as file:
                lines = [line.strip().partition("=") for line in file]
        except FileNotFoundError:
            return False
        self.addresses = {name: address for name, _, address in lines if address}
        return all(listener in self.addresses for listener in self.listeners)

    def is_healthy(self):
        host, _, port = self.addresses["grpc"].rpartition(":")
        return is_serving(host, int(port))

"""`./dev run`: a private database and the five services on loopback, the month, and an end that leaves nothing behind."""

import argparse
import errno
import os
import sys
import time

import services
from credentials import Credentials
from database import Database
from month import Month
from processes import Child, Failure, Guard, Interrupted, Signals, report, say, stop_all, wait_for
from workspace import LOW_FREE_BYTES, Workspace

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
PROGRAM = "dev run"
KEPT_FOLDER = os.path.join(ROOT, ".kefu", "run")

MIGRATE_SECONDS = 120
HEALTHY_SECONDS = 60
STOP_SECONDS = services.DRAIN_SECONDS + 5
DATABASE_STOP_SECONDS = 30
FIRST_BACKOFF_SECONDS = 0.5
MAX_BACKOFF_SECONDS = 30.0
STABLE_SECONDS = 60  # after that a restart is no longer part of a series
DISK_CHECK_SECONDS = 5
EXIT_INTERRUPTED = 130  # as a shell reports SIGINT


class Restarts:
    """When a part that died may start again: at once, then ever later, until it has run for a while."""

    def __init__(self):
        self._backoff = {}
        self._due = {}

    def note_death(self, part):
        lived = time.monotonic() - part.child.started
        previous = self._backoff.get(part.name, 0.0) if lived < STABLE_SECONDS else 0.0
        pause = min(max(previous * 2, FIRST_BACKOFF_SECONDS), MAX_BACKOFF_SECONDS)
        self._backoff[part.name] = pause
        self._due[part.name] = time.monotonic() + pause
        return pause

    def waiting(self, part):
        return part.name in self._due

    def take_due(self, part):
        if time.monotonic() < self._due[part.name]:
            return False
        del self._due[part.name]
        return True


class Suite:
    """Starts the parts in order, watches them, and stops them in the other order."""

    def __init__(self, options, guard, signals, workspace):
        self.guard = guard
        self.signals = signals
        self.workspace = workspace
        self.bin_folder = os.path.abspath(options.bin_dir or os.path.join(ROOT, "build", "release", "bin"))
        self.credentials = Credentials(workspace, guard, self.wait, self.bin_folder)
        self.database = Database(workspace, guard, self.wait)
        self.instances = {s.name: services.Instance(s, self) for s in services.SERVICES}
        self._coming_back = set()  # names of parts that were started again and are not ready yet
        self._watched = []  # parts that are up and are started again when they die
        self._restarts = Restarts()
        self._next_disk_check = 0.0

    # --- waiting and watching ---

    def wait(self, condition, seconds, what, child=None):
        """Waits for condition() while watching everything that is up."""
        wait_for(self.signals, condition, seconds, what, child, self._watch)

    def _watch(self):
        for part in self._watched:
            if self._restarts.waiting(part):
                if self._restarts.take_due(part):
                    part.launch()
                    self._coming_back.add(part.name)
            elif part.child.ended() is not None:
                how = part.child.how_it_ended()
                pause = self._restarts.note_death(part)
                say(f"{part.name} died ({how}); starting it again in {pause:g} s; its log: {part.log}")
            elif part.name in self._coming_back and part.ready():
                self._coming_back.discard(part.name)
                say(f"{part.name} is up again")
        if time.monotonic() >= self._next_disk_check:
            self._next_disk_check = time.monotonic() + DISK_CHECK_SECONDS
            if self.workspace.free_bytes() < LOW_FREE_BYTES:
                say(f"the disk of {self.workspace.path} is nearly full: {self.workspace.free_bytes() >> 20} MiB left")
                self._next_disk_check += 60

    def watch_until_signal(self):
        self.wait(lambda: self.signals.count > 0, None, "")

    # --- starting ---

    def start(self):
        say("starting the database")
        self.database.start()
        self._watched.append(self.database)
        self.database.create_schemas([i.service.schema for i in self.instances.values() if i.service.schema])
        self.credentials.make()
        for instance in self.instances.values():
            if instance.service.schema:
                self._migrate(instance)
        for name in {followed for service in services.SERVICES for followed in service.follows}:
            self.instances[name].reserve()
        for names in services.tiers():
            self._start_together([self.instances[name] for name in names])

    def _migrate(self, instance):
        child = instance.migrate()
        self.wait(lambda: child.ended() is not None, MIGRATE_SECONDS, child.name)
        if child.ended() != 0:
            raise Failure(f"{child.name}: {child.how_it_ended()}", child.log)

    def _start_together(self, instances):
        say("starting " + ", ".join(i.name for i in instances))
        for instance in instances:
            instance.launch()
        for instance in instances:
            self.wait(instance.ready, HEALTHY_SECONDS, instance.name, instance.child)
            self._watched.append(instance)

    # --- stopping ---

    def stop(self):
        """Gateway, then services, then the database: nobody loses what it still needs. Never raises."""
        self._watched = []
        groups = [([self.instances[name] for name in names], STOP_SECONDS) for names in services.tiers()]
        for group, seconds in (*reversed(groups), ([self.database], DATABASE_STOP_SECONDS)):
            stop_all([part.child for part in group if part.child], seconds, self.signals)

    # --- what the user sees ---

    def gateway_address(self):
        return self.instances["gateway"].addresses["http"]

    def describe(self):
        url = f"http://{self.gateway_address()}"
        token = self.credentials.token_file("owner")
        lines = [f"console and JSON   {url}/"]
        for instance in self.instances.values():
            lines.append(f"{instance.name:<18} grpc {instance.addresses['grpc']}")
        lines += [
            f"database           127.0.0.1:{self.database.port}, socket {self.database.socket}",
            f"logs               {self.workspace.file('logs')}",
            f"token              {token}",
            "",
            "try it:",
            f"  curl -s -H \"Authorization: Bearer $(cat {token})\" -H 'Content-Type: application/json' \\",
            f"    -d '{{}}' {url}/kefu.staffing.v1.StaffingService/ListShops",
        ]
        return "\n".join(lines)


def build(guard, signals):
    """Builds the programs, not the tests, by `./dev build`; what the compiler says goes to stderr."""
    say("building (Release)")
    programs = [service.program for service in services.SERVICES] + ["kefuctl", "kefu-token"]
    child = Child(guard, "build", [os.path.join(ROOT, "dev"), "build", *programs], stdout=sys.stderr)
    try:
        wait_for(signals, lambda: child.ended() is not None, None, "the build")
    finally:
        child.kill()
    if child.ended() != 0:
        raise Failure("the build failed")


def arguments(argv):
    parser = argparse.ArgumentParser(prog=PROGRAM, description=__doc__, allow_abbrev=False)
    parser.add_argument("--once", action="store_true", help="print the month, then stop everything")
    parser.add_argument("--json", action="store_true", help="exactly one JSON object on stdout")
    parser.add_argument("--data", metavar="DIR", help="load the real data sets in DIR, not the demo shop")
    parser.add_argument("--keep", action="store_true", help="keep the data folder for the next start")
    parser.add_argument("--dir", metavar="DIR", help="where the data folder is made; with --keep, that folder itself")
    parser.add_argument("--lang", choices=("zh", "en"), help="language of what is printed")
    parser.add_argument("--bin-dir", metavar="DIR", help="programs that are built already; nothing is built then")
    return parser.parse_args(argv)


def run(options, guard, signals):
    if options.data:
        Month(None, options.data, None)  # says now what would fail after the build
    if options.keep:
        workspace = Workspace.open_kept(options.dir or KEPT_FOLDER, guard)
    else:
        workspace = Workspace.open_temporary(options.dir, guard)
    try:
        if not options.bin_dir:
            build(guard, signals)
        suite = Suite(options, guard, signals, workspace)
        try:
            suite.start()
            month = Month(suite, options.data, options.lang)
            month.load()
            print(month.as_json() if options.json else month.as_tables().rstrip("\n"), flush=True)
            if not options.once:
                say(suite.describe() + "\n\nCtrl-C stops everything.")
                suite.watch_until_signal()
                say("stopping")
        finally:
            suite.stop()
    except Failure as failure:
        report(PROGRAM, failure)  # while the log that it names is still there
        return 1
    finally:
        workspace.close()
    return 0


def main(argv):
    options = arguments(argv)
    signals = Signals()
    guard = Guard()
    try:
        return run(options, guard, signals)
    except Interrupted:
        say(f"{PROGRAM}: interrupted before the suite was up; everything is stopped")
        return EXIT_INTERRUPTED
    except Failure as failure:
        report(PROGRAM, failure)
    except BrokenPipeError:
        say(f"{PROGRAM}: nobody reads the output any more")
        sys.stdout = open(os.devnull, "w", encoding="utf-8")
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        hint = {errno.ENOSPC: "the disk is full", errno.EACCES: "not allowed", errno.EROFS: "read-only disk"}
        say(f"{PROGRAM}: {hint.get(error.errno, error.strerror)}{where}")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

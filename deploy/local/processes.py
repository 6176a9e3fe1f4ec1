"""Child processes that cannot outlive their supervisor, and the signals that end the supervisor itself."""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time

PR_SET_PDEATHSIG = 1
POLL_SECONDS = 0.05
TAIL_LINES = 15

_libc = ctypes.CDLL(None, use_errno=True)


class Failure(Exception):
    """A reason to stop everything, told to the user as it stands; log names the file that knows more."""

    def __init__(self, message, log=None):
        super().__init__(message)
        self.log = log


class Interrupted(Exception):
    """The user or the system asked for the end."""


def say(text):
    """Tells the user what goes on; stdout is kept for results."""
    print(text, file=sys.stderr, flush=True)


class Signals:
    """Counts the signals that ask for the end. The first starts an ordered stop, the next one hastens it."""

    def __init__(self):
        self.count = 0
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note)

    def _note(self, _number, _frame):
        self.count += 1

    def raise_if_any(self):
        if self.count:
            raise Interrupted()


class Guard:
    """A process of its own that kills every registered group, and removes folders, when the supervisor is gone.

    The kernel's parent-death signal reaches direct children only; a compiler below ninja, or a temporary folder, is
    left to this. It learns of the supervisor's end by the closing of a pipe, so `kill -9` works too.
    """

    def __init__(self):
        read_end, self._write_end = os.pipe()
        if os.fork() == 0:
            os.close(self._write_end)
            try:
                _guard_main(read_end)
            finally:
                os._exit(0)
        os.close(read_end)

    def tell(self, order, what):
        os.write(self._write_end, f"{order} {what}\n".encode())


def _guard_main(read_end):
    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    groups, folders = set(), set()
    with os.fdopen(read_end, encoding="utf-8") as orders:
        for line in orders:
            order, what = line.rstrip("\n").split(" ", 1)
            kept, value = (groups, int(what)) if order in ("+group", "-group") else (folders, what)
            (kept.add if order[0] == "+" else kept.discard)(value)
    for group in groups:
        kill_group(group, signal.SIGKILL)
    for folder in folders:
        # A killed database may still be writing its last page for a moment.
        for _ in range(50):
            shutil.rmtree(folder, ignore_errors=True)
            if not os.path.exists(folder):
                break
            time.sleep(POLL_SECONDS)


def kill_group(group, number):
    """Sends a signal to a process group; a group that is gone is fine."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        pass


def environment():
    """The environment of children: ours without KEFU_*, which would change a service's configuration behind its file."""
    kept = ("KEFU_DEV_", "KEFU_TEST_")
    return {k: v for k, v in os.environ.items() if not k.startswith("KEFU_") or k.startswith(kept)}


def tail(path, lines=TAIL_LINES):
    """The last lines of a log file; nothing when it cannot be read."""
    try:
        with open(path, "rb") as file:
            file.seek(max(0, os.path.getsize(path) - 64 * 1024))
            return file.read().decode("utf-8", "replace").splitlines()[-lines:]
    except OSError:
        return []


class Child:
    """One started program, in a group of its own, writing to a log file (or to our stderr when log is None)."""

    def __init__(self, guard, name, argv, log=None, stdout=None, stdin=None):
        self.name = name
        self.log = log
        self.started = time.monotonic()
        self._guard = guard
        output = open(log, "ab") if log else None
        parent = os.getpid()

        def die_with_parent():
            _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != parent:
                os._exit(1)

        try:
            self.process = subprocess.Popen(
                argv,
                stdin=stdin or subprocess.DEVNULL,
                stdout=stdout or output or sys.stderr,
                stderr=output or sys.stderr,
                env=environment(),
                start_new_session=True,
                preexec_fn=die_with_parent,
            )
        except FileNotFoundError as error:
            raise Failure(f"{name}: no such program: {error.filename}") from error
        finally:
            if output:
                output.close()
        guard.tell("+group", self.process.pid)

    @property
    def pid(self):
        return self.process.pid

    def ended(self):
        """The exit code (negative: the signal that killed it), or None while it runs."""
        code = self.process.poll()
        if code is not None and self._guard:
            kill_group(self.pid, signal.SIGKILL)  # what it may have left in its group
            self._guard.tell("-group", self.pid)
            self._guard = None
        return code

    def how_it_ended(self):
        code = self.ended()
        if code is not None and code < 0:
            return f"killed by {signal.Signals(-code).name}"
        return f"exit code {code}"

    def terminate(self):
        if self.ended() is None:
            kill_group(self.pid, signal.SIGTERM)

    def kill(self):
        if self.ended() is None:
            kill_group(self.pid, signal.SIGKILL)
            self.process.wait()
            self.ended()


def wait_for(signals, condition, seconds, what, child=None, watch=lambda: None):
    """Waits for condition(), calling watch() meanwhile. Fails after `seconds` (None: never) or when child ends first.

    Raises Interrupted as soon as a signal asked for the end.
    """
    deadline = time.monotonic() + seconds if seconds else None
    while not condition():
        signals.raise_if_any()
        watch()
        if child and child.ended() is not None:
            raise Failure(f"{child.name} ended while starting: {child.how_it_ended()}", child.log)
        if deadline and time.monotonic() > deadline:
            raise Failure(f"{what}: not ready within {seconds} s", child.log if child else None)
        time.sleep(POLL_SECONDS)


def stop_all(children, seconds, signals):
    """Ends children together: SIGTERM, a bounded wait, SIGKILL. A further signal from the user ends the wait."""
    for child in children:
        child.terminate()
    deadline = time.monotonic() + seconds
    asked = signals.count
    while any(c.ended() is None for c in children) and time.monotonic() < deadline and signals.count == asked:
        time.sleep(POLL_SECONDS)
    for child in children:
        if child.ended() is None:
            say(f"{child.name} did not stop within {seconds} s: killed")
            child.kill()


def report(program, failure):
    """Tells the user why it ends, with the last lines of the log that knows more."""
    say(f"{program}: {failure}")
    if failure.log:
        for line in tail(failure.log):
            say(f"  | {line}")
        say(f"  (the last lines of {failure.log})")

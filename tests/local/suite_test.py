"""The supervisor of `./dev run` with a real MariaDB and stand-ins for the programs: order, restarts, and ends that leave nothing."""

import contextlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
LOCAL = os.path.normpath(os.path.join(HERE, "..", "..", "deploy", "local"))
PROGRAMS = ["kefu-staffing", "kefu-performance", "kefu-aftersales", "kefu-warehouse", "kefu-gateway", "kefuctl", "kefu-token"]
TIMEOUT_SECONDS = 120

sys.path.insert(0, LOCAL)
import database
import health
import processes
from workspace import Workspace


class Run:
    """One started supervisor. Its stderr is collected line by line; expect() waits for a line."""

    def __init__(self, test, *arguments, fails=""):
        self.journal_path = os.path.join(test.folder, f"journal{len(test.runs)}")
        open(self.journal_path, "w").close()
        environment = {**os.environ, "KEFU_DEV_FAKE_JOURNAL": self.journal_path, "KEFU_DEV_FAKE_FAILS": fails,
                       "TMPDIR": test.temporary, "KEFU_DB_HOSTS": "must not reach the services"}
        self.process = subprocess.Popen(
            [sys.executable, "-B", os.path.join(LOCAL, "suite.py"), "--bin-dir", test.programs, *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
        self._watchdog = threading.Timer(TIMEOUT_SECONDS, self.process.kill)
        self._watchdog.daemon = True
        self._watchdog.start()
        self.stderr = ""
        test.runs.append(self)

    def expect(self, text):
        for line in self.process.stderr:
            self.stderr += line
            if text in line:
                return line
        raise AssertionError(f"'{text}' never came; stderr was:\n{self.stderr}")

    def finish(self):
        """Waits for the end; returns (exit code, stdout)."""
        stdout, stderr = self.process.communicate()
        self.stderr += stderr
        self._watchdog.cancel()
        return self.process.returncode, stdout

    def journal(self):
        with open(self.journal_path, encoding="utf-8") as file:
            return [line.rsplit(" ", 1) for line in file.read().splitlines()]

    def events(self):
        return [event for event, _ in self.journal()]

    def pids(self):
        return [int(pid) for _, pid in self.journal()]


def wait_until_gone(pid):
    """Returns once the process has ended; fails after the time limit. Needs no polling: the kernel tells."""
    with contextlib.suppress(ProcessLookupError):
        descriptor = os.pidfd_open(pid)
        try:
            if not select.select([descriptor], [], [], TIMEOUT_SECONDS)[0]:
                raise AssertionError(f"process {pid} is still there")
        finally:
            os.close(descriptor)


def database_pid(folder):
    with open(os.path.join(folder, "run", "mariadb.pid"), encoding="utf-8") as file:
        return int(file.read())


class SuiteTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="kefu-suite-test-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.programs = os.path.join(self.folder, "bin")
        self.temporary = os.path.join(self.folder, "tmp")
        os.mkdir(self.programs)
        os.mkdir(self.temporary)
        for name in PROGRAMS:
            shutil.copy(os.path.join(HERE, "fake_program.py"), os.path.join(self.programs, name))
            os.chmod(os.path.join(self.programs, name), 0o755)
        self.runs = []
        self.addCleanup(self.end_all)

    def end_all(self):
        for run in self.runs:
            if run.process.poll() is None:
                run.process.kill()
                run.finish()

    def assert_nothing_left(self, run):
        for pid in run.pids():
            wait_until_gone(pid)
        left = subprocess.run(["pgrep", "-f", "mariadbd.*" + self.folder], capture_output=True, text=True).stdout
        self.assertEqual(left, "")
        self.assertEqual(os.listdir(self.temporary), [])

    def test_once_prints_one_json_object_and_stops_in_order(self):
        run = Run(self, "--once", "--json")
        code, stdout = run.finish()
        self.assertEqual(code, 0, run.stderr)
        self.assertEqual(json.loads(stdout), {"demo": {"consulted": 1}})
        self.assertEqual(stdout.count("\n"), 1)
        self.assertIn("words on stderr", run.stderr)
        events = run.events()
        self.assertEqual(sum("migrated" in e for e in events), 4)
        self.assertEqual([e for e in events if e.startswith("kefuctl")], ["kefuctl ran demo_load", "kefuctl ran report_demo"])
        self.assertEqual([e.split()[0] for e in events if "started" in e][-1], "kefu-gateway")
        self.assertEqual([e.split()[0] for e in events if e.endswith("stopped")][0], "kefu-gateway")
        self.assertEqual(sum(e.endswith("stopped") for e in events), 5)
        self.assert_nothing_left(run)

    def test_two_stay_up_beside_each_other_until_interrupted(self):
        first, second = Run(self), Run(self)
        for run in (first, second):
            run.expect("Ctrl-C stops everything")
            self.assertIn("Authorization: Bearer", run.stderr)
            run.process.send_signal(signal.SIGINT)
        for run in (first, second):
            code, stdout = run.finish()
            self.assertEqual((code, stdout), (0, "| consulted | 1 |\n"), run.stderr)
        self.assert_nothing_left(first)
        self.assert_nothing_left(second)

    def test_a_service_and_the_database_come_back_after_kill_9(self):
        folder = os.path.join(self.folder, "data")
        run = Run(self, "--keep", "--dir", folder)
        run.expect("Ctrl-C stops everything")
        event, pid = next((e, p) for e, p in run.journal() if "kefu-warehouse started" in e)
        os.kill(int(pid), signal.SIGKILL)
        run.expect("kefu-warehouse died (killed by SIGKILL)")
        run.expect("kefu-warehouse is up again")
        self.assertEqual(run.events().count(event), 2, "it must come back at the same address")
        os.kill(database_pid(folder), signal.SIGKILL)
        run.expect("mariadb died (killed by SIGKILL)")
        run.expect("mariadb is up again")
        run.process.send_signal(signal.SIGTERM)
        code, _ = run.finish()
        self.assertEqual(code, 0, run.stderr)
        self.assert_nothing_left(run)

    def test_nothing_survives_kill_9_of_the_supervisor(self):
        run = Run(self)
        run.expect("Ctrl-C stops everything")
        (folder,) = os.listdir(self.temporary)
        database = database_pid(os.path.join(self.temporary, folder))
        with open(f"/proc/{run.process.pid}/task/{run.process.pid}/children", encoding="utf-8") as file:
            children = [int(pid) for pid in file.read().split()]
        guards = [pid for pid in children if pid not in run.pids() and pid != database]
        run.process.kill()
        run.process.wait()
        for pid in [database, *run.pids()]:
            wait_until_gone(pid)
        self.assertEqual(len(guards), 1)
        wait_until_gone(guards[0])  # it removes the folder as its last act
        run.finish()
        self.assert_nothing_left(run)

    def test_a_failure_while_starting_shows_the_log_and_stops_everything(self):
        for fails in ("kefu-warehouse", "kefu-performance --migrate", "kefuctl"):
            with self.subTest(fails):
                run = Run(self, "--once", "--json", fails=fails)
                code, stdout = run.finish()
                self.assertEqual((code, stdout), (1, ""), run.stderr)
                self.assertIn(f"{fails} fails as it was told to", run.stderr)
                self.assertIn("exit code 3", run.stderr)
                self.assert_nothing_left(run)

    def test_interrupted_while_loading(self):
        run = Run(self, "--once", fails="load hangs")
        run.expect("loading the demo shop")
        run.process.send_signal(signal.SIGINT)
        code, stdout = run.finish()
        self.assertEqual((code, stdout), (130, ""), run.stderr)
        self.assert_nothing_left(run)

    def test_keep_holds_the_data_and_refuses_a_second_owner(self):
        folder = os.path.join(self.folder, "data")
        first = Run(self, "--keep", "--dir", folder)
        first.expect("Ctrl-C stops everything")
        second = Run(self, "--keep", "--dir", folder, "--once")
        code, _ = second.finish()
        self.assertEqual(code, 1)
        self.assertIn("is in use by another ./dev run", second.stderr)
        first.process.send_signal(signal.SIGINT)
        self.assertEqual(first.finish()[0], 0, first.stderr)
        third = Run(self, "--keep", "--dir", folder, "--once")
        code, stdout = third.finish()
        self.assertEqual((code, stdout), (0, "| consulted | 1 |\n"), third.stderr)
        self.assertNotIn("kefuctl ran demo_load", third.events())
        for place in ("secrets/kefu_staffing.password", "secrets/owner.token", "config/kefu-staffing.toml"):
            self.assertEqual(os.stat(os.path.join(folder, place)).st_mode & 0o777, 0o600, place)
        self.assertEqual(os.stat(folder).st_mode & 0o777, 0o700)

    def test_bad_folders_are_told_clearly(self):
        file = os.path.join(self.folder, "file")
        open(file, "w").close()
        foreign = os.path.join(self.folder, "foreign")
        os.makedirs(os.path.join(foreign, "photos"))
        for arguments, message in (
            (["--dir", file], "File exists: " + file),
            (["--keep", "--dir", file], "File exists: " + file),
            (["--keep", "--dir", foreign], "holds no data of ./dev run"),
            (["--data", os.path.join(self.folder, "none")], "no such folder"),
            (["--data", foreign], "holds neither call_centre/february_1999.tsv or olist"),
        ):
            with self.subTest(message):
                run = Run(self, "--once", *arguments)
                code, stdout = run.finish()
                self.assertEqual((code, stdout), (1, ""))
                self.assertIn(message, run.stderr)
                self.assertNotIn("Traceback", run.stderr)


class DatabasePortTest(unittest.TestCase):
    def test_a_port_that_was_taken_meanwhile_is_replaced(self):
        with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as taken:
            signals, guard = processes.Signals(), processes.Guard()
            workspace = Workspace.open_kept(os.path.join(folder, "data"), guard)
            server = database.Database(workspace, guard, lambda *a: processes.wait_for(signals, *a))
            server.port = taken.getsockname()[1]
            try:
                server.start()
                self.assertNotEqual(server.port, taken.getsockname()[1])
            finally:
                processes.stop_all([server.child], 30, signals)
                workspace.close()


class HealthTest(unittest.TestCase):
    def test_no_server_or_a_silent_end_is_not_serving(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            threading.Thread(target=lambda: server.accept()[0].close(), daemon=True).start()
            self.assertFalse(health.is_serving("127.0.0.1", port))
        self.assertFalse(health.is_serving("127.0.0.1", port))


if __name__ == "__main__":
    unittest.main()

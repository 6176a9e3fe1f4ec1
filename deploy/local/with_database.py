"""with_database.py COMMAND…: runs a command with KEFU_TEST_DB_SOCKET naming a private MariaDB, and stops that at the end.

`./dev test` runs ctest by it, so that all tests share one server in place of one for each test program.
"""

import functools
import os
import sys

from database import Database
from processes import Child, Failure, Guard, Interrupted, Signals, report, stop_all, wait_for
from workspace import Workspace

DATABASE_STOP_SECONDS = 30
COMMAND_STOP_SECONDS = 10
EXIT_INTERRUPTED = 130  # as a shell reports SIGINT
EXIT_SIGNALED = 128  # plus the signal, as a shell reports it


def run(command, workspace, guard, signals):
    wait = functools.partial(wait_for, signals)
    database = Database(workspace, guard, wait, shared_by_tests=True)
    child = None
    try:
        database.start()
        os.environ["KEFU_TEST_DB_SOCKET"] = database.socket
        child = Child(guard, command[0], command, stdout=sys.stdout)
        wait(lambda: child.ended() is not None, None, command[0])
        code = child.ended()
        return code if code >= 0 else EXIT_SIGNALED - code
    finally:
        for part, seconds in ((child, COMMAND_STOP_SECONDS), (database.child, DATABASE_STOP_SECONDS)):
            if part:
                stop_all([part], seconds, signals)


def main(command):
    signals = Signals()
    guard = Guard()
    try:
        workspace = Workspace.open_temporary(None, guard)
        try:
            return run(command, workspace, guard, signals)
        except Failure as failure:
            report("dev test", failure)  # while the log that it names is still there
            return 1
        finally:
            workspace.close()
    except Interrupted:
        return EXIT_INTERRUPTED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

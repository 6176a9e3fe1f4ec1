"""The data folder of one run: lock, secrets, logs. Kept with --keep, else temporary."""

import fcntl
import json
import os
import secrets
import shutil
import stat
import tempfile

from processes import Failure

MIN_FREE_BYTES = 1 << 30  # the database's files and logs of the real data sets take about half of it
LOW_FREE_BYTES = 100 << 20  # below this the database soon stands still
MAX_SOCKET_PATH = 100  # Linux allows 107 bytes


class Workspace:
    """Paths under one folder. Made by open_kept or open_temporary; close() removes what is temporary."""

    def __init__(self, path, guard, temporary):
        self.path = path
        self.temporary = temporary
        self._guard = guard
        self._removed_at_close = []
        if temporary:
            self._remove_at_close(path)
        self._take_lock()
        for name in ("logs", "secrets", "config", "run"):
            os.makedirs(self.file(name), mode=0o700, exist_ok=True)
        free = self.free_bytes()
        if free < MIN_FREE_BYTES:
            raise Failure(f"only {free >> 20} MiB are free in {path}; the suite needs {MIN_FREE_BYTES >> 20} MiB")

    @classmethod
    def open_kept(cls, path, guard):
        path = os.path.abspath(path)
        os.makedirs(path, mode=0o700, exist_ok=True)
        mode = os.stat(path)
        if mode.st_uid != os.geteuid() or not os.access(path, os.W_OK):
            raise Failure(f"{path} belongs to another user or cannot be written; name another folder by --dir")
        if not os.path.exists(os.path.join(path, "lock")) and os.listdir(path):
            raise Failure(f"{path} is not empty and holds no data of ./dev run; name an empty or a new folder")
        os.chmod(path, stat.S_IRWXU)
        return cls(path, guard, temporary=False)

    @classmethod
    def open_temporary(cls, parent, guard):
        if parent:
            os.makedirs(parent, exist_ok=True)
        return cls(tempfile.mkdtemp(prefix="kefu-run-", dir=os.path.abspath(parent) if parent else None), guard, temporary=True)

    def _take_lock(self):
        self._lock = open(self.file("lock"), "a+", encoding="utf-8")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.seek(0)
            owner = self._lock.read().strip()
            raise Failure(f"{self.path} is in use by another ./dev run (process {owner}); name another folder by --dir") from None
        self._lock.truncate(0)
        self._lock.write(str(os.getpid()))
        self._lock.flush()

    def _remove_at_close(self, path):
        self._removed_at_close.append(path)
        self._guard.tell("+folder", path)

    def file(self, *parts):
        return os.path.join(self.path, *parts)

    def log(self, name):
        return self.file("logs", name + ".log")

    def free_bytes(self):
        free = os.statvfs(self.path)
        return free.f_bavail * free.f_frsize

    def socket(self, name):
        """A path for a unix socket: in the data folder, or in a folder of its own where that path is too long."""
        path = self.file("run", name)
        if len(os.fsencode(path)) <= MAX_SOCKET_PATH:
            return path
        short = tempfile.mkdtemp(prefix="kefu-", dir="/tmp")
        self._remove_at_close(short)
        return os.path.join(short, name)

    def write_private(self, path, text):
        """Writes a file that only its owner may read, whole or not at all."""
        descriptor = os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        os.rename(path + ".new", path)
        return path

    def password_file(self, name):
        """The path of a file with a random password, made on first use."""
        path = self.file("secrets", name + ".password")
        if not os.path.exists(path):
            self.write_private(path, secrets.token_hex(24) + "\n")
        return path

    def loaded(self):
        """What a kept folder already holds: names of the data that were loaded whole."""
        try:
            with open(self.file("loaded.json"), encoding="utf-8") as file:
                return json.load(file)
        except FileNotFoundError:
            return []

    def note_loaded(self, name):
        self.write_private(self.file("loaded.json"), json.dumps(sorted({*self.loaded(), name})) + "\n")

    def close(self):
        for path in self._removed_at_close:
            shutil.rmtree(path, ignore_errors=True)
            self._guard.tell("-folder", path)
        self._lock.close()

"""A private MariaDB server in the data folder: own files, unix socket, loopback port, one user per schema."""

import os
import pwd
import shutil
import socket

from processes import Child, Failure, tail

START_SECONDS = 90  # crash recovery of a killed server included
INSTALL_SECONDS = 120
PORT_ATTEMPTS = 3
PORT_TAKEN = "Address already in use"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _memory_bytes():
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _program(name):
    """MariaDB's server stands in /usr/sbin, which is not in every user's PATH."""
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/bin")
    if not path:
        raise Failure(f"{name} is not installed")
    return path


class Database:
    """The server of one workspace. wait(condition, seconds, what, child) is the supervisor's bounded wait."""

    name = "mariadb"

    def __init__(self, workspace, guard, wait):
        self._workspace = workspace
        self._guard = guard
        self._wait = wait
        self.folder = workspace.file("mariadb")
        self.socket = workspace.socket("db.sock")
        self.log = workspace.log("mariadb")
        self.port = free_port()
        self.child = None

    def start(self):
        """Makes the data files on first use, starts the server and waits until it answers."""
        if not os.path.isdir(self.folder):
            self._install()
        for attempts_left in range(PORT_ATTEMPTS - 1, -1, -1):
            self.launch()
            try:
                self._wait(self.ready, START_SECONDS, "the database", self.child)
                return
            except Failure:
                # Another program may have taken the free port before the server did.
                if not attempts_left or not any(PORT_TAKEN in line for line in tail(self.log)):
                    raise
                self.port = free_port()

    def _install(self):
        new_folder = self.folder + ".new"  # renamed when it is whole, so that an interrupted start leaves no half of it
        shutil.rmtree(new_folder, ignore_errors=True)
        arguments = [
            _program("mariadb-install-db"),
            "--no-defaults",
            f"--datadir={new_folder}",
            # A starting server deletes the temporary tables that it finds in its tmpdir, another server's too.
            f"--tmpdir={self._workspace.file('run')}",
            "--skip-test-db",
            "--auth-root-authentication-method=socket",
            f"--auth-root-socket-user={self._login()}",
            *self._as_user(),
        ]
        installer = Child(self._guard, "mariadb-install-db", arguments, log=self._workspace.log("mariadb-install"))
        self._wait(lambda: installer.ended() is not None, INSTALL_SECONDS, "the database's files")
        if installer.ended() != 0:
            raise Failure(f"the database's files could not be made: {installer.how_it_ended()}", installer.log)
        os.rename(new_folder, self.folder)

    def launch(self):
        """Starts the server without waiting: used for a restart too, on the same files and port."""
        arguments = [
            _program("mariadbd"),
            "--no-defaults",
            f"--datadir={self.folder}",
            f"--socket={self.socket}",
            f"--pid-file={self._workspace.file('run', 'mariadb.pid')}",
            f"--tmpdir={self._workspace.file('run')}",
            f"--port={self.port}",
            "--bind-address=127.0.0.1",
            "--skip-name-resolve",
            *self._as_user(),
            "--innodb-flush-log-at-trx-commit=1",
            f"--innodb-buffer-pool-size={min(1 << 30, _memory_bytes() // 8)}",
            "--innodb-log-file-size=134217728",
            "--character-set-server=utf8mb4",
            "--collation-server=utf8mb4_bin",
            "--default-time-zone=+00:00",
            "--max-connections=500",
            "--max-allowed-packet=67108864",
            "--skip-log-bin",
        ]
        self.child = Child(self._guard, self.name, arguments, log=self.log)
        return self.child

    def ready(self):
        try:
            with socket.socket(socket.AF_UNIX) as probe:
                probe.settimeout(2)
                probe.connect(self.socket)
                return len(probe.recv(5)) > 0  # the server speaks first
        except OSError:
            return False

    def create_schemas(self, names):
        """One schema and one user of the same name each, with the password from the workspace. Idempotent."""
        statements = []
        for name in names:
            with open(self._workspace.password_file(name), encoding="utf-8") as file:
                password = file.read().strip()
            statements.append(f"CREATE DATABASE IF NOT EXISTS `{name}` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;")
            for host in ("localhost", "127.0.0.1"):
                user = f"'{name}'@'{host}'"
                statements.append(f"CREATE USER IF NOT EXISTS {user} IDENTIFIED BY '{password}';")
                statements.append(f"ALTER USER {user} IDENTIFIED BY '{password}';")
                statements.append(f"GRANT ALL PRIVILEGES ON `{name}`.* TO {user};")
        self._execute("\n".join(statements))

    def _execute(self, statements):
        # By a file that only we can read: a command line would show the passwords to everybody.
        script = self._workspace.write_private(self._workspace.file("run", "setup.sql"), statements + "\n")
        log = self._workspace.log("mariadb-setup")
        arguments = [_program("mariadb"), "--no-defaults", f"--socket={self.socket}", f"--user={self._login()}", "--batch"]
        with open(script, encoding="utf-8") as stdin:
            client = Child(self._guard, "mariadb", arguments, log=log, stdin=stdin)
        os.unlink(script)
        self._wait(lambda: client.ended() is not None, START_SECONDS, "the database's users")
        if client.ended() != 0:
            raise Failure("the schemas and users could not be made", log)

    @staticmethod
    def _login():
        return pwd.getpwuid(os.geteuid()).pw_name

    @staticmethod
    def _as_user():
        return ["--user=root"] if os.geteuid() == 0 else []

"""A suite that is up, for tests that use it as its users do."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
SUITE = os.path.join(ROOT, "deploy", "local", "suite.py")


def data_folder():
    return os.environ.get("KEFU_DEV_DATA_DIR") or os.path.normpath(os.path.join(ROOT, "..", "shared", "data"))


class RunningSuite:
    """Starts the built programs in BIN by deploy/local, without building; everything ends with the block."""

    def __init__(self, bin_folder, *options):
        self.bin = os.path.abspath(bin_folder)
        self.folder = tempfile.mkdtemp(prefix="kefu-e2e-")
        self._errors = os.path.join(self.folder, "stderr")
        self._options = options

    def __enter__(self):
        with open(self._errors, "w", encoding="utf-8") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-B", SUITE, "--bin-dir", self.bin, "--dir", self.folder, *self._options],
                stdout=subprocess.PIPE, stderr=errors, text=True)  # fmt: skip
        while "Ctrl-C stops everything" not in self.said():
            if self.process.poll() is not None:
                raise AssertionError(f"the suite ended with {self.process.returncode}:\n{self.said()}")
            time.sleep(0.2)
        said = self.said()
        self.url = re.search(r"console and JSON\s+(http://\S+?)/?\n", said).group(1)
        self.token_file = re.search(r"\ntoken\s+(\S+)", said).group(1)
        self.grpc = dict(re.findall(r"\nkefu-(\w+)\s+grpc (\S+)", said))
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGINT)
        try:
            self.output = self.process.communicate(timeout=120)[0]
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.output = self.process.communicate()[0]
        shutil.rmtree(self.folder, ignore_errors=True)

    def said(self):
        with open(self._errors, encoding="utf-8") as file:
            return file.read()

    def kefuctl(self, *arguments, check=True):
        """What kefuctl printed, and its exit code."""
        done = subprocess.run(
            [os.path.join(self.bin, "kefuctl"), "--gateway", self.url.removeprefix("http://"),
             "--token-file", self.token_file, "--lang", "en", *arguments],
            capture_output=True, text=True)  # fmt: skip
        if check and done.returncode != 0:
            raise AssertionError(f"kefuctl {' '.join(arguments)}: exit {done.returncode}\n{done.stderr}")
        return done.stdout if check else done

    def pid_of(self, program):
        """The process of this suite that runs a program, by its configuration or data folder."""
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/cmdline", "rb") as file:
                    words = file.read().decode(errors="replace").split("\0")
            except OSError:
                continue
            if os.path.basename(words[0]) == program and any(self.folder in word for word in words):
                return int(pid)
        return None

"""What kefuctl is asked to do: load the demo shop or the real data, and print the month. Nothing else knows its commands."""

import json
import os

from processes import Child, Failure, say

# name in the result -> (path below the data folder, arguments of `kefuctl import`)
REAL_DATA = {
    "call_centre": ("call_centre/february_1999.tsv", ["import", "call-centre"]),
    "olist": ("olist", ["import", "olist"]),
}
LOAD_DEMO = ["demo", "load"]
REPORTS = {
    "demo": ["report", "demo"],
    "call_centre": ["report", "call-centre"],
    "olist": ["report", "olist"],
}


def sources_in(folder):
    """The data sets in a folder of real data, as {name: path}. Fails when there is none, before anything is started."""
    if not os.path.isdir(folder):
        raise Failure(f"--data {folder}: no such folder")
    found = {name: os.path.join(folder, path) for name, (path, _) in REAL_DATA.items()}
    found = {name: os.path.abspath(path) for name, path in found.items() if os.path.exists(path)}
    if not found:
        wanted = " or ".join(path for path, _ in REAL_DATA.values())
        raise Failure(f"--data {folder}: holds neither {wanted}")
    for name, path in found.items():
        if not os.access(path, os.R_OK):
            raise Failure(f"--data {folder}: {path} cannot be read")
    return found


class Month:
    """Loads and reports through the gateway, as a user of kefuctl would."""

    def __init__(self, suite, data, language):
        self._suite = suite
        self._sources = sources_in(data) if data else None
        self._language = language

    def load(self):
        """Loads what is not loaded yet; a kept folder remembers what it holds."""
        loaded = self._suite.workspace.loaded()
        for name in self._sources or ["demo"]:
            mark = f"{name} {self._sources[name]}" if self._sources else name
            if mark in loaded:
                say(f"{name}: kept from before")
                continue
            if self._sources:
                say(f"loading {self._sources[name]}")
                self._kefuctl(*REAL_DATA[name][1], self._sources[name])
            else:
                say("loading the demo shop")
                self._kefuctl(*LOAD_DEMO)
            self._suite.workspace.note_loaded(mark)

    def as_tables(self):
        return "\n".join(self._kefuctl(*REPORTS[name]) for name in self._sources or ["demo"])

    def as_json(self):
        """One line with one object: the reports by name."""
        reports = {}
        for name in self._sources or ["demo"]:
            text = self._kefuctl(*REPORTS[name], "--format", "json")
            try:
                reports[name] = json.loads(text)
            except ValueError as error:
                raise Failure(f"kefuctl {' '.join(REPORTS[name])} printed no JSON: {error}") from error
        return json.dumps(reports, ensure_ascii=False)

    def _kefuctl(self, *arguments):
        """Runs kefuctl to its end and returns what it printed; its progress and messages go to our stderr."""
        suite = self._suite
        argv = [
            os.path.join(suite.bin_folder, "kefuctl"),
            "--gateway", suite.gateway_address(),
            "--token-file", suite.credentials.token_file("owner"),
            *(["--lang", self._language] if self._language else []),
            *arguments,
        ]
        output = suite.workspace.write_private(suite.workspace.file("run", "kefuctl.out"), "")
        with open(output, "r+", encoding="utf-8") as stdout:
            child = Child(suite.guard, "kefuctl", argv, stdout=stdout)
            try:
                suite.wait(lambda: child.ended() is not None, None, "kefuctl")
            finally:
                child.kill()
            if child.ended() != 0:
                raise Failure(f"kefuctl {' '.join(arguments)}: {child.how_it_ended()}")
            stdout.seek(0)  # the child wrote through the same file offset
            return stdout.read()

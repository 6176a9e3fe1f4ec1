"""Which files the architecture checks read, and what of a C++ file is code, string or comment."""

import os
import re
from dataclasses import dataclass

FOLDERS = ("common", "services", "clients", "bench", "tests", "protos", "deploy", "console", ".ci")
SKIPPED = {"build", "node_modules", "__pycache__", "generated"}
CPP = (".cc", ".h")


@dataclass(frozen=True)
class Finding:
    """One broken rule, printed as path:line: [rule] message."""

    path: str
    line: int
    rule: str
    message: str

    def __str__(self):
        return f"{self.path}:{self.line}: [{self.rule}] {self.message}"


def source_files(root):
    """Paths of all files of the checkout that are written by hand, relative to root, sorted."""
    found = []
    for entry in sorted(os.listdir(root)):
        full = os.path.join(root, entry)
        if os.path.isfile(full) and (entry == "dev" or entry.endswith((".txt", ".json"))):
            found.append(entry)
        elif entry in FOLDERS and os.path.isdir(full):
            for folder, names, files in os.walk(full):
                names[:] = sorted(n for n in names if n not in SKIPPED)
                found += [os.path.relpath(os.path.join(folder, f), root) for f in sorted(files)]
    return found


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
        return file.read()


def is_test(path):
    """Tests and what only they use: x_test.cc, x_test_util.h, the folders tests/, testing/ and testdata/."""
    name = os.path.splitext(os.path.basename(path))[0]
    in_test_folder = {"tests", "testing", "testdata"} & set(path.split("/")[:-1])
    return bool(in_test_folder) or name.endswith("_test") or "_test_" in name


_CPP_TOKEN = re.compile(
    r"""(?P<raw>R"(?P<tag>[^()\\\s]{0,16})\(.*?\)(?P=tag)")
      | (?P<line>//[^\n]*)
      | (?P<block>/\*.*?\*/)
      | (?P<string>"(?:[^"\\\n]|\\.)*")
      | (?P<number>\b[0-9][0-9a-fA-F'xX.]*)
      | (?P<char>'(?:[^'\\\n]|\\.)+')""",
    re.DOTALL | re.VERBOSE,
)


def blank(text):
    """The text as spaces, with its line breaks."""
    return re.sub(r"[^\n]", " ", text)


def split_cpp(text):
    """Returns (code, code with strings): both as long as the text, with comments (and strings) turned to spaces."""

    def cut(match, keep_strings):
        kind = match.lastgroup if match.lastgroup != "tag" else "raw"
        if kind in ("line", "block"):
            return blank(match.group())
        if kind in ("raw", "string", "char") and not keep_strings:
            return '"' + blank(match.group()[1:-1]) + '"'
        return match.group()

    return (
        _CPP_TOKEN.sub(lambda m: cut(m, False), text),
        _CPP_TOKEN.sub(lambda m: cut(m, True), text),
    )


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1

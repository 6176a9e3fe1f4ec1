"""Compares the reasons of errors that the sources can make with the tables of docs/errors/, both ways.

A source makes a reason when an UPPER_SNAKE literal, or a constant that holds one, stands where a function has its parameter
`reason`; and by any other literal with an underscore that is not known to be something else: a name of the contracts'
enumerations, an environment variable, a permission. A service's own table may repeat a common reason to say what it means
there; every other reason stands in one table.
"""

import os
import re
from dataclasses import dataclass

from sources import CPP, Finding, is_test, line_of, read, split_cpp

INDEX = "docs/errors.md"
TABLES = "docs/errors"
CODES = {
    "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE",
    "DATA_LOSS", "UNAUTHENTICATED",
}  # fmt: skip
# Literals with an underscore in these files name other things; only what stands as a `reason` counts there.
OTHER_WORDS = {
    "common/auth/permissions.cc": "permissions",
    "common/app/child_process.h": "the sanitizers' variables",
    "common/time/business_calendar.cc": "kinds of a span of time",
    "services/aftersales/domain/processes/flows.h": "steps of flows",
    "services/performance/domain/payroll/plan.h": "enumerations of pay",
    "services/performance/domain/payroll/sources.h": "enumerations of pay",
    "services/performance/domain/payroll/statement.h": "enumerations of pay",
}
# The factories of common/status/error.h that fix the code.
CODE_OF = {
    "FailedPrecondition": "FAILED_PRECONDITION", "InvalidArgument": "INVALID_ARGUMENT", "PermissionDenied": "PERMISSION_DENIED",
    "Unauthenticated": "UNAUTHENTICATED", "Unavailable": "UNAVAILABLE", "ResourceExhausted": "RESOURCE_EXHAUSTED",
    "Aborted": "ABORTED",
}  # fmt: skip

_WORD = r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*"
_LITERAL = re.compile(rf'"({_WORD})"')
_CONSTANT = re.compile(rf'\b(k[A-Z]\w*)\s*(?:\[\]\s*)?[={{]\s*"({_WORD})"')
_PARAMETER = re.compile(r"(?:std::string_view|std::string|char\s*\*|&)\s*reason\s*(?:=.*)?$", re.DOTALL)
_COMPARED = re.compile(r"(?:[=!]=\s*|HasReason\()$")
_ROW = re.compile(rf"^\|\s*`({_WORD})`\s*\|(.*)\|\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Made:
    """One place that makes a reason; the code is "" where the source does not say it."""

    reason: str
    path: str
    line: int
    code: str


@dataclass(frozen=True)
class Row:
    reason: str
    path: str
    line: int
    codes: tuple
    meaning: str


# --- sources ----------------------------------------------------------------------------------------------------------


def arguments(code, start):
    """(offset, text) of the arguments in the parentheses that open at start; strings must be blanked in code."""
    depth, begin, found = 0, start + 1, []
    for position in range(start, len(code)):
        char = code[position]
        if char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        if depth == 0 or (depth == 1 and char == ","):
            found.append((begin, code[begin:position]))
            begin = position + 1
        if depth == 0:
            return found
    return []


def _calls(code):
    for match in re.finditer(r"\b([A-Za-z_]\w*)\s*\(", code):
        yield match.group(1), match.start(), arguments(code, match.end() - 1)


def _makers(sources):
    """{function: positions of its parameter `reason`}."""
    found = {}
    for code, _ in sources.values():
        for name, _, args in _calls(code):
            for position, (_, text) in enumerate(args):
                if _PARAMETER.search(text):
                    found.setdefault(name, set()).add(position)
    return found


def _code_of(name, args):
    if name in CODE_OF:
        return CODE_OF[name]
    match = re.search(r"\bStatusCode::k(\w+)", args[0][1]) if name == "MakeError" else None
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", match.group(1)).upper() if match else ""


def _made_by_calls(path, code, text, makers, constants):
    for name, start, args in _calls(code):
        for position in makers.get(name, ()):
            if position >= len(args):
                continue
            begin, argument = args[position]
            words = _LITERAL.findall(text[begin : begin + len(argument)])
            words += [constants[k] for k in re.findall(r"\bk[A-Z]\w*", argument) if k in constants]
            for word in words:
                yield Made(word, path, line_of(code, start), _code_of(name, args))


def _contract_words(root, paths):
    """All endings of the names of enum values: of CASE_KIND_REFUND_ONLY also REFUND_ONLY."""
    words = set()
    for path in paths:
        if path.startswith("protos/kefu/") and path.endswith(".proto"):
            for name in re.findall(rf"^\s*({_WORD})\s*=\s*\d+", read(root, path), re.MULTILINE):
                parts = name.split("_")
                words.update("_".join(parts[i:]) for i in range(len(parts)))
    return words


def _other_literals(path, text, known):
    if path in OTHER_WORDS:
        return
    for match in _LITERAL.finditer(text):
        word = match.group(1)
        if "_" in word and word not in known and not word.startswith("KEFU_"):
            if not _COMPARED.search(text[max(0, match.start() - 12) : match.start()]):
                yield Made(word, path, line_of(text, match.start()), "")


def made_reasons(root, paths):
    paths = [p for p in paths if not p.startswith("common/testing/")]
    sources = {
        p: split_cpp(read(root, p))
        for p in paths
        if p.endswith(CPP) and not is_test(p) and p.startswith(("common/", "services/"))
    }
    makers = _makers(sources)
    constants = {name: word for _, text in sources.values() for name, word in _CONSTANT.findall(text)}
    known = _contract_words(root, paths)
    found = []
    for path, (code, text) in sources.items():
        found += _made_by_calls(path, code, text, makers, constants)
        found += _other_literals(path, text, known)
    return found


# --- tables -----------------------------------------------------------------------------------------------------------


def listed_reasons(root):
    rows = []
    folder = os.path.join(root, TABLES)
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
        path = f"{TABLES}/{name}"
        text = read(root, path)
        for match in _ROW.finditer(text):
            cells = match.group(2).split("|")  # code and meaning; the meaning only for reasons inside an answer
            codes = tuple(c.strip() for c in cells[0].split(",")) if len(cells) > 1 else ()
            rows.append(Row(match.group(1), path, line_of(text, match.start()), codes, cells[-1].strip()))
    return rows


def _owner(path):
    """The service that a source or table belongs to; "" for what all share."""
    parts = path.split("/")
    return parts[1] if parts[0] == "services" else ""


def _table_owner(path, services):
    """docs/errors/warehouse.md and docs/errors/warehouse_inbound.md, a topic of its own, are the warehouse's."""
    name = os.path.splitext(os.path.basename(path))[0].split("_")[0]
    return name if name in services else ""


# --- comparison -------------------------------------------------------------------------------------------------------


def _row_findings(rows, made, services):
    makers = {}
    for place in made:
        makers.setdefault(place.reason, []).append(place)
    seen = {}
    for row in rows:
        owner = _table_owner(row.path, services)
        places = [m for m in makers.get(row.reason, []) if _owner(m.path) in ("", owner)]
        codes = {m.code for m in places if m.code}
        first = seen.setdefault((row.reason, owner, not row.codes), row)
        if first is not row:
            problem = f"{row.reason} is listed in {first.path}:{first.line} already"
        elif not places:
            problem = f"no source makes {row.reason}"
        elif not row.meaning or set(row.codes) - CODES:
            problem = f"{row.reason} needs a canonical code and a meaning"
        elif codes and row.codes and not set(row.codes) & codes:
            problem = f"{row.reason} is made with {', '.join(sorted(codes))}"
        else:
            continue
        yield Finding(row.path, row.line, "reason", problem)


def _index_findings(root, tables):
    try:
        linked = set(re.findall(r"\]\(errors/(\w+\.md)\)", read(root, INDEX)))
    except OSError:
        linked = set()
    for name in sorted(linked ^ tables):
        problem = "does not link" if name in tables else "links what is not there:"
        yield Finding(INDEX, 1, "reason", f"{problem} errors/{name}")


def check(root, paths):
    rows = listed_reasons(root)
    made = made_reasons(root, paths)
    services = {_owner(p) for p in paths} - {""}
    listed = {(r.reason, _table_owner(r.path, services)) for r in rows}
    findings = list(_row_findings(rows, made, services))
    for place in {(m.reason, m.path): m for m in reversed(made)}.values():
        if (place.reason, "") not in listed and (place.reason, _owner(place.path)) not in listed:
            table = f"{_owner(place.path) or '<part>'}.md"
            findings.append(Finding(place.path, place.line, "reason", f"{place.reason} is not in {TABLES}/{table}"))
    findings += _index_findings(root, {os.path.basename(r.path) for r in rows})
    return sorted(findings, key=lambda f: (f.path, f.line, f.message))

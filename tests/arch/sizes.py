"""Sizes that STYLE 6 allows: 600 lines a file, 70 a function, 40 a handler."""

import ast
import re

from sources import CPP, Finding, blank, line_of, read, split_cpp

MAX_FILE_LINES = 600
MAX_FUNCTION_LINES = 70
MAX_HANDLER_LINES = 40

_SCOPE = re.compile(r"^\s*(?:inline\s+)?(?:template\s*<.*>\s*)?(?:namespace|class|struct|union|enum|extern)\b", re.DOTALL)
_ASSIGNMENT = re.compile(r"(?<![=!<>+\-*/%&|^])=(?!=)")


def matching_brace(code, start):
    """Offset of the brace that closes the one at start; the end of the text when there is none."""
    depth = 0
    for match in re.compile(r"[{}]").finditer(code, start):
        depth += 1 if match.group() == "{" else -1
        if depth == 0:
            return match.start()
    return len(code) - 1


def _outside_parentheses(header):
    """The header without what stands in parentheses, so that default arguments do not look like assignments."""
    previous = None
    while previous != header:
        previous, header = header, re.sub(r"\([^()]*\)", "@", header)
    return header


def cpp_functions(text):
    """Yields (name, first line, last line) of each function body that is not inside another one."""
    code, _ = split_cpp(text)
    code = re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda m: blank(m.group()), code, flags=re.MULTILINE)
    header_start = 0
    position = 0
    for_token = re.compile(r"[;{}]")
    while match := for_token.search(code, position):
        position = match.end()
        if match.group() != "{":
            header_start = position
            continue
        header = code[header_start : match.start()]
        bare = re.sub(r"\boperator\s*(?:\(\)|\[\]|[^\s(@]+)", "operator_", header)
        bare = _outside_parentheses(bare)
        if _SCOPE.match(header) and not ("@" in bare and re.search(r"@\s*(?:const|noexcept|override)?\s*$", bare)):
            header_start = position
            continue
        end = matching_brace(code, match.start())
        position = end + 1
        if _ASSIGNMENT.search(bare) or "@" not in bare:
            continue  # an initializer: the header goes on until its semicolon
        if re.search(r"@\s*:[^:].*[\w>]\s*$", bare, re.DOTALL) and not bare.rstrip().endswith("@"):
            continue  # a member's brace initializer in front of a constructor's body
        first = header_start + len(header) - len(header.lstrip())
        name = re.search(r"([\w:~]+|operator\S+)\s*\(", header)
        yield (name.group(1) if name else "?"), line_of(code, first), line_of(code, end)
        header_start = position


def python_functions(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name, node.lineno, node.end_lineno


def shell_functions(text):
    name, start = None, 0
    for number, line in enumerate(text.splitlines(), 1):
        if match := re.match(r"([\w-]+)\(\) *\{\s*$", line):
            name, start = match.group(1), number
        elif line == "}" and name:
            yield name, start, number
            name = None


def _functions_of(path, text):
    if path.endswith(CPP):
        return cpp_functions(text)
    if path.endswith(".py"):
        return python_functions(text)
    if path == "dev" or path.endswith(".sh"):
        return shell_functions(text)
    return ()


def check(root, paths):
    findings = []
    for path in paths:
        if not (path == "dev" or path.endswith((*CPP, ".py", ".sh", ".proto", ".sql"))):
            continue
        text = read(root, path)
        lines = text.count("\n")
        if lines > MAX_FILE_LINES:
            findings.append(Finding(path, lines, "file-size", f"{lines} lines; at most {MAX_FILE_LINES}"))
        in_handlers = "/handlers/" in path and not path.endswith("_test.cc")
        limit = MAX_HANDLER_LINES if in_handlers else MAX_FUNCTION_LINES
        for name, first, last in _functions_of(path, text):
            if last - first + 1 > limit:
                findings.append(
                    Finding(path, first, "function-size", f"{name}: {last - first + 1} lines; at most {limit}")
                )
    return findings

"""The edges of STYLE 2, read from #include lines and from the CMake link lists.

Services never see each other; in one, domain stands below everything and knows neither contracts nor database; the
modules of common/ form a ladder; only common/db touches the database client.
"""

import os
import re
from dataclasses import dataclass

from sources import CPP, Finding, is_test, line_of, read, split_cpp

# Each module of common/ may use those on lower steps only.
COMMON_STEPS = [
    {"status", "enums", "hash", "geo", "linear_program", "evidence", "statistics"},
    {"time", "money", "solver", "authority"},
    {"ids", "config", "obs", "convert"},
    {"auth"},
    {"context"},
    {"db"},
    {"rpc", "batching"},
    {"events"},
    {"app"},
]
STEP_OF = {module: step for step, modules in enumerate(COMMON_STEPS) for module in modules}
WITHOUT_GRPC = {m for m, step in STEP_OF.items() if step < STEP_OF["rpc"]}

PURE = {"status", "enums", "hash", "geo", "linear_program", "evidence", "statistics", "time", "money", "authority"}
EVERYTHING = None
# layer of a service -> (layers of the same service, modules of common, may it use contracts)
SERVICE_EDGES = {
    "domain": ({"domain", "errors"}, PURE, False),
    "errors": ({"errors", "domain"}, PURE, True),
    "convert": ({"convert", "domain", "errors"}, PURE | {"ids", "context", "convert"}, True),
    "store": ({"store", "domain", "errors"}, PURE | {"ids", "db", "events"}, False),  # saves rows and outbox
    # Engines beside the handlers, each in a folder of its own: caches, folds, process managers, jobs that issue the same
    # commands as the handlers.
    "part": ({"part", "handlers", "convert", "store", "domain", "errors"}, EVERYTHING, True),
    "handlers": ({"handlers", "part", "convert", "store", "domain", "errors"}, EVERYTHING, True),
    "other": (EVERYTHING, EVERYTHING, True),
}


@dataclass(frozen=True)
class Place:
    """Where a file or library belongs: kind is common, service, client, bench, tests or protos."""

    kind: str
    owner: str = ""  # module of common, service or client
    layer: str = ""

    def __str__(self):
        return "/".join(p for p in (self.kind, self.owner, self.layer) if p)


def place_of(path):
    parts = path.split("/")
    if parts[0] in ("kefu", "google"):
        return Place("protos")
    if parts[0] == "common" and len(parts) > 2:
        return Place("common", parts[1])
    if parts[0] == "services" and len(parts) > 2:
        return Place("service", parts[1], _layer_of(parts[2:]))
    if parts[0] == "clients" and len(parts) > 2:
        return Place("client", parts[1])
    if parts[0] in ("bench", "tests"):
        return Place(parts[0])
    return None


def _layer_of(rest):
    if len(rest) > 1:
        return rest[0] if rest[0] in SERVICE_EDGES else "part"
    # errors.cc, and errors_inbound.cc for a topic of its own.
    return "errors" if re.match(r"errors[._]", rest[0]) else "other"


def edge_problem(source, target):
    """Why source may not use target, or None when it may."""
    if source.kind in ("bench", "tests") or source == target:
        return None
    if target.kind in ("bench", "tests"):
        return f"{source} uses {target}"
    if source.kind == "common":
        return _common_problem(source, target)
    if source.kind == "client":
        if target.kind == "service" or (target.kind == "client" and target.owner != source.owner):
            return f"{source} uses {target}; a client knows the contracts only"
        if target == Place("common", "db"):
            return f"{source} uses {target}; a client has no database"
        return None
    return _service_problem(source, target)


def _common_problem(source, target):
    if target.kind in ("service", "client"):
        return f"{source} uses {target}; common stands below the services"
    if target.kind != "common" or source.owner == "testing":
        return None
    for module in (source.owner, target.owner):
        if module not in STEP_OF and module != "testing":
            return f"common/{module} has no step in COMMON_STEPS of tests/arch/layers.py"
    if target.owner == "testing":
        return f"{source} uses {target}; only tests do"
    if STEP_OF[target.owner] >= STEP_OF[source.owner]:
        return f"{source} uses {target}, which is not on a lower step"
    return None


def _service_problem(source, target):
    own_layers, modules, contracts = SERVICE_EDGES[source.layer]
    if target.kind == "client" or (target.kind == "service" and target.owner != source.owner):
        return f"{source} uses {target}; services speak by contracts and events only"
    if target.kind == "service" and own_layers is not EVERYTHING and target.layer not in own_layers:
        return f"{source} uses {target}"
    if target.kind == "protos" and not contracts:
        return f"{source} uses contracts"
    if target.kind == "common" and target.owner == "testing":
        return f"{source} uses {target}; only tests do"
    if target.kind == "common" and modules is not EVERYTHING and target.owner not in modules:
        return f"{source} uses {target}"
    return None


def library_problem(place, name):
    """Why a file or library of this place may not use the outside library of that header or CMake target."""
    if re.search(r"^(?:mariadb/)?mysql\.h$|^mysql/|MariaDBC", name):
        if place != Place("common", "db"):
            return f"{place} uses the database client; only common/db does"
    grpc = re.search(r"^grpc|^gRPC::", name)
    protobuf = re.search(r"^google/protobuf/|\.pb\.h$|^protobuf::", name)
    if place.kind == "common" and grpc and place.owner in WITHOUT_GRPC:
        return f"{place} uses gRPC; that begins at common/rpc"
    if place.kind == "service" and place.layer in ("domain", "convert", "store") and grpc:
        return f"{place} uses gRPC"
    if place.kind == "service" and place.layer in ("domain", "store") and protobuf:
        return f"{place} uses protobuf"
    return None


# --- includes ---------------------------------------------------------------------------------------------------------


def check_includes(root, paths):
    findings = []
    for path in paths:
        source = place_of(path)
        if not path.endswith(CPP) or source is None:
            continue
        _, text = split_cpp(read(root, path))
        for match in re.finditer(r'^[ \t]*#[ \t]*include[ \t]*["<]([^">]+)[">]', text, re.MULTILINE):
            problem = _include_problem(path, source, match.group(1))
            if problem:
                findings.append(Finding(path, line_of(text, match.start()), "layer", problem))
    return findings


def _include_problem(path, source, header):
    target = place_of(header)
    if not is_test(path):
        return library_problem(source, header) or (target and edge_problem(source, target))
    if target and target.kind == "service" and source.kind == "service" and target.owner != source.owner:
        return edge_problem(source, target)
    if source.kind == "service" or source.kind == "client":
        return library_problem(Place(source.kind, source.owner, "other"), header)
    return None


# --- CMake link lists -------------------------------------------------------------------------------------------------


@dataclass
class Library:
    path: str
    line: int
    name: str
    places: set
    links: list
    test: bool


def _sections(words, keywords):
    """The words after each keyword, and those before the first under ''."""
    result, current = {"": []}, ""
    for word in words:
        if word in keywords:
            current = word
            result.setdefault(current, [])
        else:
            result[current].append(word)
    return result


_KEYWORDS = {"SRCS", "DEPS", "DB", "TIMEOUT", "PUBLIC", "PRIVATE", "INTERFACE", "STATIC", "OBJECT", "SHARED", "MODULE"}


def _library(root, path, line, command, words):
    folder = os.path.dirname(path)
    parts = _sections(words, _KEYWORDS)
    name = parts[""][0]
    if command == "kefu_library":
        name = "kefu_" + name
    sources = [w for group in parts.values() for w in group if w.endswith(CPP) and "$" not in w]
    places = {p for p in (place_of(os.path.normpath(os.path.join(folder, s))) for s in sources) if p}
    if not places:
        suffix = name.rsplit("_", 1)[-1]
        place = place_of(os.path.join(folder, "CMakeLists.txt"))
        # Sources found by pattern: the library is named after the folder that holds them.
        if place and place.kind == "service" and place.layer == "other":
            if suffix in SERVICE_EDGES:
                place = Place("service", place.owner, suffix)
            elif os.path.isdir(os.path.join(root, folder, suffix)):
                place = Place("service", place.owner, "part")
        places = {place} if place else set()
    return Library(path, line, name, places, list(parts.get("DEPS", [])), command == "kefu_test")


def read_libraries(root, paths):
    libraries = {}
    for path in paths:
        if os.path.basename(path) != "CMakeLists.txt":
            continue
        text = re.sub(r"#[^\n]*", "", read(root, path))
        for match in re.finditer(r"\b(\w+)\s*\(([^()]*)\)", text):
            command, words = match.group(1), match.group(2).replace('"', "").split()
            if command in ("kefu_library", "kefu_test", "add_library", "add_executable") and words:
                library = _library(root, path, line_of(text, match.start()), command, words)
                libraries[library.name] = library
            elif command == "target_link_libraries" and words and words[0] in libraries:
                libraries[words[0]].links += [w for w in words[1:] if w not in _KEYWORDS]
    return libraries


def check_links(root, paths):
    libraries = read_libraries(root, paths)
    findings = []
    for library in libraries.values():
        layers = {p.layer for p in library.places if p.kind == "service"}
        problems = []
        if "domain" in layers and layers - {"domain", "errors"} and not library.test:
            problems.append("domain, with the errors it returns, stands in a library of its own")
        for link in library.links:
            problems.append(_link_problem(library, link, libraries))
        findings += [
            Finding(library.path, library.line, "link", f"{library.name}: {problem}") for problem in problems if problem
        ]
    return findings


def _link_problem(library, link, libraries):
    targets = {Place("protos")} if link == "kefu_protos" else set()
    if link in libraries:
        targets = libraries[link].places
    for source in sorted(library.places, key=str):
        if library.test:
            if source.kind == "service":
                source = Place("service", source.owner, "other")
            targets = {t for t in targets if t.kind == "service"}
        problem = library_problem(source, link)
        problems = [problem] + [edge_problem(source, target) for target in sorted(targets, key=str)]
        for problem in problems:
            if problem:
                return problem
    return None


def check(root, paths):
    return check_includes(root, paths) + check_links(root, paths)

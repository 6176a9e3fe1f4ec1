"""What must not stand in the sources: the traps of STYLE 1 and the mistakes of STYLE 8, as a table.

Each rule carries a snippet that breaks it and one that does not; arch_test.py proves on them that the rule can fail.
"""

import re
from dataclasses import dataclass
from typing import Callable

from sources import CPP, Finding, is_test, line_of, read, split_cpp

# These files name the banned words because they define and test the bans.
EXEMPT = {"tests/arch/bans.py", "tests/arch/arch_test.py"}


@dataclass(frozen=True)
class Ban:
    name: str
    pattern: str
    applies: Callable[[str], bool]
    view: str  # "code": no comments, no strings; "strings": no comments; "all": the text as it is
    why: str
    bad: tuple  # (path, snippet)
    good: tuple


def cpp(path):
    return path.endswith(CPP)


def product(path):
    return cpp(path) and not is_test(path)


def test(path):
    return cpp(path) and is_test(path) and "/testing/" not in path  # a slow line of TcpGate has to wait


def sql_text(path):
    return product(path) or path.endswith(".sql")


def migration(path):
    return path.endswith(".sql")


def anything(path):
    return path.endswith((*CPP, ".py", ".sh", ".proto", ".sql", ".cmake", "CMakeLists.txt", ".ts", ".js", ".yaml"))


def in_layer(*names):
    return lambda path: product(path) and path.startswith("services/") and any(f"/{n}/" in path for n in names)


def offers_rpcs(path):
    """The gateway's protocol side answers UNIMPLEMENTED for what HTTP clients or older peers ask; that is no missing RPC."""
    return product(path) and not path.startswith(("services/gateway/connect/", "services/gateway/http/"))


def client_or_service(path):
    return product(path) and not path.startswith("clients/kefu-token/")


BANS = [
    Ban("mysql-transaction-call", r"\bmysql_(?:commit|rollback|autocommit)\b", cpp, "code",
        "reports success on a dead connection; send BEGIN, COMMIT, ROLLBACK as statements",
        ("common/db/x.cc", "mysql_commit(handle);"), ("common/db/x.cc", 'Run("COMMIT"); // not mysql_commit')),
    Ban("reconnect", r"\b(?:MYSQL_)?OPT_RECONNECT\b", cpp, "strings",
        "tears transactions in half; a broken connection is discarded",
        ("common/db/x.cc", "mysql_options(h, MYSQL_OPT_RECONNECT, &on);"), ("common/db/x.cc", "// no OPT_RECONNECT")),
    Ban("jdbc-connector", r"#include\s*[<\"](?:cppconn|jdbc|mysql_driver|mysql_connection)", cpp, "strings",
        "its commit() and rollback() lose errors; common/db uses the C client",
        ("common/db/x.cc", "#include <cppconn/driver.h>"), ("common/db/x.cc", "#include <mysql.h>")),
    Ban("absl-mutex", r"\babsl::(?:Mutex|CondVar|MutexLock)\b", cpp, "strings",
        "not instrumented on Debian, so ThreadSanitizer sees races that are none; use std::mutex",
        ("common/x/x.h", "absl::Mutex mu_;"), ("common/x/x.h", "std::mutex mu_;")),
    Ban("sleep-in-test", r"\b(?:sleep_for|sleep_until|SleepFor|usleep|nanosleep|sleep)\s*\(", test, "code",
        "tests wait for the event itself, not for time",
        ("common/x/x_test.cc", "std::this_thread::sleep_for(1ms);"), ("common/x/x_test.cc", "done.Wait();")),
    Ban("offset-paging", r"\bOFFSET\b|\bLIMIT\s+(?:\?|\d+)\s*,", sql_text, "strings",
        "reads all the rows it skips; page by key",
        ("services/a/store/x.cc", 'Sql k{"SELECT a FROM t LIMIT ? OFFSET ?"};'),
        ("services/a/store/x.cc", 'Sql k{"SELECT a FROM t WHERE id > ? LIMIT ?"}; // no OFFSET')),
    Ban("select-star", r"\bSELECT\s+(?:\w+\.)?\*", sql_text, "strings", "columns are named",
        ("services/a/store/x.cc", 'Sql k{"SELECT * FROM t"};'), ("services/a/store/x.cc", 'Sql k{"SELECT COUNT(*) FROM t"};')),
    Ban("skipped-test", r"\bGTEST_SKIP\b|\bDISABLED_\w*", cpp, "code", "a test fails or passes; it never skips",
        ("common/x/x_test.cc", "if (!db) GTEST_SKIP();"), ("common/x/x_test.cc", "ASSERT_TRUE(db);")),
    Ban("unfinished", r"\b(?:TODO|FIXME)\b", anything, "all", "finish it or open an issue",
        ("common/x/x.cc", "// TODO: later"), ("common/x/x.cc", "// later tables build on this one")),
    Ban("unimplemented",
        r"\bUnimplementedError\s*\(|\bStatusCode::UNIMPLEMENTED\b|(?:MakeError|Status)\s*\(\s*absl::StatusCode::kUnimplemented",
        offers_rpcs, "code", "a contract holds only RPCs that work",
        ("services/a/handlers/x.cc", 'return absl::UnimplementedError("");'),
        ("services/gateway/http/x.cc", 'return MakeError(absl::StatusCode::kUnimplemented, "COMPRESSION_UNKNOWN", "");')),
    Ban("float-money", r"\b(?:double|float)\s+&?\w*(?:minor|amount|money|salary|commission|refund)\w*", cpp, "code",
        "money is integers: Money, minor units",
        ("services/a/domain/x.h", "double refund_amount;"), ("services/a/domain/x.h", "int64_t refund_minor; double share;")),
    Ban("float-money-column", r"(?i)\b\w*_minor`?\s+(?:FLOAT|DOUBLE|DECIMAL|REAL)\b", migration, "all",
        "money is BIGINT minor units and a currency",
        ("services/a/migrations/1.sql", "pay_minor DOUBLE NOT NULL"), ("services/a/migrations/1.sql", "pay_minor BIGINT NOT NULL")),
    Ban("unsigned-bigint", r"(?i)\bBIGINT(?:\(\d+\))?\s+UNSIGNED\b", migration, "all", "its upper half reads as negative numbers",
        ("services/a/migrations/1.sql", "n BIGINT UNSIGNED"), ("services/a/migrations/1.sql", "n BIGINT")),
    Ban("printed-secret",
        r"(?:\bLog\w*|\bprint\w*|\bprintf|\bcout|\bcerr|spdlog::\w+)\b[^;]*(?<![\w])\w*(?:password|private_key|secret|bearer)(?!_?file|_?path)\w*\b[^;]*;",
        client_or_service, "code", "secrets are never printed or logged",
        ("common/x/x.cc", 'obs::Log(kInfo, "open", {{"as", options.password}});'),
        ("common/x/x.cc", 'obs::Log(kInfo, "wrong password", {{"user", options.user}});')),
    Ban("sql-outside-store", r"\"\s*(?:SELECT\s|INSERT\s+INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|REPLACE\s+INTO\s)",
        in_layer("handlers", "domain", "convert"), "strings", "SQL stands in the store, as named constants",
        ("services/a/handlers/x.cc", 'tx.Query({"SELECT a FROM t"});'), ("services/a/handlers/x.cc", "store_.Get(tx); // SELECT")),
    Ban("grpc-status-in-handler", r"\bgrpc::Status(?:Code)?\b", in_layer("handlers", "domain", "convert", "store"), "code",
        "handlers answer absl::Status; common/rpc turns it into gRPC's",
        ("services/a/handlers/x.cc", "return grpc::Status::OK;"), ("services/a/handlers/x.cc", "return absl::OkStatus();")),
    Ban("try-in-handler", r"\b(?:try\s*\{|catch\s*\(|throw\b)", in_layer("handlers", "domain", "convert", "store"), "code",
        "errors are values here",
        ("services/a/domain/x.cc", "throw 1;"), ("services/a/domain/x.cc", "return error::TooLate();")),
    Ban("impure-domain",
        r"\babsl::(?:Now|BitGen|LocalTimeZone)\b|_clock::now\b|\bstd::(?:random_device|mt19937\w*|time)\b|\bClock\b|#include\s*<(?:random|ctime|thread|mutex)>",
        in_layer("domain"), "strings", "time, ids and randomness come in as arguments",
        ("services/a/domain/x.cc", "auto now = absl::Now();"), ("services/a/domain/x.cc", "Decide(absl::Time now); // Clock")),
]


def check(root, paths):
    findings = []
    for path in paths:
        rules = [ban for ban in BANS if ban.applies(path)]
        if not rules or path in EXEMPT:
            continue
        text = read(root, path)
        code, strings = split_cpp(text) if path.endswith(CPP) else (text, text)
        views = {"code": code, "strings": strings, "all": text}
        for ban in rules:
            for match in re.finditer(ban.pattern, views[ban.view]):
                shown = " ".join(text[match.start() : match.end()].split())[:60]
                findings.append(Finding(path, line_of(text, match.start()), ban.name, f"'{shown}': {ban.why}"))
    return findings

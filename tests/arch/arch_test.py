"""Shows for every architecture rule a source that breaks it and one that does not."""

import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import bans
import layers
import reasons
import sizes
from sources import source_files, split_cpp


def findings_of(check, files):
    """Runs a check on a checkout made of these files {path: text}."""
    with tempfile.TemporaryDirectory() as root:
        for path, text in files.items():
            full = os.path.join(root, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "w", encoding="utf-8") as file:
                file.write(text)
        return check(root, source_files(root))


class SplitTest(unittest.TestCase):
    def test_comments_and_strings_are_told_apart(self):
        code, strings = split_cpp('a("b//c"); // d\n/* e */ f(\'"\', R"x(g")x", 1\'000);')
        self.assertNotIn("b//c", code)
        self.assertIn("b//c", strings)
        self.assertIn("1'000", code)
        for gone in (" d", "e "):
            self.assertNotIn(gone, strings)
        self.assertIn('g"', strings)
        self.assertEqual(code.count("\n"), 1)


class BanTest(unittest.TestCase):
    def test_each_ban_finds_its_bad_snippet_and_passes_its_good_one(self):
        for ban in bans.BANS:
            with self.subTest(ban.name):
                found = findings_of(bans.check, {ban.bad[0]: ban.bad[1] + "\n"})
                self.assertIn(ban.name, [f.rule for f in found])
                found = findings_of(bans.check, {ban.good[0]: ban.good[1] + "\n"})
                self.assertNotIn(ban.name, [f.rule for f in found], found)

    def test_names_are_unique(self):
        names = [ban.name for ban in bans.BANS]
        self.assertEqual(len(names), len(set(names)))


class IncludeTest(unittest.TestCase):
    BAD = [
        ("services/a/domain/x.cc", "kefu/a/v1/a.pb.h"),
        ("services/a/domain/x.cc", "google/protobuf/message.h"),
        ("services/a/domain/x.cc", "grpcpp/grpcpp.h"),
        ("services/a/domain/x.cc", "mysql.h"),
        ("services/a/domain/x.cc", "common/db/database.h"),
        ("services/a/domain/x.cc", "common/ids/id_generator.h"),
        ("services/a/domain/x.cc", "services/a/store/store.h"),
        ("services/a/convert/x.cc", "services/a/store/store.h"),
        ("services/a/convert/x.cc", "common/db/database.h"),
        ("services/a/store/x.cc", "services/a/convert/x.h"),
        ("services/a/store/x.cc", "kefu/a/v1/a.pb.h"),
        ("services/a/store/x.cc", "common/rpc/server.h"),
        ("services/a/handlers/x.cc", "services/b/domain/x.h"),
        ("services/a/handlers/x.cc", "services/a/main_loop.h"),
        ("services/a/fold/x.cc", "services/a/service.h"),
        ("services/a/convert/x.cc", "common/events/outbox.h"),
        ("services/a/store/x.cc", "services/a/fold/x.h"),
        ("services/a/handlers/x_test.cc", "services/b/domain/x.h"),
        ("services/a/store/x_test.cc", "mysql.h"),
        ("services/a/main.cc", "clients/kefuctl/x.h"),
        ("services/a/main.cc", "common/testing/test_db.h"),
        ("common/db/x.cc", "services/a/domain/x.h"),
        ("common/db/x.cc", "common/rpc/server.h"),
        ("common/db/x.cc", "grpcpp/grpcpp.h"),
        ("common/status/x.h", "common/time/clock.h"),
        ("common/events/x.cc", "mysql.h"),
        ("common/events/x.cc", "common/testing/test_db.h"),
        ("common/nowhere/x.cc", "common/status/error.h"),
        ("clients/kefuctl/x.cc", "services/a/convert/x.h"),
        ("clients/kefuctl/x.cc", "common/db/database.h"),
        ("services/a/main.cc", "tests/arch/x.h"),
    ]
    GOOD = [
        ("services/a/domain/x.cc", "services/a/domain/y.h"),
        ("services/a/domain/x.cc", "services/a/errors.h"),
        ("services/a/domain/x.cc", "common/money/money.h"),
        ("services/a/domain/x_test.cc", "common/testing/status_matchers.h"),
        ("services/a/convert/x.cc", "kefu/a/v1/a.pb.h"),
        ("services/a/store/x.cc", "common/db/database.h"),
        ("services/a/handlers/x.cc", "services/a/store/store.h"),
        ("services/a/handlers/x.cc", "common/events/outbox.h"),
        ("services/a/main.cc", "common/app/service_main.h"),
        ("services/a/handlers/x.cc", "services/a/fold/queue.h"),
        ("services/a/fold/x.cc", "services/a/store/store.h"),
        ("services/a/jobs/x.cc", "services/a/handlers/post.h"),
        ("services/a/store/x.cc", "common/events/outbox.h"),
        ("services/a/tests/fixture.h", "common/testing/test_db.h"),
        ("common/db/x.cc", "mysql.h"),
        ("common/db/x_test.cc", "common/testing/test_db.h"),
        ("common/events/events_test_util.h", "common/testing/test_db.h"),
        ("common/rpc/testdata/echo.h", "common/testing/fake_clock.h"),
        ("common/rpc/x.cc", "common/auth/verifier.h"),
        ("clients/kefuctl/x.cc", "kefu/a/v1/a.grpc.pb.h"),
        ("bench/import/x.cc", "services/a/store/store.h"),
    ]

    def test_forbidden_includes_are_found(self):
        for path, header in self.BAD:
            with self.subTest(f"{path} -> {header}"):
                self.assertTrue(findings_of(layers.check, {path: f'#include "{header}"\n'}))

    def test_allowed_includes_pass(self):
        for path, header in self.GOOD:
            with self.subTest(f"{path} -> {header}"):
                self.assertEqual(findings_of(layers.check, {path: f"#include <{header}>\n"}), [])

    def test_an_include_in_a_comment_is_none(self):
        self.assertEqual(findings_of(layers.check, {"services/a/domain/x.cc": "/*\n#include <mysql.h>\n*/\n"}), [])


class LinkTest(unittest.TestCase):
    BASE = {
        "common/db/CMakeLists.txt": "kefu_library(db SRCS db.cc DEPS PkgConfig::MariaDBC)\n",
        "common/money/CMakeLists.txt": "kefu_library(money SRCS money.cc)\n",
        "services/b/CMakeLists.txt": "kefu_library(b_domain SRCS domain/x.cc DEPS kefu_money)\n",
    }

    def problems(self, text, path="services/a/CMakeLists.txt"):
        return findings_of(layers.check, {**self.BASE, path: text})

    def test_allowed_links_pass(self):
        self.assertEqual(
            self.problems(
                "kefu_library(a_domain SRCS domain/x.cc errors.cc DEPS kefu_money)\n"
                "kefu_library(a_store SRCS store/x.cc DEPS kefu_a_domain kefu_db)\n"
                "kefu_library(a_handlers SRCS handlers/x.cc DEPS kefu_a_store kefu_protos gRPC::grpc++)\n"
                "kefu_test(a_domain_test SRCS domain/x_test.cc DEPS kefu_a_domain kefu_db)\n"
            ),
            [],
        )

    def test_forbidden_links_are_found(self):
        for text in (
            "kefu_library(a_domain SRCS domain/x.cc DEPS kefu_db)",
            "kefu_library(a_domain SRCS domain/x.cc DEPS kefu_protos)",
            "kefu_library(a_domain SRCS domain/x.cc DEPS gRPC::grpc++)",
            "kefu_library(a_domain SRCS domain/x.cc store/x.cc)",
            "kefu_library(a_domain SRCS domain/x.cc)\ntarget_link_libraries(kefu_a_domain PUBLIC kefu_db)",
            "kefu_library(a_domain DEPS kefu_db)",
            "kefu_library(a_store SRCS store/x.cc DEPS kefu_b_domain)",
            "kefu_library(a_store SRCS store/x.cc DEPS PkgConfig::MariaDBC)",
            "kefu_test(a_test SRCS handlers/x_test.cc DEPS kefu_b_domain)",
            "add_executable(kefu-a main.cc)\ntarget_link_libraries(kefu-a PRIVATE kefu_b_domain)",
        ):
            with self.subTest(text):
                self.assertTrue(self.problems(text + "\n"))

    def test_common_does_not_link_services_nor_a_client_the_database(self):
        self.assertTrue(self.problems("kefu_library(rpc SRCS x.cc DEPS kefu_b_domain)\n", "common/rpc/CMakeLists.txt"))
        self.assertTrue(
            self.problems(
                "add_executable(kefuctl main.cc)\ntarget_link_libraries(kefuctl PRIVATE kefu_db)\n",
                "clients/kefuctl/CMakeLists.txt",
            )
        )


class SizeTest(unittest.TestCase):
    def cpp(self, text):
        return [(name, last - first + 1) for name, first, last in sizes.cpp_functions(text)]

    def test_functions_are_measured(self):
        text = """namespace a {
struct S {
  S(int x) : a_{x},
             b_(x) {
    go();
  }
  int Get() const { return a_; }
  bool operator==(const S& o) const {
    return a_ == o.a_;
  }
  int a_ = 0, b_{1};
};
constexpr int kTable[] = {
    1,
    2,
};
template <class T>
auto F(T t, int y = 3) -> int {
  if (t) {
    return [&] { return y; }();
  }
  return 2;
}
const auto kRun = [](int x) {
  return x;
};
TEST(A, B) {
  F(1);
}
}  // namespace a
"""
        self.assertEqual(
            self.cpp(text), [("S", 4), ("Get", 1), ("operator==", 3), ("F", 7), ("TEST", 3)]
        )

    def test_long_functions_and_files_are_found(self):
        body = "  x();\n"
        for path, text, rule in (
            ("common/x/x.cc", "void F() {\n" + body * 69 + "}\n", "function-size"),
            ("services/a/handlers/x.cc", "void F() {\n" + body * 39 + "}\n", "function-size"),
            ("deploy/local/x.py", "def f():\n" + "    x()\n" * 70, "function-size"),
            ("dev", "f() {\n" + body * 70 + "}\n", "function-size"),
            ("common/x/x.cc", "int x;\n" * 601, "file-size"),
        ):
            with self.subTest(path):
                self.assertEqual([f.rule for f in findings_of(sizes.check, {path: text, "common/y/y.h": "\n"})], [rule])

    def test_the_limits_themselves_pass(self):
        files = {
            "common/x/x.cc": "void F() {\n" + "  x();\n" * 68 + "}\n",
            "services/a/handlers/x.cc": "void F() {\n" + "  x();\n" * 38 + "}\n",
            "common/x/y.cc": "int x;\n" * 600,
        }
        self.assertEqual(findings_of(sizes.check, files), [])


class ReasonTest(unittest.TestCase):
    BASE = {
        "common/status/error.h": """
            absl::Status MakeError(absl::StatusCode code, std::string_view reason, std::string message);
            absl::Status Aborted(std::string_view reason, std::string message);""",
        "common/db/errors.cc": """
            constexpr std::string_view kLost = "LEASE_LOST";
            auto A() { return Aborted(kLost, "x"); }
            auto B() { return MakeError(absl::StatusCode::kDataLoss, "BROKEN", fmt::format("({})", 1)); }""",
        "services/a/errors.cc": """
            void Add(int line, std::string_view reason = "");
            auto C(bool b) { return Add(1, b ? "TOO_BIG" : "BAD"); }""",
        "protos/kefu/a/v1/a.proto": "enum E {\n  E_UNSPECIFIED = 0;\n  E_VERY_OPEN = 1;\n}\n",
        "docs/errors.md": "[one](errors/db.md) [two](errors/a.md)",
        "docs/errors/db.md": "| `LEASE_LOST` | ABORTED | gone |\n| `BROKEN` | DATA_LOSS | torn |\n",
        "docs/errors/a.md": "| `TOO_BIG` | meaning |\n| `BAD` | meaning |\n",
    }

    def problems(self, path="", text="", instead=False):
        files = dict(self.BASE)
        if path:
            files[path] = text if instead else files.get(path, "") + text
        return [f"{f.path} {f.message}" for f in findings_of(reasons.check, files)]

    def test_sources_and_tables_that_agree_pass(self):
        self.assertEqual(self.problems(), [])
        for path, text in (
            ("services/a/domain/enums.h", 'constexpr auto k = {"VERY_OPEN"};'),
            ("services/a/x.cc", '// "NOT_MADE"\nif (ReasonOf(s) == "ONLY_COMPARED") Run();'),
            ("services/a/x_test.cc", 'return Aborted("MADE_BY_TEST", "");'),
            ("common/testing/x.h", 'return Aborted("MADE_BY_TEST", "");'),
            ("services/a/x.cc", 'return Aborted("LEASE_LOST", "");'),
            ("docs/errors/a.md", "| `LEASE_LOST` | ABORTED | what it means here |\n"),
        ):
            with self.subTest(text):
                self.assertEqual(self.problems(path, text), [])

    def test_a_reason_that_is_not_listed_is_found(self):
        for path, text in (
            ("services/a/x.cc", 'return Aborted("NEW", "");'),
            ("services/a/x.cc", 'return Aborted(Why(1, 2) ? "BAD" : "NEW", "");'),
            ("services/a/x.cc", 'Add(f("a, b("),\n "NEW");'),
            ("services/a/x.cc", 'Add(1, kNew); constexpr char kNew[] = "NEW";'),
            ("services/a/x.cc", 'faults.push_back({1, "BRAND_NEW"});'),
            ("common/db/x.cc", 'return Aborted("TOO_BIG", "");'),  # that is a's own
            ("services/b/x.cc", 'return Aborted("TOO_BIG", "");'),
        ):
            with self.subTest(text):
                self.assertEqual([p.split()[0] for p in self.problems(path, text)], [path])

    def test_a_table_that_is_wrong_is_found(self):
        row = "| `LEASE_LOST` | ABORTED | gone |\n"
        for path, text, why in (
            ("docs/errors/a.md", "| `NEVER_MADE` | ABORTED | x |\n", "no source makes"),
            ("docs/errors/db.md", "| `TOO_BIG` | ABORTED | x |\n", "no source makes"),
            ("docs/errors/db.md", row, "already"),
            ("docs/errors/a.md", "| `LEASE_LOST` | NO_CODE | x |\n", "canonical code"),
            ("docs/errors/a.md", "| `LEASE_LOST` | ABORTED | |\n", "meaning"),
            ("docs/errors/a.md", "| `LEASE_LOST` | NOT_FOUND | x |\n", "is made with ABORTED"),
            ("docs/errors/more.md", "| `BAD` | NOT_FOUND | x |\n", "does not link"),
            ("docs/errors.md", "[three](errors/gone.md)", "links what is not there"),
        ):
            with self.subTest(text):
                self.assertIn(why, " ".join(self.problems(path, text)))
        self.assertEqual(len(self.problems("docs/errors.md", "", instead=True)), 2)


if __name__ == "__main__":
    unittest.main()

// Precedence, refusals, all problems at once, secrets.
#include "common/config/config.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "common/testing/temp_folder.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kefu::config {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class ConfigTest : public ::testing::Test {
 protected:
  ConfigTest() : spec_("kefu-test", "A program under test.", "1.2.3") {
    spec_.Add(Key::String("db.user", "Database user").Default("kefu"))
        .Add(Key::Addresses("db.hosts", "Database hosts").DefaultPort(3306))
        .Add(Key::Int("db.pool_size", "Connections").Default("8").Range(1, 256))
        .Add(Key::SecretFile("db.password_file", "File with the password"))
        .Add(Key::Duration("db.io_timeout", "Longest wait")
                 .Default("5s")
                 .Range(absl::Milliseconds(1), absl::Minutes(5)))
        .Add(Key::String("log.level", "Log level").Default("info").OneOf({"debug", "info"}))
        .Add(Key::Bool("server.reflection", "Serve reflection"))
        .Add(Key::Address("server.address", "Where to listen").Default("127.0.0.1:0"))
        .Add(Key::List("cors.origins", "Origins"));
  }

  std::string Write(const std::string& name, const std::string& content, mode_t mode = 0600) {
    const std::string path = temp_folder_.Write(name, content);
    chmod(path.c_str(), mode);
    return path;
  }

  absl::StatusOr<Values> Run(std::vector<std::string> arguments, Environment environment = {}) {
    std::vector<const char*> argv = {"kefu-test"};
    for (const std::string& argument : arguments) argv.push_back(argument.c_str());
    return Load(spec_, argv, environment);
  }

  // The message of the error that `arguments` must give.
  std::string Refusal(std::vector<std::string> arguments, Environment environment = {}) {
    const absl::StatusOr<Values> values = Run(std::move(arguments), std::move(environment));
    EXPECT_EQ(values.status().code(), absl::StatusCode::kInvalidArgument);
    return std::string(values.status().message());
  }

  Spec spec_;
  const testing::TempFolder temp_folder_{"kefu-config"};
  const std::string& folder_ = temp_folder_.path();
};

TEST_F(ConfigTest, FlagBeatsVariableBeatsFileBeatsDefault) {
  const std::string file = Write("kefu.toml",
                                 "[db]\nuser = \"from_file\"\npool_size = 3\n"
                                 "io_timeout = \"7s\"\n");
  const auto values = Run({"--config", file, "--db-user=from_flag"},
                          {{"KEFU_DB_USER", "from_variable"}, {"KEFU_DB_POOL_SIZE", "4"}});
  ASSERT_TRUE(values.ok()) << values.status();
  EXPECT_EQ(values->Str("db.user"), "from_flag");
  EXPECT_EQ(values->SourceOf("db.user"), "flag --db-user");
  EXPECT_EQ(values->Int("db.pool_size"), 4);
  EXPECT_EQ(values->SourceOf("db.pool_size"), "variable KEFU_DB_POOL_SIZE");
  EXPECT_EQ(values->Duration("db.io_timeout"), absl::Seconds(7));
  EXPECT_EQ(values->SourceOf("db.io_timeout"), file + ":4");
  EXPECT_EQ(values->Str("log.level"), "info");
  EXPECT_EQ(values->SourceOf("log.level"), "default");
}

TEST_F(ConfigTest, EveryKindIsTyped) {
  const auto values = Run({"--db-hosts", "db1,db2:3307,[::1]:3308", "--server-reflection",
                           "--server-address=0.0.0.0:80", "--cors-origins", "a, b,"});
  ASSERT_TRUE(values.ok()) << values.status();
  EXPECT_THAT(values->Addresses("db.hosts"),
              ElementsAre(HostPort{"db1", 3306}, HostPort{"db2", 3307}, HostPort{"::1", 3308}));
  EXPECT_EQ(values->Addresses("db.hosts")[2].ToString(), "[::1]:3308");
  EXPECT_TRUE(values->Bool("server.reflection"));
  EXPECT_FALSE(values->Address("server.address").IsLoopback());
  EXPECT_THAT(values->List("cors.origins"), ElementsAre("a", "b"));
  EXPECT_FALSE(values->Has("db.password_file"));
  EXPECT_TRUE(values->Has("db.hosts"));
}

TEST_F(ConfigTest, FileArraysAndFlagFalse) {
  const std::string file =
      Write("kefu.toml", "db.hosts = [\"db1\", \"db2:1\"]\n[server]\nreflection = true\n");
  const auto values = Run({"--server-reflection=false"}, {{"KEFU_CONFIG", file}});
  ASSERT_TRUE(values.ok()) << values.status();
  EXPECT_THAT(values->Addresses("db.hosts"), SizeIs(2));
  EXPECT_FALSE(values->Bool("server.reflection"));
}

TEST_F(ConfigTest, UnknownNamesAreRefusedWithTheNearest) {
  const std::string file = Write("kefu.toml", "[db]\nusr = \"x\"\n[cache]\nsize = 3\n");
  const std::string text = Refusal(
      {"--config", file, "--db-hots", "secret1", "--db-password=secret2", "--db-pool=3", "stray"},
      {{"KEFU_DB_USERS", "secret3"},
       {"KEFU_TEST_DB_SOCKET", "/x"},
       {"KEFU_DEV_FAST", "1"},
       {"HOME", "/root"},
       {"KEFU_WAREHOUSE_PORT_50051_TCP", "tcp://10.0.0.1:50051"}});
  EXPECT_THAT(text, HasSubstr("flag --db-hots: unknown; did you mean --db-hosts?"));
  EXPECT_THAT(text, HasSubstr("flag --db-password: unknown"));
  EXPECT_THAT(text, HasSubstr("flag --db-pool: unknown; did you mean --db-pool-size?"));
  EXPECT_THAT(text, HasSubstr("argument \"stray\""));
  EXPECT_THAT(text, HasSubstr("variable KEFU_DB_USERS: unknown; did you mean KEFU_DB_USER?"));
  EXPECT_THAT(text, HasSubstr(file + ":2: unknown key db.usr; did you mean db.user?"));
  EXPECT_THAT(text, HasSubstr(file + ":3: unknown section cache"));
  EXPECT_THAT(text, HasSubstr("enableServiceLinks"));
  EXPECT_THAT(text, AllOf(Not(HasSubstr("secret")), Not(HasSubstr("KEFU_TEST")),
                          Not(HasSubstr("KEFU_DEV")), Not(HasSubstr("HOME"))));
  EXPECT_THAT(text, HasSubstr("8 problems"));
}

TEST_F(ConfigTest, AllProblemsInOneError) {
  spec_.Add(Key::String("auth.issuer", "Issuer").Required())
      .Check([](const Values& values, Problems& problems) {
        if (values.Has("db.hosts") && values.Str("db.user") == "root") {
          problems.Add({"db.user", "db.hosts"}, "root may use the socket only");
        }
        problems.Add({"db.pool_size"}, "not reported: the key is malformed already");
      });
  const std::string file = Write("kefu.toml", "[db]\nuser = \"root\"\nio_timeout = 3\n");
  const std::string text =
      Refusal({"--config", file, "--db-pool-size", "0", "--log-level=loud", "--db-hosts", "h:1"},
              {{"KEFU_SERVER_REFLECTION", "maybe"}, {"KEFU_SERVER_ADDRESS", "here"}});
  EXPECT_THAT(text, HasSubstr("flag --db-pool-size: \"0\" is not a whole number from 1 to 256"));
  EXPECT_THAT(text, HasSubstr("flag --log-level: \"loud\" is not one of debug, info"));
  EXPECT_THAT(text, HasSubstr(file + ":3: db.io_timeout: \"3\" is not a duration from 1ms to 5m"));
  EXPECT_THAT(text, HasSubstr("variable KEFU_SERVER_REFLECTION: \"maybe\" is neither"));
  EXPECT_THAT(text, HasSubstr("variable KEFU_SERVER_ADDRESS: \"here\" lacks a port"));
  EXPECT_THAT(text, HasSubstr("auth.issuer is required: set --auth-issuer, KEFU_AUTH_ISSUER"));
  EXPECT_THAT(text, HasSubstr("db.user (" + file + ":2), db.hosts (flag --db-hosts): root may"));
  EXPECT_THAT(text, Not(HasSubstr("not reported")));
  EXPECT_THAT(text, HasSubstr("7 problems"));
}

TEST_F(ConfigTest, MissingValuesAndRepeatsAreNamed) {
  const std::string text = Refusal({"--db-user", "--db-pool-size=", "--log-level", "info",
                                    "--log-level=debug", "--db-io-timeout", "", "--cors-origins"});
  EXPECT_THAT(text, HasSubstr("flag --db-user: needs a value"));
  EXPECT_THAT(text, HasSubstr("flag --db-pool-size: needs a value"));
  EXPECT_THAT(text, HasSubstr("flag --db-io-timeout: needs a value"));
  EXPECT_THAT(text, HasSubstr("flag --cors-origins: needs a value"));
  EXPECT_THAT(text, HasSubstr("flag --log-level: given 2 times"));
}

TEST_F(ConfigTest, BrokenOrMissingFileIsNamedWithItsLine) {
  const std::string broken = Write("kefu.toml", "[db]\nuser = \n");
  EXPECT_THAT(Refusal({"--config", broken}), HasSubstr(broken + ":2: "));
  EXPECT_THAT(Refusal({}, {{"KEFU_CONFIG", "/nowhere/kefu.toml"}}),
              HasSubstr("variable KEFU_CONFIG: cannot open /nowhere/kefu.toml: No such file"));
  const std::string wrong = Write("wrong.toml", "[db]\nhosts = [1]\nuser = {a = 1}\n");
  EXPECT_THAT(Refusal({"--config", wrong}),
              AllOf(HasSubstr(wrong + ":2: db.hosts takes an array of strings"),
                    HasSubstr(wrong + ":3: db.user takes a string")));
}

TEST_F(ConfigTest, SecretIsReadTrimmedAndNeverPrinted) {
  const std::string path = Write("password", "  s3cr3t-Word\n", 0644);
  const auto values = Run({"--db-password-file", path, "--print-config"});
  ASSERT_TRUE(values.ok()) << values.status();
  EXPECT_EQ(values->Secret("db.password_file"), "s3cr3t-Word");
  EXPECT_EQ(values->action(), Action::kPrintConfig);
  EXPECT_THAT(values->action_text(), Not(HasSubstr("s3cr3t")));
  EXPECT_THAT(values->action_text(),
              HasSubstr("db.password_file = \"" + path + "\"  # flag --db-password-file\n"));
  EXPECT_THAT(values->action_text(), HasSubstr("db.pool_size = 8  # default\n"));
  ASSERT_THAT(values->warnings(), SizeIs(1));
  EXPECT_THAT(values->warnings()[0], AllOf(HasSubstr("0644"), Not(HasSubstr("s3cr3t"))));
  chmod(path.c_str(), 0400);
  EXPECT_THAT(Run({"--db-password-file", path})->warnings(), IsEmpty());
}

TEST_F(ConfigTest, SecretFilesThatCannotServe) {
  EXPECT_THAT(Refusal({"--db-password-file", Write("empty", "\n")}), HasSubstr("is empty"));
  EXPECT_THAT(Refusal({"--db-password-file", "/nowhere"}), HasSubstr("cannot open /nowhere"));
  EXPECT_THAT(Refusal({"--db-password-file", folder_}), HasSubstr("cannot read"));
  EXPECT_THAT(Refusal({"--db-password-file", "/dev/zero"}), HasSubstr("larger than 1 MiB"));
}

TEST_F(ConfigTest, HelpAndVersionWinOverProblems) {
  const auto help = Run({"--help", "--nonsense", "--db-pool-size", "x"});
  ASSERT_TRUE(help.ok());
  EXPECT_EQ(help->action(), Action::kHelp);
  EXPECT_THAT(help->action_text(), AllOf(HasSubstr("--db-pool-size"), HasSubstr("(default 8)"),
                                         HasSubstr("A program under test.")));
  EXPECT_EQ(help->action_text(), spec_.HelpText());
  EXPECT_EQ(Run({"--version"})->action_text(), "kefu-test 1.2.3\n");
}

TEST_F(ConfigTest, OverriddenDefaultAndOptionalKeys) {
  spec_.OverrideDefault("db.pool_size", "2");
  const auto values = Run({});
  ASSERT_TRUE(values.ok()) << values.status();
  EXPECT_EQ(values->Int("db.pool_size"), 2);
  EXPECT_FALSE(values->Has("db.hosts"));
  EXPECT_TRUE(values->Addresses("db.hosts").empty());
  EXPECT_EQ(values->Secret("db.password_file"), "");
}

TEST(ParseHostPortTest, AcceptsAndRefuses) {
  EXPECT_EQ(ParseHostPort("a:0")->ToString(), "a:0");
  EXPECT_EQ(ParseHostPort("[fe80::1]", 5)->ToString(), "[fe80::1]:5");
  for (const char* bad : {"", ":1", "a", "a:", "a:-1", "a:65536", "a:1x", "::1:5", "[::1", "[::1]x",
                          "[]:1", "a b:1", "http://a:1"}) {
    EXPECT_FALSE(ParseHostPort(bad).ok()) << bad;
  }
  EXPECT_TRUE((HostPort{"127.0.0.5", 1}.IsLoopback()));
  EXPECT_FALSE((HostPort{"10.0.0.5", 1}.IsLoopback()));
}

TEST(SpecDeathTest, MisuseAborts) {
  Spec spec("p", "s", "1");
  spec.Add(Key::String("a.b", ""));
  EXPECT_DEATH(spec.Add(Key::Int("a_b", "")), "share the flag");
  EXPECT_DEATH(Key::SecretFile("db.password", ""), "must end in _file");
  const char* argv[] = {"p"};
  const auto values = Load(spec, argv, Environment{});
  EXPECT_DEATH(values->Int("a.b"), "another kind");
  EXPECT_DEATH(values->Str("a.c"), "not declared");
}

}  // namespace
}  // namespace kefu::config

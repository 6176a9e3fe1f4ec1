// A real process on a real database: configuration errors, migration, start, recovery, end.
#include <arpa/inet.h>
#include <grpcpp/generic/generic_stub.h>
#include <sys/socket.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <sstream>

#include "common/app/child_process.h"
#include "common/events/event_rpc.h"
#include "common/events/outbox.h"
#include "common/rpc/client.h"
#include "common/testing/status_matchers.h"
#include "common/testing/temp_folder.h"
#include "common/testing/test_db.h"
#include "common/testing/test_server.h"
#include "common/testing/tokens.h"
#include "fmt/format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "kefu/common/v1/audit.pb.h"
#include "nlohmann/json.hpp"

namespace kefu::app {
namespace {

using ::testing::AllOf;
using testing::ChildProcess;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kServing = "\x08\x01";  // HealthCheckResponse{status: SERVING}

class ProcessTest : public ::testing::Test {
 protected:
  // The flags that reach `options`'s server, with everything else that a start needs.
  std::vector<std::string> Command(const db::DatabaseOptions& options,
                                   std::vector<std::string> more = {}) {
    std::vector<std::string> command = {KEFU_TEST_SERVICE, "--auth-key-dir", tokens_.key_dir(),
                                        "--db-user",       options.user,     "--db-schema",
                                        options.schema};
    if (options.unix_socket.empty()) {
      command.insert(command.end(), {"--db-hosts", fmt::format("{}:{}", options.hosts[0].host,
                                                               options.hosts[0].port)});
    } else {
      command.insert(command.end(), {"--db-socket", options.unix_socket});
    }
    command.insert(command.end(), {"--server-health-interval", "50ms"});
    command.insert(command.end(), more.begin(), more.end());
    return command;
  }

  std::string File(const std::string& name) const { return folder_.File(name); }

  static std::string Content(const std::string& path) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }

  const testing::TempFolder folder_{"kefu-app"};
  testing::TokenMaker tokens_;
};

std::string AddressIn(const std::string& line) {
  return line.empty() ? "" : nlohmann::json::parse(line)["address"].get<std::string>();
}

// The raw answer of the health service.
std::string Health(const std::string& target) {
  rpc::ClientOptions options;
  options.retries = false;
  auto channel = rpc::MakeChannel(target, options);
  grpc::GenericStub stub(*channel);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  const grpc::Slice empty;
  grpc::ByteBuffer request(&empty, 1), response;
  std::promise<grpc::Status> done;
  stub.UnaryCall(&context, "/grpc.health.v1.Health/Check", {}, &request, &response,
                 [&done](grpc::Status status) { done.set_value(std::move(status)); });
  if (!done.get_future().get().ok()) return "error";
  std::vector<grpc::Slice> slices;
  response.Dump(&slices);
  std::string bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

// Asks until the health service says so; false after a minute.
bool BecomesServing(const std::string& target, bool serving) {
  for (const absl::Time limit = absl::Now() + absl::Minutes(1); absl::Now() < limit;) {
    if ((Health(target) == kServing) == serving) return true;
  }
  return false;
}

void ExpectJsonLines(ChildProcess& process) {
  for (const std::string& line : process.lines()) {
    EXPECT_TRUE(nlohmann::json::accept(line)) << line;
  }
}

std::string HttpGet(const std::string& address, const std::string& path) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(std::stoi(address.substr(address.rfind(':') + 1)));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string answer;
  if (connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0) {
    const std::string request = "GET " + path + " HTTP/1.0\r\n\r\n";
    EXPECT_EQ(write(fd, request.data(), request.size()), request.size());
    char buffer[4096];
    for (ssize_t got; (got = read(fd, buffer, sizeof buffer)) > 0;) answer.append(buffer, got);
  }
  close(fd);
  return answer;
}

TEST_F(ProcessTest, WrongConfigurationEndsWithEveryProblemAndCode2) {
  ChildProcess process({KEFU_TEST_SERVICE, "--server-address", "0.0.0.0:0", "--notes-limit", "11",
                        "--db-pool-size=4", "--db-passwrd", "geheim"},
                       {"KEFU_LOG_LEVEL=loud", "KEFU_DEV_X=1"});
  EXPECT_EQ(process.Wait(), 2);
  EXPECT_THAT(
      process.text(),
      AllOf(HasSubstr("kefu-apptest: 7 problems in the configuration:"),
            HasSubstr("server.address (flag --server-address): 0.0.0.0:0 is not loopback"),
            HasSubstr("flag --notes-limit: \"11\" is not a whole number from 1 to 10"),
            HasSubstr("db.pool_size (flag --db-pool-size), server.workers (default): the pool"),
            HasSubstr("flag --db-passwrd: unknown"), HasSubstr("variable KEFU_LOG_LEVEL: \"loud\""),
            HasSubstr("auth.key_dir is required"), HasSubstr("set exactly one of the two")));
  EXPECT_THAT(process.text(), Not(HasSubstr("geheim")));
}

TEST_F(ProcessTest, HelpAndPrintConfigShowNoSecret) {
  std::ofstream(File("password")) << "geheim\n";
  ChildProcess help({KEFU_TEST_SERVICE, "--help"});
  EXPECT_EQ(help.Wait(), 0);
  EXPECT_THAT(help.text(), AllOf(HasSubstr("--notes-limit"), HasSubstr("A service under test.")));
  ChildProcess print({KEFU_TEST_SERVICE, "--print-config", "--auth-key-dir", "/keys", "--db-hosts",
                      "db1", "--db-password-file", File("password")});
  EXPECT_EQ(print.Wait(), 0);
  EXPECT_THAT(print.text(), AllOf(HasSubstr("db.hosts = [\"db1:3306\"]  # flag --db-hosts"),
                                  HasSubstr("db.user = \"kefu_apptest\"  # default"),
                                  HasSubstr(File("password")), Not(HasSubstr("geheim"))));
}

TEST_F(ProcessTest, UnreadableKeysAndRefusingServiceEndWithCode1) {
  db::DatabaseOptions options;
  options.unix_socket = File("no.sock");
  options.user = "root";
  options.schema = "x";
  ChildProcess process({KEFU_TEST_SERVICE, "--auth-key-dir", "/nowhere/keys", "--db-socket", "x"});
  EXPECT_EQ(process.Wait(), 1);
  EXPECT_THAT(process.text(), AllOf(HasSubstr("cannot start"), HasSubstr("/nowhere/keys"),
                                    HasSubstr("flag --auth-key-dir")));
  ExpectJsonLines(process);
  ChildProcess refusing(Command(options, {"--notes-limit", "7"}));
  EXPECT_EQ(refusing.Wait(), 1);
  EXPECT_THAT(refusing.text(), HasSubstr("seven is out of luck"));
}

TEST_F(ProcessTest, RefusesAnOldSchemaThenMigratesServesAndDrains) {
  testing::TestDb test_db;  // the common tables only
  ChildProcess behind(Command(test_db.options()));
  EXPECT_EQ(behind.Wait(), 1);
  EXPECT_THAT(behind.text(), AllOf(HasSubstr("SCHEMA_BEHIND"), HasSubstr("--migrate"),
                                   HasSubstr(test_db.schema())));
  for (int i = 0; i < 2; ++i) {
    ChildProcess migrate(Command(test_db.options(), {"--migrate"}));
    EXPECT_EQ(migrate.Wait(), 0) << migrate.text();
    EXPECT_THAT(migrate.text(), HasSubstr("schema is up to date"));
  }

  ChildProcess process(Command(test_db.options(), {"--port-file", File("ports")}));
  const std::string target = AddressIn(process.WaitForLine("\"msg\":\"ready\""));
  ASSERT_NE(target, "") << process.text();
  process.WaitForLine("work started");
  EXPECT_TRUE(BecomesServing(target, true));
  const std::string ports = Content(File("ports"));
  EXPECT_THAT(ports, AllOf(HasSubstr("grpc=" + target + "\n"), HasSubstr("metrics=127.0.0.1:"),
                           HasSubstr("extra=127.0.0.1:1\n")));

  // An event committed by anybody reaches a watcher through the sequencer of this process.
  common::v1::WriteRecorded payload;
  payload.set_method("/test");
  ASSERT_THAT(test_db.db().RunInTransaction(absl::Now() + absl::Seconds(30),
                                            [&](db::Transaction& transaction) {
                                              return events::Append(transaction, "org1", "key1",
                                                                    payload, absl::Now());
                                            }),
              testing::IsOk());
  auto channel = rpc::MakeChannel(target);
  auto stub = common::v1::EventService::NewStub(*channel);
  grpc::ClientContext context;
  rpc::CallOptions call;
  call.timeout = absl::Seconds(60);
  call.token = tokens_.ServiceToken();
  rpc::Prepare(call, context);
  auto watch = stub->Watch(&context, common::v1::WatchRequest());
  common::v1::WatchResponse response;
  bool seen = false;
  while (!seen && watch->Read(&response)) {
    for (const auto& event : response.events()) seen = seen || event.key() == "key1";
  }
  EXPECT_TRUE(seen);

  const std::string line = ports.substr(ports.find("metrics=") + 8);
  const std::string metrics = HttpGet(line.substr(0, line.find('\n')), "/metrics");
  EXPECT_THAT(metrics, AllOf(HasSubstr("kefu_ready 1"), HasSubstr("kefu_db_connections"),
                             HasSubstr("kefu_outbox_lag_seconds"),
                             HasSubstr("kefu_feed_position 1"), HasSubstr("kefu_rpc_calls_total")));

  process.Signal(SIGTERM);  // ends the endless stream too
  EXPECT_EQ(process.Wait(), 0) << process.text();
  EXPECT_FALSE(watch->Finish().ok());
  EXPECT_FALSE(std::filesystem::exists(File("ports")));
  const std::string text = process.text();
  EXPECT_LT(text.find("service drains"), text.find("service stopped"));
  EXPECT_THAT(text, HasSubstr("\"msg\":\"ended\""));
  ExpectJsonLines(process);
}

TEST_F(ProcessTest, TakenPortIsNamed) {
  testing::TestDb test_db;
  EXPECT_EQ(ChildProcess(Command(test_db.options(), {"--migrate"})).Wait(), 0);
  ChildProcess first(Command(test_db.options()));
  const std::string target = AddressIn(first.WaitForLine("\"msg\":\"ready\""));
  ASSERT_NE(target, "");
  ChildProcess second(Command(test_db.options(), {"--server-address", target}));
  EXPECT_EQ(second.Wait(), 1);
  EXPECT_THAT(second.text(), AllOf(HasSubstr("cannot start"), HasSubstr(target)));
  ExpectJsonLines(second);
  ChildProcess metrics(Command(test_db.options(), {"--metrics-address", target}));
  EXPECT_EQ(metrics.Wait(), 1);
  EXPECT_THAT(metrics.text(), AllOf(HasSubstr("cannot serve metrics"), HasSubstr(target)));
  ChildProcess file(Command(test_db.options(), {"--port-file", "/nowhere/ports"}));
  EXPECT_EQ(file.Wait(), 1);
  EXPECT_THAT(file.text(), HasSubstr("cannot write /nowhere/ports: No such file"));
  first.Signal(SIGINT);
  EXPECT_EQ(first.Wait(), 0);
}

TEST_F(ProcessTest, DatabaseDownAtStartAndLaterIsSurvived) {
  testing::TestServerOptions server_options;
  server_options.flush_at_commit = 1;
  ASSERT_OK_AND_ASSIGN(auto server, testing::TestServer::Start(server_options));
  db::DatabaseOptions options = server->TcpOptions("");
  {
    ASSERT_OK_AND_ASSIGN(auto database, db::Database::Open(options));
    ASSERT_THAT(
        database->Read(absl::Now() + absl::Seconds(30), db::Sql{"CREATE DATABASE kefu_apptest"}),
        testing::IsOk());
  }
  options.schema = "kefu_apptest";
  server->Kill();

  // --migrate waits for the database.
  ChildProcess migrate(Command(options, {"--migrate", "--migrate-wait", "2m"}));
  EXPECT_NE(migrate.WaitForLine("waiting for it"), "");
  ASSERT_THAT(server->Restart(), testing::IsOk());
  EXPECT_EQ(migrate.Wait(), 0) << migrate.text();
  server->Kill();

  ChildProcess process(Command(options));
  EXPECT_NE(process.WaitForLine("database not reachable; listening all the same"), "");
  const std::string target = AddressIn(process.WaitForLine("\"msg\":\"listening\""));
  ASSERT_NE(target, "");
  EXPECT_NE(process.WaitForLine("\"msg\":\"not ready\""), "");
  EXPECT_TRUE(BecomesServing(target, false));
  EXPECT_THAT(process.text(), Not(HasSubstr("work started")));

  ASSERT_THAT(server->Restart(), testing::IsOk());
  EXPECT_NE(process.WaitForLine("\"msg\":\"ready\""), "");
  EXPECT_TRUE(BecomesServing(target, true));

  const size_t before = process.lines().size();
  server->Kill();
  EXPECT_NE(process.WaitForLine("\"msg\":\"not ready\"", before), "");
  EXPECT_TRUE(BecomesServing(target, false));
  ASSERT_THAT(server->Restart(), testing::IsOk());
  EXPECT_NE(process.WaitForLine("\"msg\":\"ready\"", before), "");
  EXPECT_TRUE(BecomesServing(target, true));

  // It ends in order also without its database.
  server->Kill();
  process.Signal(SIGTERM);
  EXPECT_EQ(process.Wait(), 0) << process.text();
  ExpectJsonLines(process);
}

}  // namespace
}  // namespace kefu::app

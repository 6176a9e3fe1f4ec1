#include "tests/chaos/suite.h"

#include <grpcpp/grpcpp.h>
#include <signal.h>

#include <cstdio>
#include <cstdlib>

#include "absl/time/clock.h"
#include "common/testing/free_port.h"
#include "fmt/format.h"

namespace kefu::chaos {
namespace {

void Require(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "chaos: %s\n", status.ToString().c_str());
  std::abort();
}

template <class T>
T Required(absl::StatusOr<T> value) {
  Require(value.status());
  return *std::move(value);
}

std::shared_ptr<grpc::Channel> ChannelTo(const std::string& target) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 200);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 100);
  arguments.SetLoadBalancingPolicyName("round_robin");
  return grpc::CreateCustomChannel(target, grpc::InsecureChannelCredentials(), arguments);
}

}  // namespace

std::string_view NameOf(Part part) {
  constexpr std::array kNames = std::to_array<std::string_view>(
      {"aftersales", "aftersales too", "warehouse", "performance", "database"});
  return kNames[static_cast<size_t>(part)];
}

Suite::Suite()
    : database_server_(Required(testing::TestServer::Start({.flush_at_commit = 1}))),
      token_(tokens_.Token("org", {auth::Role::kOwner}, {}, "tester", absl::Hours(12))) {
  for (Server& server : servers_) {
    server.address = fmt::format("127.0.0.1:{}", testing::FreePort());
  }
  Describe(Part::kWarehouse, "warehouse", {});
  Describe(Part::kPerformance, "performance", {});
  // Short leases: what a dead process was about is taken up soon.
  const std::vector<std::string> flows = {
      "--peers-warehouse",      At(Part::kWarehouse).address,
      "--peers-performance",    At(Part::kPerformance).address,
      "--peers-token-file",     folder_.Write("token", tokens_.ServiceToken()),
      "--payments-ledger-file", ledger_file(),
      "--flows-interval",       "50ms",
      "--flows-call-timeout",   "3s",
      "--flows-lease",          "5s",
      "--flows-threads",        "6",
      "--db-pool-size",         "32"};
  Describe(Part::kAftersales, "aftersales", flows);
  Describe(Part::kAftersalesToo, "aftersales", flows);
  At(Part::kAftersales).channel = ChannelTo(
      fmt::format("ipv4:{},{}", At(Part::kAftersales).address, At(Part::kAftersalesToo).address));
  MakeSchemas();
  for (Server& server : servers_) Launch(server);
  for (Server& server : servers_) AwaitReady(server);
}

void Suite::Describe(Part part, const std::string& service, std::vector<std::string> more) {
  Server& server = At(part);
  server.program = KEFU_PROGRAMS "/kefu-" + service;
  server.schema = "kefu_" + service;
  server.more = std::move(more);
  server.channel = ChannelTo(server.address);
}

// All at once, as all are started.
void Suite::MakeSchemas() {
  const auto root = Required(db::Database::Open(database_server_->SocketOptions("")));
  std::vector<std::unique_ptr<testing::ChildProcess>> migrations;
  for (const Part part : {Part::kAftersales, Part::kWarehouse, Part::kPerformance}) {
    Server& server = At(part);
    const std::string create =
        "CREATE DATABASE " + server.schema + " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";
    Require(root->Read(absl::Now() + absl::Minutes(1), db::Sql{create.c_str()}).status());
    server.database = Required(db::Database::Open(database_server_->SocketOptions(server.schema)));
    std::vector<std::string> migrate = CommandOf(server);
    migrate.push_back("--migrate");
    migrations.push_back(std::make_unique<testing::ChildProcess>(std::move(migrate)));
  }
  for (const auto& migration : migrations) {
    if (migration->Wait() != 0) std::abort();
  }
}

std::vector<std::string> Suite::CommandOf(const Server& server) const {
  std::vector<std::string> command = {server.program,
                                      "--auth-key-dir",
                                      tokens_.key_dir(),
                                      "--db-user",
                                      "root",
                                      "--db-schema",
                                      server.schema,
                                      "--db-socket",
                                      database_server_->socket(),
                                      "--server-address",
                                      server.address,
                                      "--server-health-interval",
                                      "100ms",
                                      "--log-calls",
                                      "none"};
  command.insert(command.end(), server.more.begin(), server.more.end());
  return command;
}

const std::shared_ptr<grpc::Channel>& Suite::ChannelOf(Part part) const { return At(part).channel; }

db::Database& Suite::DatabaseOf(Part part) const { return *At(part).database; }

void Suite::Kill(Part part) {
  if (part == Part::kDatabase) return database_server_->Kill();
  At(part).process->Signal(SIGKILL);
  At(part).process->Wait();
}

void Suite::Restart(Part part) {
  if (part == Part::kDatabase) return Require(database_server_->Restart());
  Launch(At(part));
  AwaitReady(At(part));
}

void Suite::Launch(Server& server) const {
  server.process = std::make_unique<testing::ChildProcess>(CommandOf(server));
}

void Suite::AwaitReady(Server& server) {
  if (server.process->WaitForLine("\"msg\":\"ready\"").empty()) std::abort();
}

}  // namespace kefu::chaos

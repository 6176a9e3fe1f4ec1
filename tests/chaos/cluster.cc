#include "tests/chaos/cluster.h"

#include <grpcpp/grpcpp.h>
#include <signal.h>

#include <condition_variable>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/numbers.h"
#include "absl/time/clock.h"
#include "nlohmann/json.hpp"

namespace kefu::chaos {
namespace {

template <class T>
T Required(absl::StatusOr<T> value) {
  if (!value.ok()) {
    std::fprintf(stderr, "chaos: %s\n", value.status().ToString().c_str());
    std::abort();
  }
  return *std::move(value);
}

}  // namespace

int Setting(const char* name, int otherwise) {
  const char* text = std::getenv(name);
  int value = 0;
  return text != nullptr && absl::SimpleAtoi(text, &value) ? value : otherwise;
}

void Pause(absl::Duration time) {
  std::mutex mutex;
  std::condition_variable never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, absl::ToChronoNanoseconds(time));
}

Cluster::Cluster(int servers, const std::string& service)
    : program_(KEFU_PROGRAMS "/kefu-" + service),
      schema_("kefu_" + service),
      database_server_(Required(testing::TestServer::Start({.flush_at_commit = 1}))),
      token_(tokens_.Token("org-a", {auth::Role::kOwner}, {}, "tester", absl::Hours(12))) {
  const auto root = Required(db::Database::Open(database_server_->SocketOptions("")));
  const std::string create =
      "CREATE DATABASE " + schema_ + " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";
  Required(root->Read(absl::Now() + absl::Minutes(1), db::Sql{create.c_str()}));
  database_ = Required(db::Database::Open(database_server_->SocketOptions(schema_)));
  std::vector<std::string> migrate = Command();
  migrate.push_back("--migrate");
  if (testing::ChildProcess(std::move(migrate)).Wait() != 0) std::abort();
  targets_.resize(servers);
  servers_.resize(servers);
  for (int i = 0; i < servers; ++i) RestartServer(i);
}

std::vector<std::string> Cluster::Command() const {
  return {program_, "--auth-key-dir", tokens_.key_dir(),         "--db-user", "root", "--db-schema",
          schema_,  "--db-socket",    database_server_->socket()};
}

std::shared_ptr<grpc::Channel> Cluster::ChannelOf(int server) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 200);
  const std::lock_guard lock(mutex_);
  return grpc::CreateCustomChannel(targets_[server], grpc::InsecureChannelCredentials(), arguments);
}

std::unique_ptr<Stub> Cluster::StubOf(int server) {
  return warehouse::v1::WarehouseService::NewStub(ChannelOf(server));
}

void Cluster::KillServer(int server) {
  servers_[server]->Signal(SIGKILL);
  servers_[server]->Wait();
}

void Cluster::RestartServer(int server) {
  servers_[server] = std::make_unique<testing::ChildProcess>(Command());
  const std::string line = servers_[server]->WaitForLine("\"msg\":\"ready\"");
  if (line.empty()) std::abort();
  const std::lock_guard lock(mutex_);
  targets_[server] = nlohmann::json::parse(line)["address"].get<std::string>();
}

void Cluster::KillDatabase() { database_server_->Kill(); }

void Cluster::RestartDatabase() {
  const absl::Status status = database_server_->Restart();
  if (status.ok()) return;
  std::fprintf(stderr, "chaos: %s\n", status.ToString().c_str());
  std::abort();
}

void Cluster::KillEither(std::mt19937_64& random) {
  if (random() % 2 == 0) {
    KillServer(0);
    RestartServer(0);
  } else {
    KillDatabase();
    RestartDatabase();
  }
}

}  // namespace kefu::chaos

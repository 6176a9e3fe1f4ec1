#include "bench/harness/environment.h"

#include <filesystem>

#include "absl/time/clock.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"
#include "nlohmann/json.hpp"

namespace kefu::bench {
namespace {

constexpr absl::Duration kSetUpTime = absl::Minutes(1);

absl::Status CreateSchema(const db::DatabaseOptions& server, const std::string& schema) {
  ASSIGN_OR_RETURN(const auto database, db::Database::Open(server));
  const std::string statement =
      fmt::format("CREATE DATABASE {} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", schema);
  return database->Read(absl::Now() + kSetUpTime, db::Sql{statement.c_str()}).status();
}

}  // namespace

std::string ProgramPath(std::string_view name) {
  return std::filesystem::read_symlink("/proc/self/exe").replace_filename(name).string();
}

void AddPool(CLI::App& app, int& gb) {
  app.add_option("--pool-gb", gb, "Buffer pool of the database, GB")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
}

std::vector<std::string> LargeDatabase(int pool_gb, int log_mb) {
  return {fmt::format("--innodb-buffer-pool-size={}G", pool_gb),
          fmt::format("--innodb-log-file-size={}M", log_mb * pool_gb), "--local-infile=1"};
}

absl::StatusOr<std::unique_ptr<Environment>> Environment::Start(
    const std::vector<std::string>& more) {
  std::unique_ptr<Environment> environment(new Environment());
  testing::TestServerOptions options;
  options.flush_at_commit = 1;
  options.extra_args = {"--innodb-buffer-pool-size=1G", "--innodb-log-file-size=128M"};
  options.extra_args.insert(options.extra_args.end(), more.begin(), more.end());
  ASSIGN_OR_RETURN(environment->server_, testing::TestServer::Start(std::move(options)));
  return environment;
}

absl::StatusOr<RunningService> Environment::StartService(std::string_view name,
                                                         std::string_view suffix,
                                                         const std::vector<std::string>& more) {
  const std::string schema =
      suffix.empty() ? fmt::format("kefu_{}", name) : fmt::format("kefu_{}_{}", name, suffix);
  RETURN_IF_ERROR(CreateSchema(server_->SocketOptions(""), schema));
  RunningService service{.database = server_->SocketOptions(schema)};
  std::vector<std::string> command = {ProgramPath(fmt::format("kefu-{}", name)),
                                      "--auth-key-dir",
                                      tokens_.key_dir(),
                                      "--db-user",
                                      "root",
                                      "--db-schema",
                                      schema,
                                      "--db-socket",
                                      server_->socket()};
  command.insert(command.end(), more.begin(), more.end());
  std::vector<std::string> migrate = command;
  migrate.push_back("--migrate");
  testing::ChildProcess migration(std::move(migrate));
  if (migration.Wait() != 0) {
    return absl::InternalError(fmt::format("kefu-{} --migrate: {}", name, migration.text()));
  }
  service.process = std::make_unique<testing::ChildProcess>(std::move(command));
  const std::string line = service.process->WaitForLine("\"msg\":\"ready\"");
  if (line.empty()) return absl::InternalError(fmt::format("kefu-{} does not get ready", name));
  service.target = nlohmann::json::parse(line)["address"].get<std::string>();
  return service;
}

std::string Environment::OwnerToken() const {
  return tokens_.Token(kOrg, {auth::Role::kOwner}, {}, "bench", absl::Hours(12));
}

}  // namespace kefu::bench

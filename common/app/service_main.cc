#include "common/app/service_main.h"

#include <grpc/support/log.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <latch>
#include <thread>

#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "common/app/housekeeping.h"
#include "common/app/keys.h"
#include "common/app/observers.h"
#include "common/app/port_file.h"
#include "common/app/readiness.h"
#include "common/auth/keys.h"
#include "common/events/event_rpc.h"
#include "common/obs/log.h"
#include "common/rpc/shutdown_signal.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"
#include "migrations/common.h"

namespace kefu::app {
namespace {

constexpr int kExitOk = 0;
constexpr int kExitFailed = 1;
constexpr int kExitBadConfig = 2;

// For the look at the schema before listening; a database that takes longer counts as down.
constexpr absl::Duration kStartCheckTime = absl::Seconds(5);
// A migration may copy a large table.
constexpr absl::Duration kMigrateTime = absl::Hours(6);
constexpr absl::Duration kMigrateRetryPause = absl::Milliseconds(250);

CallLog CallLogFrom(const config::Values& values) {
  const std::string& text = values.Str("log.calls");
  return text == "all" ? CallLog::kAll : text == "none" ? CallLog::kNone : CallLog::kFailed;
}

std::string OwnerName(IdGenerator& ids) {
  char host[64] = {};
  gethostname(host, sizeof host - 1);
  return fmt::format("{}:{}:{}", host, getpid(), ids.Next());
}

// Everything of one running process. Members die in reverse order: what is used outlives its users.
class Process {
 public:
  Process(const ServiceSpec& spec, const config::Values& values)
      : spec_(spec), values_(values), ids_(clock_) {
    migrations_.push_back(migrations::Common());
    migrations_.insert(migrations_.end(), spec.migrations.begin(), spec.migrations.end());
  }

  absl::Status Migrate();
  absl::Status Run();

 private:
  absl::Status OpenDatabase();
  absl::Status LoadKeys();
  absl::Status StartMetrics();
  void MakeEvents();
  void MakeReadiness();
  absl::Status CheckSchemaAtStart();
  absl::Status Listen();
  void StartWork();
  void Announce(bool ready);
  void ShutDown();

  const ServiceSpec& spec_;
  const config::Values& values_;
  SystemClock clock_;
  IdGenerator ids_;
  obs::Metrics metrics_;
  std::vector<db::MigrationSet> migrations_;
  std::unique_ptr<obs::MetricsServer> metrics_server_;
  std::unique_ptr<auth::Verifier> verifier_;
  std::unique_ptr<RpcObserver> rpc_observer_;
  std::unique_ptr<db::Database> database_;
  std::unique_ptr<events::Feed> feed_;
  std::unique_ptr<events::Sequencer> sequencer_;
  std::unique_ptr<Housekeeping> housekeeping_;
  std::unique_ptr<rpc::Dispatcher> dispatcher_;
  std::unique_ptr<events::EventServiceHandler> event_handler_;
  std::unique_ptr<events::EventRpc> event_rpc_;
  std::unique_ptr<Service> service_;
  std::latch listening_{1};  // addresses_ is complete, or opening the ports has failed
  bool opened_ = false;      // written before listening_ counts down
  std::vector<std::pair<std::string, std::string>> addresses_;
  std::unique_ptr<Readiness> readiness_;
  std::unique_ptr<rpc::Server> server_;
  std::unique_ptr<PortFile> port_file_;
};

absl::Status Process::OpenDatabase() {
  if (spec_.schema.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(
      database_, db::Database::Open(DatabaseOptionsFrom(values_), MakeDatabaseObserver(metrics_)));
  return absl::OkStatus();
}

absl::Status Process::LoadKeys() {
  auto keys = std::make_shared<auth::KeySet>(values_.Path("auth.key_dir"));
  const absl::Status loaded = keys->Reload();
  if (!loaded.ok()) {
    if (loaded.code() != absl::StatusCode::kInvalidArgument) {
      return MakeError(loaded.code(), "KEYS_UNREADABLE",
                       fmt::format("auth.key_dir ({}): {}", values_.SourceOf("auth.key_dir"),
                                   std::string(loaded.message())));
    }
    obs::Warning("keys left out", {{"error", std::string(loaded.message())}});
  }
  if (keys->snapshot()->keys.empty()) {
    obs::Warning("no key to verify tokens with: every call is refused until one is there",
                 {{"auth.key_dir", values_.Path("auth.key_dir")}});
  }
  auth::VerifierOptions options;
  options.issuer = values_.Str("auth.issuer");
  options.audience = values_.Str("auth.audience");
  verifier_ = std::make_unique<auth::Verifier>(std::move(keys), std::move(options));
  return absl::OkStatus();
}

absl::Status Process::StartMetrics() {
  if (!values_.Bool("metrics.enabled")) return absl::OkStatus();
  ASSIGN_OR_RETURN(metrics_server_, obs::MetricsServer::Start(
                                        metrics_, values_.Address("metrics.address").ToString()));
  return absl::OkStatus();
}

void Process::MakeEvents() {
  if (database_ == nullptr) return;
  feed_ = std::make_unique<events::Feed>(*database_);
  events::SequencerOptions options;
  options.on_lag = [lag = metrics_.Gauge("kefu_outbox_lag_seconds",
                                         "Age of the oldest event that has no position yet.")](
                       absl::Duration age) { lag.Set(absl::ToDoubleSeconds(age)); };
  options.on_published =
      [this, position = metrics_.Gauge("kefu_feed_position", "Last position this process gave.")](
          int64_t head) {
        position.Set(static_cast<double>(head));
        feed_->Published(head);
      };
  sequencer_ = std::make_unique<events::Sequencer>(*database_, clock_, OwnerName(ids_), options);
  housekeeping_ = std::make_unique<Housekeeping>(
      *database_, clock_,
      HousekeepingOptions{.keep_requests = values_.Duration("requests.keep"),
                          .keep_events = values_.Duration("events.keep")});
  event_handler_ = std::make_unique<events::EventServiceHandler>(*feed_);
  event_rpc_ = std::make_unique<events::EventRpc>(*dispatcher_, *event_handler_);
}

void Process::StartWork() {
  // The prober may find the process ready before its further ports are open.
  listening_.wait();
  if (!opened_) return;
  if (sequencer_ != nullptr) {
    sequencer_->Start();
    housekeeping_->Start();
  }
  service_->StartWork();
}

void Process::Announce(bool ready) {
  if (!ready) return;
  listening_.wait();
  if (!opened_) return;
  std::string text;
  for (const auto& [name, address] : addresses_) {
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", name, address);
  }
  obs::Info("ready", {{"address", addresses_.front().second}, {"addresses", text}});
}

void Process::MakeReadiness() {
  Readiness::Parts parts;
  parts.database = database_.get();
  parts.migrations = migrations_;
  parts.service_ready = [this](absl::Time deadline) { return service_->Ready(deadline); };
  parts.on_first_ready = [this] { StartWork(); };
  parts.on_change = [this](bool ready) { Announce(ready); };
  readiness_ = std::make_unique<Readiness>(std::move(parts), metrics_);
}

absl::Status Process::CheckSchemaAtStart() {
  const absl::Status status = readiness_->CheckSchema(absl::Now() + kStartCheckTime);
  if (status.code() == absl::StatusCode::kFailedPrecondition) {
    const bool behind = ReasonOf(status) == db::kSchemaBehind;
    return MakeError(
        status.code(), ReasonOf(status),
        fmt::format("schema {}: {}{}", values_.Str("db.schema"), std::string(status.message()),
                    behind ? fmt::format("; bring it up to date first: {} --migrate with the same "
                                         "configuration",
                                         spec_.name)
                           : ""));
  }
  if (!status.ok()) {
    obs::Warning("database not reachable; listening all the same, not serving until it is",
                 {{"reason", ReasonOf(status)},
                  {"error", std::string(status.message())},
                  {"cause", CauseOf(status)}});
  }
  return absl::OkStatus();
}

absl::Status Process::Listen() {
  std::vector<rpc::NamedService> services = service_->services();
  if (event_rpc_ != nullptr) services.emplace_back(event_rpc_.get());
  ASSIGN_OR_RETURN(server_, rpc::Server::Start(ServerOptionsFrom(values_), *dispatcher_,
                                               std::move(services), [this](absl::Time deadline) {
                                                 return readiness_->Check(deadline);
                                               }));
  const absl::Status opened = service_->Start(*server_);
  opened_ = opened.ok();
  if (!opened.ok()) listening_.count_down();
  RETURN_IF_ERROR(opened);
  addresses_.emplace_back("grpc", server_->target());
  if (metrics_server_ != nullptr) addresses_.emplace_back("metrics", metrics_server_->address());
  for (auto& address : service_->addresses()) addresses_.push_back(std::move(address));
  listening_.count_down();
  if (values_.Has("port_file")) {
    ASSIGN_OR_RETURN(port_file_, PortFile::Write(values_.Path("port_file"), addresses_));
  }
  obs::Info("listening", {{"address", server_->target()}, {"pid", getpid()}});
  return absl::OkStatus();
}

void Process::ShutDown() {
  const absl::Time deadline = absl::Now() + values_.Duration("server.drain_timeout");
  if (service_ != nullptr) service_->Drain(deadline);
  if (server_ != nullptr) server_->Drain(deadline);
  if (dispatcher_ != nullptr) dispatcher_->Stop();
  if (service_ != nullptr) service_->Stop();
  if (housekeeping_ != nullptr) housekeeping_->Stop();
  if (sequencer_ != nullptr) sequencer_->Stop();
  if (feed_ != nullptr) feed_->Stop();
}

absl::Status Process::Run() {
  RETURN_IF_ERROR(LoadKeys());
  RETURN_IF_ERROR(OpenDatabase());
  RETURN_IF_ERROR(StartMetrics());
  rpc_observer_ = std::make_unique<RpcObserver>(metrics_, CallLogFrom(values_));
  rpc::DispatcherOptions options = DispatcherOptionsFrom(values_);
  options.clock = &clock_;
  options.verifier = verifier_.get();
  options.observer = rpc_observer_.get();
  dispatcher_ = std::make_unique<rpc::Dispatcher>(std::move(options));
  MakeEvents();
  ASSIGN_OR_RETURN(
      service_, spec_.make(Dependencies{values_, clock_, ids_, metrics_, *verifier_, *dispatcher_,
                                        database_.get(), sequencer_.get(), feed_.get()}));
  MakeReadiness();
  absl::Status status = CheckSchemaAtStart();
  if (status.ok()) status = Listen();
  if (status.ok()) {
    const int signal = rpc::WaitForShutdownSignal();
    obs::Info("draining",
              {{"signal", signal}, {"timeout_seconds", values_.Duration("server.drain_timeout")}});
    // Whoever asks twice does not want to wait.
    std::thread([] {
      rpc::WaitForShutdownSignal();
      obs::Warning("ending at once");
      _exit(kExitFailed);
    }).detach();
  }
  ShutDown();
  return status;
}

absl::Status Process::Migrate() {
  if (spec_.schema.empty()) return absl::OkStatus();
  RETURN_IF_ERROR(OpenDatabase());
  const absl::Time give_up = absl::Now() + values_.Duration("migrate_wait");
  for (bool told = false;; told = true) {
    const absl::Status status =
        db::Migrator(*database_).Apply(absl::Now() + kMigrateTime, migrations_);
    if (status.code() != absl::StatusCode::kUnavailable || absl::Now() >= give_up) return status;
    if (!told) {
      obs::Warning("database not reachable; waiting for it",
                   {{"migrate_wait", absl::FormatDuration(values_.Duration("migrate_wait"))},
                    {"error", std::string(status.message())},
                    {"cause", CauseOf(status)}});
    }
    absl::SleepFor(std::min(kMigrateRetryPause, give_up - absl::Now()));
  }
}

// gRPC's own messages become lines like all others; they are about single connections.
void LogGrpcMessage(gpr_log_func_args* message) {
  const obs::Level level =
      message->severity == GPR_LOG_SEVERITY_ERROR ? obs::Level::kWarning : obs::Level::kDebug;
  obs::Log(level, "grpc",
           {{"error", message->message}, {"file", message->file}, {"line", message->line}});
}

int Finish(std::string_view what, const absl::Status& status) {
  if (status.ok()) return kExitOk;
  obs::Error(what, {{"error", std::string(status.message())},
                    {"code", absl::StatusCodeToString(status.code())},
                    {"reason", ReasonOf(status)},
                    {"cause", CauseOf(status)}});
  return kExitFailed;
}

int RunWith(const ServiceSpec& spec, const config::Values& values) {
  // log.level is one of the known names: config has checked it.
  const auto level = obs::ParseLevel(values.Str("log.level"));
  obs::InitLogging(spec.name, level.value_or(obs::Level::kInfo));
  gpr_set_log_function(LogGrpcMessage);
  for (const std::string& warning : values.warnings()) obs::Warning(warning);
  if (!spec.schema.empty() && values.Bool("migrate")) {
    const absl::Status status = Process(spec, values).Migrate();
    if (status.ok()) obs::Info("schema is up to date", {{"schema", values.Str("db.schema")}});
    return Finish("cannot migrate", status);
  }
  // Debian's Abseil looks for cycles at every lock: about 4 % of what a call costs under gRPC.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  rpc::BlockShutdownSignals();
  const int code = Finish("cannot start", Process(spec, values).Run());
  if (code == kExitOk) obs::Info("ended");
  return code;
}

}  // namespace

int ServiceMain(int argc, const char* const* argv, ServiceSpec spec) {
  try {
    config::Spec keys(spec.name, spec.summary, KEFU_VERSION);
    AddCommonKeys(keys, spec.default_address, spec.schema);
    if (spec.add_keys) spec.add_keys(keys);
    const absl::StatusOr<config::Values> values = config::Load(keys, argc, argv);
    if (!values.ok()) {
      const std::string text(values.status().message());
      std::fprintf(stderr, "%s: %s\nSee %s --help.\n", spec.name.c_str(), text.c_str(),
                   spec.name.c_str());
      return kExitBadConfig;
    }
    if (values->action() != config::Action::kRun) {
      std::fputs(values->action_text().c_str(), stdout);
      return std::fflush(stdout) == 0 ? kExitOk : kExitFailed;
    }
    return RunWith(spec, *values);
  } catch (const std::exception& error) {
    obs::Error("cannot go on", {{"error", error.what()}});
    return kExitFailed;
  }
}

}  // namespace kefu::app

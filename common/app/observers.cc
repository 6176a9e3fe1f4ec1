#include "common/app/observers.h"

#include <array>
#include <atomic>
#include <string>

#include "absl/time/clock.h"
#include "common/context/request_context.h"
#include "common/obs/log.h"
#include "common/status/error.h"
#include "fmt/format.h"

namespace kefu::app {
namespace {

constexpr int kCodes = 17;  // OK … UNAUTHENTICATED, the canonical codes

// A bug or lost data: somebody has to look at it.
bool IsOurFault(absl::StatusCode code) {
  return code == absl::StatusCode::kInternal || code == absl::StatusCode::kUnknown ||
         code == absl::StatusCode::kDataLoss;
}

class MethodMetrics final : public rpc::MethodObserver {
 public:
  MethodMetrics(std::string_view method, CallLog log, const obs::Family<obs::Counter>& calls,
                obs::Histogram latency, obs::Histogram queue_wait)
      : log_(log), latency_(latency), queue_wait_(queue_wait) {
    for (int code = 0; code < kCodes; ++code) {
      by_code_[code] =
          calls.With({method, absl::StatusCodeToString(static_cast<absl::StatusCode>(code))});
    }
  }

  void OnCallDone(const rpc::CallRecord& call) override {
    const int code = static_cast<int>(call.status.code());
    by_code_[code >= 0 && code < kCodes ? code : 2].Add();  // 2: UNKNOWN
    latency_.Observe(call.latency);
    if (call.queue_time > absl::ZeroDuration()) queue_wait_.Observe(call.queue_time);
    const bool fault = IsOurFault(call.status.code());
    if (fault || log_ == CallLog::kAll || (log_ == CallLog::kFailed && !call.status.ok())) {
      Write(call, fault ? obs::Level::kError : obs::Level::kInfo);
    }
  }

 private:
  static void Write(const rpc::CallRecord& call, obs::Level level) {
    if (!obs::Enabled(level)) return;
    const RequestContext& context = call.context;
    const obs::LogScope scope(context.trace_id, context.span_id, context.request_log_id);
    const std::string code = absl::StatusCodeToString(call.status.code());
    if (call.status.ok()) {
      obs::Log(level, "call",
               {{"method", context.method},
                {"code", code},
                {"org", context.principal.org_id},
                {"subject", context.principal.subject},
                {"latency_seconds", call.latency}});
      return;
    }
    obs::Log(level, "call",
             {{"method", context.method},
              {"code", code},
              {"reason", ReasonOf(call.status)},
              {"error", std::string(call.status.message())},
              {"cause", CauseOf(call.status)},
              {"org", context.principal.org_id},
              {"subject", context.principal.subject},
              {"latency_seconds", call.latency}});
  }

  const CallLog log_;
  std::array<obs::Counter, kCodes> by_code_;
  const obs::Histogram latency_;
  const obs::Histogram queue_wait_;
};

}  // namespace

RpcObserver::RpcObserver(obs::Metrics& metrics, CallLog log)
    : log_(log),
      calls_(metrics.Counters("kefu_rpc_calls_total", "Finished calls.", {"method", "code"})),
      latency_(metrics.Histograms("kefu_rpc_latency_seconds", "Arrival to answer.", {"method"})),
      queue_wait_(metrics.Histogram("kefu_rpc_queue_wait_seconds", "Wait for a worker.")),
      queue_depth_(metrics.Gauge("kefu_rpc_queue_depth", "Calls that wait for a worker.")),
      open_streams_(metrics.Gauge("kefu_rpc_open_streams", "Streams that hold a thread.")) {}

std::unique_ptr<rpc::MethodObserver> RpcObserver::ForMethod(std::string_view full_name) {
  return std::make_unique<MethodMetrics>(full_name, log_, calls_, latency_.With({full_name}),
                                         queue_wait_);
}

void RpcObserver::OnQueueDepth(int64_t waiting) { queue_depth_.Set(static_cast<double>(waiting)); }
void RpcObserver::OnOpenStreams(int64_t open) { open_streams_.Set(static_cast<double>(open)); }

db::DatabaseObserver MakeDatabaseObserver(obs::Metrics& metrics) {
  db::DatabaseObserver observer;
  constexpr std::string_view kConnections = "kefu_db_connections";
  constexpr std::string_view kConnectionsHelp = "Connections of the pool.";
  observer.on_pool = [used = metrics.Gauge(kConnections, kConnectionsHelp, {{"state", "in_use"}}),
                      open = metrics.Gauge(kConnections, kConnectionsHelp, {{"state", "open"}})](
                         int in_use, int all) {
    used.Set(in_use);
    open.Set(all);
  };
  observer.on_wait = [wait = metrics.Histogram("kefu_db_pool_wait_seconds",
                                               "Time to get a connection from the pool.")](
                         absl::Duration time) { wait.Observe(time); };
  observer.on_retry = [retries = metrics.Counters("kefu_db_transaction_retries_total",
                                                  "Transactions run again.", {"reason"})](
                          std::string_view reason) { retries.With({reason}).Add(); };
  auto next_line_us = std::make_shared<std::atomic<int64_t>>(0);
  observer.on_error = [errors = metrics.Counters("kefu_db_errors_total",
                                                 "Errors that the database reported.", {"number"}),
                       next_line_us](std::string_view host, unsigned number,
                                     std::string_view text) {
    errors.With({fmt::format("{}", number)}).Add();
    // While the database is down each attempt fails alike: one line a second tells it.
    const int64_t now_us = absl::ToUnixMicros(absl::Now());
    int64_t next = next_line_us->load(std::memory_order_relaxed);
    if (now_us < next || !next_line_us->compare_exchange_strong(next, now_us + 1'000'000)) return;
    obs::Warning("database error", {{"host", host}, {"number", number}, {"error", text}});
  };
  return observer;
}

}  // namespace kefu::app

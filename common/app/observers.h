// Metrics and log lines for what the rpc and database layers report.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "common/db/database.h"
#include "common/obs/metrics.h"
#include "common/rpc/call_observer.h"

namespace kefu::app {

enum class CallLog { kAll, kFailed, kNone };

// kefu_rpc_calls_total{method,code}, kefu_rpc_latency_seconds{method},
// kefu_rpc_queue_wait_seconds, kefu_rpc_queue_depth, kefu_rpc_open_streams; one log line per call
// as asked for: causes of INTERNAL always, as errors. Thread-safe.
class RpcObserver final : public rpc::CallObserver {
 public:
  RpcObserver(obs::Metrics& metrics, CallLog log);

  std::unique_ptr<rpc::MethodObserver> ForMethod(std::string_view full_name) override;
  void OnQueueDepth(int64_t waiting) override;
  void OnOpenStreams(int64_t open) override;

 private:
  const CallLog log_;
  const obs::Family<obs::Counter> calls_;
  const obs::Family<obs::Histogram> latency_;
  const obs::Histogram queue_wait_;
  const obs::Gauge queue_depth_;
  const obs::Gauge open_streams_;
};

// kefu_db_connections{state}, kefu_db_pool_wait_seconds, kefu_db_transaction_retries_total{reason},
// kefu_db_errors_total{number}; database errors are logged, at most one line a second per process.
db::DatabaseObserver MakeDatabaseObserver(obs::Metrics& metrics);

}  // namespace kefu::app

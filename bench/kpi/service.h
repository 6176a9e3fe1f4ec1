// kefu-performance as its clients see it.
#pragma once

#include <grpcpp/channel.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "bench/harness/environment.h"
#include "bench/kpi/plain.h"
#include "bench/kpi/spool.h"
#include "kefu/performance/v1/performance_service.grpc.pb.h"

namespace kefu::bench {

class KpiService {
 public:
  static absl::StatusOr<std::unique_ptr<KpiService>> Start(Environment& environment);

  // The shop: on a platform the platform's definition is scored beside the default one.
  absl::Status Configure(const std::string& platform);
  // A whole kind in one stream, until the answer: facts stored, figures visible. Every row must be
  // new.
  absl::StatusOr<absl::Duration> Import(const Spool& spool, Kind kind);
  // One conversation with what it says now.
  absl::Status Import(const performance::v1::Conversation& conversation);
  // All metrics, one row for each agent.
  absl::Status Month(absl::CivilDay first, absl::CivilDay last,
                     performance::v1::GetMetricsResponse& response);
  // One figure of one agent.
  absl::StatusOr<int64_t> Figure(const std::string& agent_id, const std::string& metric_id,
                                 absl::CivilDay first, absl::CivilDay last);

  // The most memory that the process has held so far.
  absl::StatusOr<int64_t> PeakResidentKb() const;
  const db::DatabaseOptions& database() const { return service_.database; }

 private:
  explicit KpiService(RunningService service) : service_(std::move(service)) {}

  RunningService service_;
  std::string token_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<performance::v1::PerformanceService::Stub> stub_;
};

// What the answer tells of each agent that both sides know.
FiguresByAgent FiguresOf(const performance::v1::GetMetricsResponse& response);

}  // namespace kefu::bench

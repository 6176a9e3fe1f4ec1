// kefu-performance as whoever pays people sees it.
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "bench/harness/environment.h"
#include "bench/payroll/year.h"
#include "kefu/performance/v1/facts.grpc.pb.h"
#include "kefu/performance/v1/payroll.grpc.pb.h"
#include "kefu/performance/v1/performance_service.grpc.pb.h"

namespace kefu::bench {

class PayService {
 public:
  static absl::StatusOr<std::unique_ptr<PayService>> Start(Environment& environment);

  // The shop, its plan, and employments as staffing's events would tell them.
  absl::Status Configure(const YearPlan& plan);
  absl::Status Import(const MonthOfFacts& facts);

  absl::Status Close(absl::CivilMonth month);
  // All statements, page by page.
  absl::StatusOr<std::vector<performance::v1::Statement>> Payroll(absl::CivilMonth month);
  absl::StatusOr<performance::v1::Statement> Statement(absl::CivilMonth month,
                                                       const std::string& agent_id);
  absl::StatusOr<performance::v1::SimulatePayrollResponse> Simulate(absl::CivilMonth first,
                                                                    int months);
  absl::Status Verify(absl::CivilMonth month);

  const db::DatabaseOptions& database() const { return service_.database; }
  pid_t pid() const { return service_.process->pid(); }

 private:
  explicit PayService(RunningService service) : service_(std::move(service)) {}

  RunningService service_;
  std::string token_;
  std::unique_ptr<performance::v1::PerformanceService::Stub> stub_;
  std::unique_ptr<performance::v1::PayrollService::Stub> pay_;
  std::unique_ptr<performance::v1::FactService::Stub> facts_;
};

}  // namespace kefu::bench

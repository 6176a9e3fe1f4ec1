// WorkloadService beside StaffingService, and weeks of arrivals to learn from.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "common/time/civil.h"
#include "google/rpc/error_details.pb.h"
#include "kefu/staffing/v1/workload.grpc.pb.h"
#include "services/staffing/tests/fixture.h"

namespace kefu::staffing {

class WorkloadTest : public StaffingTest {
 protected:
  using Workload = v1::WorkloadService::Stub;
  using Staffing = v1::StaffingService::Stub;

  explicit WorkloadTest(int pool_size = 8) : StaffingTest(pool_size) {
    workload_ = v1::WorkloadService::NewStub(host_.channel());
  }

  template <class Request, class Response>
  absl::StatusOr<Response> Ask(grpc::Status (Workload::*method)(grpc::ClientContext*,
                                                                const Request&, Response*),
                               const std::string& text, std::string_view org = "org-a") {
    return rpc::Call(*workload_, method, Parse<Request>(Fill(text)), As(org));
  }

  // Sends the messages as one stream.
  absl::StatusOr<v1::ImportArrivalsResponse> Import(
      const std::vector<v1::ImportArrivalsRequest>& messages, const rpc::CallOptions& as) {
    grpc::ClientContext context;
    rpc::Prepare(as, context);
    v1::ImportArrivalsResponse response;
    const auto writer = workload_->ImportArrivals(&context, &response);
    for (const auto& message : messages) writer->Write(message);
    writer->WritesDone();
    const grpc::Status status = writer->Finish();
    if (!status.ok()) return rpc::FromGrpc(status);
    return response;
  }
  absl::StatusOr<v1::ImportArrivalsResponse> Import(const std::string& text) {
    return Import({Parse<v1::ImportArrivalsRequest>(Fill(text))}, As("org-a"));
  }

  // Calls of $SHOP2 on each of these days: 9:00 to 18:00 of its clock, most at noon, half at
  // weekends, 200 seconds each, one in twenty hung up after 120 seconds in the mean.
  void ImportCalls(absl::CivilDay first, int days, double times = 1) {
    v1::ImportArrivalsRequest request;
    request.set_shop_id(world_["$SHOP2"]);
    request.set_channel(v1::CONTACT_CHANNEL_TELEPHONE);
    const absl::TimeZone tokyo = absl::FixedTimeZone(9 * 3600);
    for (absl::CivilDay day = first; day < first + days; ++day) {
      const bool weekend = absl::GetWeekday(day) >= absl::Weekday::saturday;
      for (int slot = 18; slot < 36; ++slot) {
        const double mean = 60 * (1 + std::sin((slot - 18) * M_PI / 18)) * (weekend ? 0.5 : 1);
        auto& arrivals = *request.add_rows()->mutable_arrivals();
        arrivals.mutable_start_time()->set_seconds(
            absl::ToUnixSeconds(absl::FromCivil(day, tokyo)) + slot * 1800);
        arrivals.set_arrivals(std::lround(mean * times));
        arrivals.set_abandoned(arrivals.arrivals() / 20);
        arrivals.set_answered(arrivals.arrivals() - arrivals.abandoned());
        arrivals.set_handle_seconds(200 * arrivals.answered());
        arrivals.set_wait_seconds(120 * arrivals.abandoned());
      }
    }
    ASSERT_OK_AND_ASSIGN(const auto response, Import({request}, As("org-a")));
    ASSERT_EQ(response.created_count(), days * 18);
  }

  // The fields that an INVALID_FIELDS names.
  static std::vector<std::string> FieldsOf(const absl::Status& status) {
    std::vector<std::string> fields;
    const auto details = GetDetail<google::rpc::BadRequest>(status);
    if (!details) return fields;
    for (const auto& violation : details->field_violations()) fields.push_back(violation.field());
    return fields;
  }

  std::unique_ptr<Workload> workload_;
};

}  // namespace kefu::staffing

// FulfilmentPlanningService beside WarehouseService on the same tables.
#pragma once

#include <memory>
#include <string>

#include "kefu/warehouse/v1/fulfilment_planning_service.grpc.pb.h"
#include "services/warehouse/planning_service.h"
#include "services/warehouse/tests/fixture.h"

namespace kefu::warehouse {

using PlanStub = v1::FulfilmentPlanningService::Stub;

class PlanningTest : public WarehouseTest {
 protected:
  explicit PlanningTest(int pool_size = 8)
      : WarehouseTest(pool_size),
        plan_host_({.dispatcher = {.clock = &clock_, .workers = 8}}),
        plan_service_(plan_host_.dispatcher(), replica_.deps) {
    plan_host_.Start({&plan_service_});
    plan_stub_ = v1::FulfilmentPlanningService::NewStub(plan_host_.channel());
  }
  ~PlanningTest() override { plan_host_.Stop(); }

  rpc::CallOptions PlanAs(std::string_view org_id) {
    return {.token = plan_host_.tokens().Token(org_id, {auth::Role::kOwner}, {}, "tester",
                                               absl::Hours(72))};
  }
  template <class Request, class Response>
  absl::StatusOr<Response> Plan(grpc::Status (PlanStub::*method)(grpc::ClientContext*,
                                                                 const Request&, Response*),
                                const std::string& text, std::string_view org_id = "org-a") {
    return rpc::Call(*plan_stub_, method, Parse<Request>(Fill(text)), PlanAs(org_id));
  }

  testing::ServiceHost plan_host_;
  PlanningServiceImpl plan_service_;
  std::unique_ptr<PlanStub> plan_stub_;
};

// The faulty fields of an answer.
inline std::vector<std::string> FieldsOf(const absl::Status& status) {
  std::vector<std::string> fields;
  const auto detail = GetDetail<google::rpc::BadRequest>(status);
  if (!detail) return fields;
  for (const auto& violation : detail->field_violations()) fields.push_back(violation.field());
  return fields;
}

inline std::string Show(const ::kefu::common::v1::Date& date) {
  return fmt::format("{:04}-{:02}-{:02}", date.year(), date.month(), date.day());
}

}  // namespace kefu::warehouse

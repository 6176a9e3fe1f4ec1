// The warehouse's world with StockControlService beside it, and the audit of its ledger.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "kefu/warehouse/v1/stock_control_service.grpc.pb.h"
#include "services/warehouse/handlers/verify.h"
#include "services/warehouse/stock_control_service.h"
#include "services/warehouse/tests/fixture.h"

namespace kefu::warehouse {

using Control = v1::StockControlService::Stub;

class StockControlTest : public WarehouseTest {
 protected:
  StockControlTest()
      : control_handlers_(replica_.deps),
        control_service_(control_host_.dispatcher(), control_handlers_) {
    control_host_.Start({&control_service_});
    control_ = v1::StockControlService::NewStub(control_host_.channel());
  }
  ~StockControlTest() override { control_host_.Stop(); }

  rpc::CallOptions AsControl(std::string_view org_id, std::string_view subject = "tester") {
    return {.token = control_host_.tokens().Token(org_id, {auth::Role::kOwner}, {}, subject,
                                                  absl::Hours(72))};
  }
  // As WarehouseTest::Call.
  using WarehouseTest::Call;
  template <class Request, class Response>
  absl::StatusOr<Response> Call(grpc::Status (Control::*method)(grpc::ClientContext*,
                                                                const Request&, Response*),
                                const std::string& text, std::string_view org_id = "org-a",
                                std::string_view subject = "tester") {
    return rpc::Call(*control_, method, Parse<Request>(Fill(text)), AsControl(org_id, subject));
  }

  // "FAULT expected/actual" of each finding, in their order.
  std::vector<std::string> Verify(LedgerVerdict* verdict = nullptr, const std::string& node = "",
                                  int page = 3) {
    findings_.clear();
    const VerifySink sink{.on_finding =
                              [&](const domain::LedgerFinding& finding) {
                                findings_.push_back(finding);
                                return true;
                              },
                          .on_node = [](const domain::NodeAudit&) { return true; }};
    const auto result = VerifyOrganization(*replica_.database, "org-a",
                                           {.node_id = Fill(node),
                                            .now = clock_.Now(),
                                            .deadline = absl::Now() + absl::Minutes(5),
                                            .entries = page,
                                            .rows = page,
                                            .reservations = page},
                                           sink);
    EXPECT_OK(result);
    if (verdict != nullptr && result.ok()) *verdict = *result;
    std::vector<std::string> shown;
    for (const domain::LedgerFinding& finding : findings_) {
      shown.push_back(
          fmt::format("{} {}/{}", NameOf(finding.fault), finding.expected, finding.actual));
    }
    return shown;
  }

  testing::ServiceHost control_host_{{.dispatcher = {.clock = &clock_, .workers = 8}}};
  StockControlHandlers control_handlers_;
  StockControlServiceImpl control_service_;
  std::unique_ptr<Control> control_;
  std::vector<domain::LedgerFinding> findings_;
};

}  // namespace kefu::warehouse

// The warehouse's world with BillingService beside it, and ledgers made to measure.
#pragma once

#include <memory>
#include <random>
#include <string>

#include "google/protobuf/descriptor.h"
#include "google/rpc/error_details.pb.h"
#include "kefu/warehouse/v1/billing_service.grpc.pb.h"
#include "services/warehouse/billing_service.h"
#include "services/warehouse/handlers/posting.h"
#include "services/warehouse/tests/fixture.h"

namespace kefu::warehouse {

using BillingStub = v1::BillingService::Stub;
using enum domain::LedgerAccount;

inline std::string DateText(absl::CivilDay day) {
  return fmt::format("{{ year: {} month: {} day: {} }}", day.year(), day.month(), day.day());
}
inline std::string PeriodText(absl::CivilDay first, absl::CivilDay last) {
  return fmt::format("period {{ start_date {} end_date {} }}", DateText(first), DateText(last));
}
inline std::string Yuan(int64_t fen) {
  return fmt::format("{{ currency_code: 'CNY' minor_units: {} }}", fen);
}

class BillingTest : public WarehouseTest {
 protected:
  explicit BillingTest(int pool_size = 8)
      : WarehouseTest(pool_size),
        billing_handlers_(replica_.deps),
        billing_service_(billing_host_.dispatcher(), billing_handlers_) {
    billing_host_.Start({&billing_service_});
    billing_ = v1::BillingService::NewStub(billing_host_.channel());
  }
  ~BillingTest() override { billing_host_.Stop(); }

  rpc::CallOptions BillingAs(std::string_view org_id, auth::Role role = auth::Role::kOwner) {
    return {.token = billing_host_.tokens().Token(org_id, {role}, {}, "tester", absl::Hours(2400))};
  }

  // As WarehouseTest::Call.
  using WarehouseTest::Call;
  template <class Request, class Response>
  absl::StatusOr<Response> Call(grpc::Status (BillingStub::*method)(grpc::ClientContext*,
                                                                    const Request&, Response*),
                                const std::string& text, std::string_view org_id = "org-a") {
    return rpc::Call(*billing_, method, Parse<Request>(Fill(text)), BillingAs(org_id));
  }

  domain::Movement Move(absl::CivilDay day, std::string_view node, std::string_view sku,
                        std::string_view owner, domain::LedgerAccount from,
                        domain::LedgerAccount to, int64_t quantity, std::string_view reference = "",
                        std::string_view reason = "Test") {
    return {.key = {{Fill(std::string(sku)), std::string(owner), Fill(std::string(node)),
                     domain::StockCondition::kSellable},
                    "",
                    ""},
            .from = from,
            .to = to,
            .quantity = quantity,
            .reason = std::string(reason),
            .reference = Fill(std::string(reference)),
            .note = "",
            .business_date = day};
  }
  // Posts them as any work in the house would.
  absl::Status Post(const std::vector<domain::Movement>& movements) {
    return replica_.database->RunInTransaction(
        absl::InfiniteFuture(), [&](db::Transaction& t) -> absl::Status {
          const Posting posting{replica_.deps, t, "org-a", "tester", clock_.Now()};
          ASSIGN_OR_RETURN(domain::Totals totals,
                           store::MakeAndLockTotals(t, "org-a", domain::KeysOf(movements)));
          return kefu::warehouse::Post(posting, movements, totals).status();
        });
  }

  absl::StatusOr<v1::ComputeSettlementResponse> Compute(std::string_view owner,
                                                        absl::CivilDay first, absl::CivilDay last,
                                                        std::string_view more = "") {
    return WarehouseTest::Call(
        &Stub::ComputeSettlement,
        fmt::format("owner_id: '{}' {} page_size: 1000 {}", owner, PeriodText(first, last), more));
  }
  absl::StatusOr<v1::Settlement> Close(std::string_view owner, absl::CivilDay first,
                                       absl::CivilDay last, std::string_view more = "") {
    return Call(&BillingStub::CloseSettlement,
                fmt::format("owner_id: '{}' {} {}", owner, PeriodText(first, last), more));
  }
  // "KIND sku day-day q=quantity amount", corrections with a "!".
  std::vector<std::string> Show(const v1::ComputeSettlementResponse& answer) const {
    std::map<std::string, std::string> names = {{"", "-"}};
    for (const auto& [name, id] : world_) names[id] = name.substr(1);
    std::vector<std::string> shown;
    for (const v1::SettlementLine& line : answer.lines()) {
      shown.push_back(fmt::format("{}{} {} {}-{} q={} {}", line.correction() ? "!" : "",
                                  v1::SettlementLineKind_Name(line.kind()).substr(21),
                                  names.at(line.sku_id()), line.first_date().day(),
                                  line.last_date().day(), line.quantity(),
                                  line.amount().minor_units()));
    }
    return shown;
  }

  testing::ServiceHost billing_host_{{.dispatcher = {.clock = &clock_, .workers = 8}}};
  BillingHandlers billing_handlers_;
  BillingServiceImpl billing_service_;
  std::unique_ptr<BillingStub> billing_;
};

}  // namespace kefu::warehouse

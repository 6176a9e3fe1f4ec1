// The nightly self-audit, and stock as it was.
#include "services/warehouse/jobs/ledger_auditor.h"
#include "services/warehouse/tests/core/fixture.h"

namespace kefu::warehouse {
namespace {

using ::testing::ElementsAre;

class AuditTest : public StockControlTest {
 protected:
  void SetUp() override { ASSERT_NO_FATAL_FAILURE(MakeWorld()); }

  std::string Audited() {
    static constexpr db::Sql kEvents{
        "SELECT payload FROM outbox WHERE type = 'kefu.warehouse.v1.LedgerAudited' ORDER BY "
        "outbox_id"};
    const auto rows = Db().db().Read(absl::InfiniteFuture(), kEvents);
    std::string shown;
    for (const db::Row row : *rows) {
      v1::LedgerAudited event;
      event.ParseFromString(row.Str(0));
      shown += fmt::format("{} {}/{};", event.verdict().clean(), event.verdict().nodes(),
                           event.findings_size());
    }
    return shown;
  }

  // "sku on hand/reserved" of $NODE1.
  std::vector<std::string> At(const std::string& when) {
    const auto past = Call(&Control::GetStockAt, "node_id: '$NODE1' " + when);
    EXPECT_OK(past);
    std::vector<std::string> shown;
    for (const auto& level : past->levels()) {
      shown.push_back(fmt::format("{}{} {}/{}", level.key().sku_id() == world_["$SKU1"] ? 1 : 2,
                                  level.key().location(), level.on_hand(), level.reserved()));
    }
    return shown;
  }
};

TEST_F(AuditTest, OnceANightByOneProcessWithAnEvent) {
  // Noon in Shanghai: 03:00 is over.
  LedgerAuditor first(replica_.deps, clock_, {.owner = "a"}),
      second(replica_.deps, clock_, {.owner = "b"});
  EXPECT_EQ(first.RunOnce().value(), 1);
  EXPECT_EQ(second.RunOnce().value(), 0);
  EXPECT_EQ(first.RunOnce().value(), 0);
  EXPECT_EQ(Audited(), "true 2/0;");
  clock_.Advance(absl::Hours(14) + absl::Minutes(59));  // 02:59
  Db().Exec(Fill("UPDATE stock SET on_hand = 1 WHERE sku_id = '$SKU1'"));
  EXPECT_EQ(second.RunOnce().value(), 0);
  clock_.Advance(absl::Minutes(10));
  EXPECT_EQ(second.RunOnce().value(), 1);  // the other's lease is over
  EXPECT_EQ(Audited(), "true 2/0;false 2/1;");
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM ledger_audit WHERE clean = 0"), 1);
}

TEST_F(AuditTest, AnOrganizationMayDoWithout) {
  ASSERT_OK(Call(&Control::SetStockPolicy, "policy { approval_pieces: 1 audit_nightly: false }"));
  LedgerAuditor auditor(replica_.deps, clock_, {.owner = "a"});
  EXPECT_EQ(auditor.RunOnce().value(), 0);
}

TEST_F(AuditTest, StockAsItWas) {
  const int64_t noon = 1768449600;
  clock_.Advance(absl::Hours(24));
  ASSERT_OK(Call(&Stub::Receive,
                 "node_id: '$NODE1' lines { sku_id: '$SKU1' quantity: 5 location: 'b' }"
                 " business_date { year: 2026 month: 1 day: 14 }"));
  ASSERT_OK(Call(&Stub::ReleaseReservation, "reservation_id: '$RES'"));
  EXPECT_THAT(At(fmt::format("time {{ seconds: {} }}", noon)), ElementsAre("1 100/10", "2 100/0"));
  EXPECT_THAT(At(fmt::format("time {{ seconds: {} }}", noon - 1)), ElementsAre());
  EXPECT_THAT(At(fmt::format("time {{ seconds: {} }}", noon + 86400)),
              ElementsAre("1 105/0", "2 100/0"));
  // By business date the late delivery was there the day before everything else.
  EXPECT_THAT(At("business_date { year: 2026 month: 1 day: 14 }"), ElementsAre("1 5/0"));
  EXPECT_THAT(At("business_date { year: 2026 month: 1 day: 15 }"),
              ElementsAre("1 105/10", "2 100/0"));
  EXPECT_THAT(At("by_bin: true sku_id: '$SKU1' business_date { year: 2026 month: 1 day: 16 }"),
              ElementsAre("1 100/0", "1b 5/0"));
  ASSERT_OK_AND_ASSIGN(
      const auto page,
      Call(&Control::GetStockAt,
           fmt::format("node_id: '$NODE1' page_size: 1 time {{ seconds: {} }}", noon)));
  EXPECT_EQ(page.levels_size(), 1);
  ASSERT_OK_AND_ASSIGN(
      const auto rest,
      Call(&Control::GetStockAt, fmt::format("node_id: '$NODE1' page_size: 1 time {{ seconds: {} }}"
                                             " page_token: '{}'",
                                             noon, page.next_page_token())));
  EXPECT_EQ(rest.levels_size(), 1);
  EXPECT_TRUE(rest.next_page_token().empty());
  EXPECT_THAT(Call(&Control::GetStockAt, "node_id: '$NODE1'"), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Call(&Control::GetStockAt, "node_id: 'x' time { seconds: 1 }"),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Call(&Control::GetStockAt, "node_id: '$NODE1' time { seconds: 1 }", "org-b"),
              StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace kefu::warehouse

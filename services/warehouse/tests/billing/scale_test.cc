// A month of much work. KEFU_BILLING_DIGITS=6 makes it a million entries.
#include <chrono>
#include <cmath>
#include <cstdlib>

#include "services/warehouse/handlers/settling.h"
#include "services/warehouse/tests/billing/fixture.h"

namespace kefu::warehouse {
namespace {

class ScaleTest : public BillingTest {
 protected:
  // 10^digits numbers from 0 as the column n.
  static std::string Numbers(int digits) {
    std::string select = "SELECT 0", from;
    for (int i = 0; i < digits; ++i) {
      select += fmt::format(" + d{}.n * {}", i, static_cast<int64_t>(std::pow(10, i)));
      from += fmt::format(
          "{} (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL"
          " SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8"
          " UNION ALL SELECT 9) AS d{}",
          i == 0 ? "" : " CROSS JOIN", i);
    }
    return fmt::format("({} AS n FROM {}) AS numbers", select, from);
  }

  template <class F>
  void Timed(std::string_view what, F run) {
    const auto start = std::chrono::steady_clock::now();
    run();
    fmt::print("{}: {} ms\n", what,
               std::chrono::duration_cast<std::chrono::milliseconds>(
                   std::chrono::steady_clock::now() - start)
                   .count());
  }
};

TEST_F(ScaleTest, SettlesAMonthFromOneRangeOfEntries) {
  const char* const set = std::getenv("KEFU_BILLING_DIGITS");
  const int digits = set == nullptr ? 4 : std::atoi(set);
  const int64_t entries = static_cast<int64_t>(std::pow(10, digits));
  ASSERT_NO_FATAL_FAILURE(MakeWorld());
  // 1000 SKUs; of three entries two bring a piece in and one takes it out, over 28 days; besides
  // each there is one between FREE and RESERVED, which billing leaves alone.
  Db().Exec(
      "INSERT INTO sku (org_id, sku_id, code, display_name, category, barcode, size_class,"
      " weight_grams, length_mm, width_mm, height_mm, lot_tracked, shelf_life_days,"
      " list_price_minor, list_price_currency, state, version, create_us, update_us)"
      " SELECT org_id, CONCAT('s', n), CONCAT('s', n), display_name, category,"
      " barcode, size_class, weight_grams, length_mm, width_mm, height_mm, lot_tracked,"
      " shelf_life_days, list_price_minor, list_price_currency, state, version, create_us,"
      " update_us FROM sku, " +
      Numbers(3) + Fill(" WHERE sku_id = '$SKU1'"));
  Timed(fmt::format("write {} entries", 2 * entries), [&] {
    Db().Exec(Fill(fmt::format(
        "INSERT INTO ledger_entry (org_id, node_id, entry_number, sku_id, owner_id,"
        " stock_condition, lot, location, from_account, to_account, quantity, reason, reference,"
        " note, business_date, record_us, actor, entry_sha256)"
        " SELECT 'org-a', '$NODE2', n + 1, CONCAT('s', n MOD 1000), 'brand', 'SELLABLE', '', '',"
        " CASE WHEN n >= {0} THEN 'FREE' WHEN n MOD 3 < 2 THEN 'SUPPLIER' ELSE 'RESERVED' END,"
        " CASE WHEN n >= {0} THEN 'RESERVED' WHEN n MOD 3 < 2 THEN 'FREE' ELSE 'CUSTOMER' END,"
        " 1, 'Test', CONCAT('R', n DIV 2), '',"
        " DATE_ADD('2026-01-01', INTERVAL (n MOD {0}) * 28 DIV {0} DAY), 0, 'x', REPEAT('x', 32)"
        " FROM (SELECT n + {0} * twice AS n FROM {1} CROSS JOIN"
        " (SELECT 0 AS twice UNION ALL SELECT 1) AS two) AS all_numbers;"
        "UPDATE ledger_chain SET entry_number = {0} * 2 WHERE node_id = '$NODE2'",
        entries, Numbers(digits))));
  });
  ASSERT_OK(Call(&BillingStub::SetOwnerTerms,
                 "terms { owner_id: 'brand' effective_from { year: 2026 month: 1 day: 1 }"
                 " currency_code: 'CNY' free_days: 3"
                 " entry_rates { price { currency_code: 'CNY' minor_units: 20 } }"
                 " storage_rates { price { currency_code: 'CNY' minor_units: 1 } }"
                 " order_rate { price { currency_code: 'CNY' minor_units: 100 } } }"));
  RequestContext ctx;
  ctx.deadline = absl::InfiniteFuture();
  ctx.principal.org_id = "org-a";
  Timed("copy", [&] { ASSERT_OK(CatchUp(replica_.deps, ctx)); });
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM billing_entry WHERE owner_id = 'brand'"), entries);
  absl::StatusOr<v1::ComputeSettlementResponse> january;
  Timed("settle", [&] {
    january = Compute("brand", absl::CivilDay(2026, 1, 1), absl::CivilDay(2026, 1, 31));
  });
  ASSERT_OK(january);
  int64_t entered = 0;
  for (const v1::SettlementTotal& total : january->settlement().totals()) {
    if (total.kind() == v1::SETTLEMENT_LINE_KIND_ENTRY) entered = total.quantity();
  }
  EXPECT_EQ(entered, (entries * 2 + 2) / 3);
  Timed("nothing new to copy", [&] { ASSERT_OK(CatchUp(replica_.deps, ctx)); });
}

}  // namespace
}  // namespace kefu::warehouse

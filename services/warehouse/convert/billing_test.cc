#include "services/warehouse/convert/billing.h"

#include "common/testing/proto_matchers.h"
#include "google/protobuf/generated_enum_reflection.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace kefu::warehouse::convert {
namespace {

using ::kefu::testing::EqualsProtoIgnoring;

template <class E, class P>
void SameNames(std::string_view prefix) {
  const auto* descriptor = google::protobuf::GetEnumDescriptor<P>();
  ASSERT_EQ(descriptor->value_count(), kEnumNames<E>.size()) << descriptor->name();
  for (int i = 0; i < descriptor->value_count(); ++i) {
    const auto* value = descriptor->value(i);
    EXPECT_EQ(value->name(), std::string(prefix) + std::string(NameOf(static_cast<E>(i))));
    EXPECT_EQ(value->number(), i);
  }
}

TEST(BillingEnums, NamesAndValuesAreTheContracts) {
  SameNames<domain::StockOwnerKind, v1::StockOwnerKind>("STOCK_OWNER_KIND_");
  SameNames<domain::SettleCycle, v1::SettleCycle>("SETTLE_CYCLE_");
  SameNames<domain::SettlementLineKind, v1::SettlementLineKind>("SETTLEMENT_LINE_KIND_");
  SameNames<domain::SettlementProblem, v1::SettlementProblem>("SETTLEMENT_PROBLEM_");
  SameNames<domain::SettlementState, v1::SettlementState>("SETTLEMENT_STATE_");
  SameNames<domain::LeasePeriod, v1::LeasePeriod>("LEASE_PERIOD_");
  SameNames<domain::BillItem, v1::BillItem>("BILL_ITEM_");
  SameNames<domain::BillVerdict, v1::BillVerdict>("BILL_VERDICT_");
}

TEST(Lease, RoundTrip) {
  v1::Lease proto;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"(node_id: "n" tenant_id: "t" display_name: "T" area_dm2: 1 capacity_units: 2
         price_period: LEASE_PERIOD_MONTH price { currency_code: "CNY" minor_units: 3 }
         start_date { year: 2026 month: 1 day: 2 } end_date { year: 2026 month: 3 day: 4 }
         deposit { currency_code: "CNY" minor_units: 4 })",
      &proto));
  FieldViolations violations;
  EXPECT_THAT(ToProto(FromProto(proto, violations)),
              EqualsProtoIgnoring(proto, {"create_time", "update_time", "etag"}));
  EXPECT_TRUE(violations.empty());
}

}  // namespace
}  // namespace kefu::warehouse::convert

#include "services/warehouse/convert/resources.h"

#include "services/warehouse/convert/network.h"
#include "services/warehouse/convert/sites.h"
#include "services/warehouse/convert/supply.h"

#include "common/status/error.h"
#include "common/testing/proto_matchers.h"
#include "common/testing/status_matchers.h"
#include "google/protobuf/generated_enum_reflection.h"
#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"
#include "kefu/warehouse/v1/adjustments.pb.h"
#include "kefu/warehouse/v1/verification.pb.h"
#include "kefu/warehouse/v1/warehouse_service.pb.h"

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

TEST(Enums, NamesAndValuesAreTheContracts) {
  SameNames<domain::NodeKind, v1::NodeKind>("NODE_KIND_");
  SameNames<domain::RecordState, v1::RecordState>("RECORD_STATE_");
  SameNames<domain::StockCondition, v1::StockCondition>("STOCK_CONDITION_");
  SameNames<domain::SizeClass, v1::SizeClass>("SIZE_CLASS_");
  SameNames<domain::LedgerAccount, v1::LedgerAccount>("LEDGER_ACCOUNT_");
  SameNames<domain::ReservationState, v1::ReservationState>("RESERVATION_STATE_");
  SameNames<domain::OperatingMode, v1::OperatingMode>("OPERATING_MODE_");
  SameNames<domain::VendorRoute, v1::VendorRoute>("VENDOR_ROUTE_");
  SameNames<domain::SiteAdviceKind, v1::SiteAdviceKind>("SITE_ADVICE_KIND_");
  SameNames<domain::SupplyKind, v1::SupplyKind>("SUPPLY_KIND_");
  SameNames<domain::AckVerdict, v1::AckVerdict>("ACK_VERDICT_");
  SameNames<domain::AdjustmentReason, v1::AdjustmentReason>("ADJUSTMENT_REASON_");
  SameNames<domain::AdjustmentState, v1::AdjustmentState>("ADJUSTMENT_STATE_");
  SameNames<domain::LedgerFault, v1::LedgerFault>("LEDGER_FAULT_");
  SameNames<domain::LotState, v1::LotState>("LOT_STATE_");
}

std::vector<std::string> FieldsOf(const absl::Status& status) {
  std::vector<std::string> fields;
  const auto bad = GetDetail<google::rpc::BadRequest>(status);
  if (bad) {
    for (const auto& violation : bad->field_violations()) fields.push_back(violation.field());
  }
  return fields;
}

TEST(Node, RoundTrip) {
  v1::Node proto;
  proto.set_external_id("WH-1");
  proto.set_display_name("北京一号仓");
  proto.set_kind(v1::NODE_KIND_CITY_WAREHOUSE);
  proto.set_parent_node_id("P");
  proto.set_region_code("110101");
  proto.mutable_location()->set_latitude_micro_degrees(39'904'200);
  proto.mutable_location()->set_longitude_micro_degrees(116'407'400);
  proto.set_time_zone("Asia/Urumqi");
  proto.set_capacity_units(10);
  proto.set_daily_throughput_units(20);
  proto.mutable_daily_rent()->set_currency_code("CNY");
  proto.mutable_daily_rent()->set_minor_units(100);
  proto.set_operator_("third party");
  proto.set_state(v1::RECORD_STATE_ARCHIVED);
  FieldViolations violations;
  EXPECT_THAT(ToProto(FromProto(proto, violations)),
              EqualsProtoIgnoring(proto, {"create_time", "update_time", "etag"}));
  EXPECT_TRUE(violations.empty());
}

TEST(Node, EveryFaultAtOnce) {
  v1::Node proto;
  proto.set_display_name("  ");
  proto.set_parent_node_id("no such id!");
  proto.set_region_code("11010101010101010101");
  proto.mutable_location()->set_latitude_micro_degrees(90'000'001);
  proto.set_time_zone("Mars/Olympus");
  proto.set_capacity_units(-1);
  proto.mutable_daily_rent()->set_currency_code("XXY");
  proto.mutable_daily_rent()->set_minor_units(-1);
  FieldViolations violations;
  FromProto(proto, violations);
  EXPECT_THAT(FieldsOf(violations.ToStatus()),
              ::testing::UnorderedElementsAre(
                  "display_name", "kind", "parent_node_id", "region_code",
                  "location.latitude_micro_degrees", "time_zone", "capacity_units",
                  "daily_rent.currency_code", "daily_rent.minor_units"));
}

TEST(Sku, RoundTripAndFaults) {
  v1::Sku proto;
  proto.set_code("A-1");
  proto.set_display_name("Shirt");
  proto.set_category("tops");
  proto.set_barcode("6901234567892");
  proto.set_size_class(v1::SIZE_CLASS_A);
  proto.set_weight_grams(300);
  proto.set_length_mm(1);
  proto.set_width_mm(2);
  proto.set_height_mm(3);
  proto.set_lot_tracked(true);
  proto.set_shelf_life_days(30);
  proto.mutable_list_price()->set_currency_code("CNY");
  proto.mutable_list_price()->set_minor_units(9900);
  proto.set_state(v1::RECORD_STATE_ACTIVE);
  FieldViolations violations;
  EXPECT_THAT(ToProto(FromProto(proto, violations)),
              EqualsProtoIgnoring(proto, {"create_time", "update_time", "etag"}));
  EXPECT_TRUE(violations.empty());

  proto.clear_code();
  proto.set_size_class(static_cast<v1::SizeClass>(9));
  proto.set_weight_grams(-1);
  proto.set_shelf_life_days(-1);
  FromProto(proto, violations);
  EXPECT_THAT(
      FieldsOf(violations.ToStatus()),
      ::testing::UnorderedElementsAre("code", "size_class", "weight_grams", "shelf_life_days"));
}

TEST(Reservation, Faults) {
  v1::Reservation proto;
  FieldViolations none;
  FromProto(proto, none);
  EXPECT_THAT(FieldsOf(none.ToStatus()), ::testing::ElementsAre("lines"));

  proto.set_order_id("订单");
  proto.set_channel("a b");
  for (const int64_t quantity : {int64_t{1}, int64_t{0}, int64_t{1'000'001}, INT64_MIN}) {
    auto* line = proto.add_lines();
    line->set_node_id("n");
    line->set_sku_id("s");
    line->set_owner_id(quantity == 0 ? "" : std::to_string(quantity < 0 ? 2 : quantity));
    line->set_quantity(quantity);
  }
  *proto.add_lines() = proto.lines(0);
  FieldViolations violations;
  FromProto(proto, violations);
  EXPECT_THAT(FieldsOf(violations.ToStatus()),
              ::testing::ElementsAre("order_id", "channel", "lines[1].quantity",
                                     "lines[2].quantity", "lines[3].quantity", "lines[4]"));
}

TEST(Receipt, DefaultsAndFaults) {
  v1::ReceiveRequest request;
  auto* line = request.add_lines();
  line->set_sku_id("s");
  line->set_quantity(10'000'000);
  FieldViolations violations;
  EXPECT_EQ(Lines(request, violations).at(0).condition, domain::StockCondition::kSellable);
  EXPECT_TRUE(violations.empty());
  line->set_quantity(10'000'001);
  line->set_condition(static_cast<v1::StockCondition>(99));
  line->set_owner_id("?");
  line->set_lot(std::string(65, 'x'));
  line->set_location("a\x01");
  Lines(request, violations);
  EXPECT_THAT(
      FieldsOf(violations.ToStatus()),
      ::testing::UnorderedElementsAre("lines[0].quantity", "lines[0].condition",
                                      "lines[0].owner_id", "lines[0].lot", "lines[0].location"));
}

}  // namespace
}  // namespace kefu::warehouse::convert

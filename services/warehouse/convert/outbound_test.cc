#include "services/warehouse/convert/outbound.h"

#include "gtest/gtest.h"

namespace kefu::warehouse::convert {
namespace {

template <class Domain, class Proto>
void SameNames(std::string_view prefix) {
  const auto* contract = google::protobuf::GetEnumDescriptor<Proto>();
  for (int i = 0; i < contract->value_count(); ++i) {
    const auto* value = contract->value(i);
    EXPECT_EQ(value->name(),
              std::string(prefix) + std::string(NameOf(static_cast<Domain>(value->number()))));
  }
}

TEST(OutboundEnums, NamesAndValuesAreTheContracts) {
  SameNames<domain::ShipmentState, v1::ShipmentState>("SHIPMENT_STATE_");
  SameNames<domain::WaveState, v1::WaveState>("WAVE_STATE_");
  SameNames<domain::WaveGrouping, v1::WaveGrouping>("WAVE_GROUPING_");
  SameNames<domain::PickTaskKind, v1::PickTaskKind>("PICK_TASK_KIND_");
  SameNames<domain::PickTaskState, v1::PickTaskState>("PICK_TASK_STATE_");
  SameNames<domain::ShortReason, v1::ShortReason>("SHORT_REASON_");
  SameNames<domain::CountState, v1::CountState>("COUNT_STATE_");
  SameNames<domain::CountCause, v1::CountCause>("COUNT_CAUSE_");
  SameNames<domain::CountLineState, v1::CountLineState>("COUNT_LINE_STATE_");
  SameNames<domain::AbcClass, v1::AbcClass>("ABC_CLASS_");
  SameNames<domain::RecallState, v1::RecallState>("RECALL_STATE_");
}

TEST(OutboundPolicy, ComesBackAsItWasSent) {
  domain::OutboundPolicy policy;
  policy.channel_days = {{"app", 3}, {"export", 90}};
  policy.max_counts = 4;
  FieldViolations violations;
  const domain::OutboundPolicy back = FromProto(ToProto(policy), violations);
  EXPECT_TRUE(violations.empty()) << violations.ToStatus();
  EXPECT_EQ(ToProto(back).SerializeAsString(), ToProto(policy).SerializeAsString());
  EXPECT_EQ(back.MinDays("export"), 90);
  EXPECT_EQ(back.MinDays("shop"), 0);
}

}  // namespace
}  // namespace kefu::warehouse::convert

#include "services/warehouse/convert/inbound.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kefu::warehouse::convert {
namespace {

template <class Domain, class Contract>
void SameNames(const std::string& prefix) {
  const auto* descriptor = google::protobuf::GetEnumDescriptor<Contract>();
  ASSERT_EQ(descriptor->value_count(), static_cast<int>(kEnumNames<Domain>.size())) << prefix;
  for (int i = 0; i < descriptor->value_count(); ++i) {
    EXPECT_EQ(descriptor->FindValueByNumber(i)->name(),
              prefix + std::string(NameOf(static_cast<Domain>(i))));
  }
}

TEST(InboundEnums, NamesAndValuesAreTheContracts) {
  SameNames<domain::InboundKind, v1::InboundKind>("INBOUND_KIND_");
  SameNames<domain::InboundState, v1::InboundState>("INBOUND_STATE_");
  SameNames<domain::DiscrepancyKind, v1::DiscrepancyKind>("DISCREPANCY_KIND_");
  SameNames<domain::ReturnState, v1::ReturnState>("RETURN_STATE_");
  SameNames<domain::InspectionOutcome, v1::InspectionOutcome>("INSPECTION_OUTCOME_");
  SameNames<domain::OverReceiptAction, v1::OverReceiptAction>("OVER_RECEIPT_ACTION_");
  SameNames<domain::NoProposalReason, v1::NoProposalReason>("NO_PROPOSAL_REASON_");
  SameNames<domain::TransferState, v1::TransferState>("TRANSFER_STATE_");
}

TEST(InboundPolicies, ComeBackAsTheyWere) {
  v1::InboundPolicy proto;
  proto.set_node_id("n");
  proto.set_version(7);
  proto.set_over_receipt_bps(12);
  proto.set_over_receipt_pieces(3);
  proto.set_over_receipt_action(v1::OVER_RECEIPT_ACTION_ACCEPT_FLAGGED);
  proto.mutable_effective_time()->set_seconds(5);
  proto.add_inspection_rules()->set_category("shirts");
  v1::PutAwayRule& rule = *proto.add_put_away_rules();
  rule.add_categories("shirts");
  rule.add_size_classes(v1::SIZE_CLASS_B);
  rule.add_conditions(v1::STOCK_CONDITION_DAMAGED);
  rule.add_zones("A");
  rule.set_owner_id("brand");
  rule.set_keep_lots_apart(true);
  rule.set_max_bin_pieces(9);
  FieldViolations violations;
  const v1::InboundPolicy back = ToProto(FromProto(proto, violations));
  EXPECT_TRUE(violations.empty());
  EXPECT_EQ(back.SerializeAsString(), proto.SerializeAsString());
}

}  // namespace
}  // namespace kefu::warehouse::convert

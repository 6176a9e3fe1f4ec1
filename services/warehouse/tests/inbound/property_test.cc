// Random inbound, returns and transfers: no piece appears or vanishes but through the outside.
#include <random>

#include "services/warehouse/tests/inbound/fixture.h"

namespace kefu::warehouse {
namespace {

class InboundPropertyTest : public InboundTest {
 public:
  // A number of 0 … n - 1.
  int Any(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }
  std::string Node() { return Any(2) == 0 ? "$NODE1" : "$NODE2"; }
  std::string Sku() { return std::vector<std::string>{"$SKU1", "$SKU2", "$LOTSKU"}[Any(3)]; }
  std::string Lot(const std::string& sku) {
    return sku == "$LOTSKU" ? fmt::format("lot: 'L{}'", Any(3)) : "";
  }

  // What the step changes is checked by the books; that it is refused is fine, if by name.
  template <class T>
  void Done(const absl::StatusOr<T>& result) {
    if (result.ok()) {
      ++done_;
      return;
    }
    const auto code = result.status().code();
    EXPECT_TRUE(code == absl::StatusCode::kFailedPrecondition ||
                code == absl::StatusCode::kNotFound)
        << result.status();
  }

  void MakeNotice() {
    const std::string sku = Sku();
    const auto made =
        Call(&InboundStub::CreateInboundNotice,
             fmt::format("notice {{ node_id: '{}' kind: INBOUND_KIND_{} lines {{ sku_id: '{}'"
                         " quantity: {} }} }}",
                         Node(), Any(2) == 0 ? "PURCHASE" : "RETURN", sku, 1 + Any(40)));
    Done(made);
    if (!made.ok()) return;
    notices_.push_back(made->notice_id());
    Done(Call(&InboundStub::StartReceiving,
              fmt::format("notice_id: '{}' dock: 'DOCK'", made->notice_id())));
  }
  void MakeTransfer() {
    const std::string from = Node();
    const std::string sku = Sku();
    const auto made = Call(
        &Stub::Transfer,
        fmt::format("transfer {{ from_node_id: '{}' to_node_id: '{}' lines {{ sku_id: '{}'"
                    " quantity: {} }} }} plan_only: {}",
                    from, from == "$NODE1" ? "$NODE2" : "$NODE1", sku, 1 + Any(30), Any(4) == 0));
    Done(made);
    if (!made.ok()) return;
    transfers_.push_back(made->transfer_id());
    if (made->state() != v1::TRANSFER_STATE_IN_TRANSIT || Any(4) != 0) return;
    const auto notice =
        Call(&InboundStub::CreateInboundNotice,
             fmt::format("notice {{ node_id: '{}' kind: INBOUND_KIND_TRANSFER transfer_id: '{}' }}",
                         made->to_node_id(), made->transfer_id()));
    Done(notice);
    if (!notice.ok()) return;
    notices_.push_back(notice->notice_id());
    Done(Call(&InboundStub::StartReceiving,
              fmt::format("notice_id: '{}' dock: 'DOCK'", notice->notice_id())));
  }
  void MakeReturn() {
    const auto made = Call(
        &InboundStub::ExpectReturn,
        fmt::format("customer_return {{ node_id: '{}' lines {{ sku_id: '{}' quantity: {} }} }}",
                    Node(), Sku(), 1 + Any(9)));
    Done(made);
    if (made.ok()) returns_.push_back(made->return_id());
  }
  std::string Outcomes() {
    constexpr const char* kOutcomes[] = {"SELLABLE", "DAMAGED", "QUARANTINED", "TO_VENDOR",
                                         "SCRAP"};
    std::string text = fmt::format("lines {{ receipt_number: {}", 1 + Any(3));
    for (int i = 0, n = 1 + Any(3); i < n; ++i) {
      text += fmt::format(" results {{ outcome: INSPECTION_OUTCOME_{} quantity: {} }}",
                          kOutcomes[Any(5)], 1 + Any(6));
    }
    return text + " }";
  }
  void MoveNotice() {
    if (notices_.empty()) return;
    const std::string id = notices_[Any(static_cast<int>(notices_.size()))];
    switch (Any(5)) {
      case 0:
        Done(Call(&InboundStub::CloseInboundNotice, fmt::format("notice_id: '{}'", id)));
        break;
      case 1:
        Done(Call(&InboundStub::InspectReceipt, fmt::format("notice_id: '{}' {}", id, Outcomes())));
        break;
      case 2:
        Done(Call(&InboundStub::CancelInboundNotice, fmt::format("notice_id: '{}'", id)));
        break;
      default:
        Done(Call(&InboundStub::RecordReceipt,
                  fmt::format("notice_id: '{}' lines {{ line_number: 1 quantity: {} {} {} }}", id,
                              1 + Any(20), Any(2) == 0 ? "lot: 'L1'" : "",
                              Any(5) == 0 ? "condition: STOCK_CONDITION_DAMAGED" : "")));
    }
  }
  void MoveTransfer() {
    if (transfers_.empty()) return;
    const std::string id =
        fmt::format("transfer_id: '{}'", transfers_[Any(static_cast<int>(transfers_.size()))]);
    switch (Any(5)) {
      case 0:
        Done(Call(&Stub::CancelTransfer, id));
        break;
      case 1:
        Done(Call(&Stub::DispatchTransfer, id));
        break;
      default:
        Done(Call(
            &Stub::ReceiveTransfer,
            fmt::format("{} lines {{ line_number: 1 quantity: {} {} {} }} final: {}", id,
                        1 + Any(20), Any(2) == 0 ? "" : "lot: 'L2'",
                        Any(4) == 0 ? "condition: STOCK_CONDITION_QUARANTINED" : "", Any(4) == 0)));
    }
  }
  void MoveReturn() {
    if (returns_.empty()) return;
    const std::string id =
        fmt::format("return_id: '{}'", returns_[Any(static_cast<int>(returns_.size()))]);
    const std::string sku = Sku();
    switch (Any(4)) {
      case 0:
        Done(Call(&InboundStub::CloseReturn, id));
        break;
      case 1:
        Done(Call(&InboundStub::InspectReturn, id + " " + Outcomes()));
        break;
      default:
        Done(Call(&InboundStub::ReceiveReturn,
                  fmt::format("{} lines {{ sku_id: '{}' quantity: {} {} }}", id, sku, 1 + Any(5),
                              Lot(sku))));
    }
  }

  // What is in the house or on the way is what came in from outside less what went out.
  void CheckConservation() {
    EXPECT_EQ(
        Db().Count("SELECT CAST((SELECT SUM(on_hand + in_transit) FROM stock_total) AS SIGNED)"),
        Db().Count("SELECT CAST(SUM(IF(from_account IN"
                   " ('SUPPLIER', 'CUSTOMER', 'ADJUSTMENT', 'SCRAP', 'VENDOR'), quantity, 0)"
                   " - IF(to_account IN"
                   " ('SUPPLIER', 'CUSTOMER', 'ADJUSTMENT', 'SCRAP', 'VENDOR'), quantity, 0))"
                   " AS SIGNED) FROM ledger_entry"));
    EXPECT_EQ(Db().Count("SELECT CAST(SUM(IF(from_account = 'CLEARING', quantity, 0)"
                         " - IF(to_account = 'CLEARING', quantity, 0)) AS SIGNED)"
                         " FROM ledger_entry"),
              0);
  }

  std::mt19937 random_{20260115};
  std::vector<std::string> notices_, transfers_, returns_;
  int done_ = 0;
};

TEST_F(InboundPropertyTest, UnitsAreConserved) {
  ASSERT_OK(Call(&InboundStub::SetInboundPolicy,
                 "policy { over_receipt_action: OVER_RECEIPT_ACTION_ACCEPT_FLAGGED"
                 " inspection_rules { kind: INBOUND_KIND_PURCHASE category: 'shirts' } }"));
  for (const char* lot : {"L0", "L1", "L2"}) {
    ASSERT_OK(Call(&Stub::Receive, fmt::format("node_id: '$NODE1' lines {{ sku_id: '$LOTSKU'"
                                               " quantity: 50 lot: '{}' }}",
                                               lot)));
  }
  using Step = void (InboundPropertyTest::*)();
  const std::vector<Step> steps = {
      &InboundPropertyTest::MakeNotice,   &InboundPropertyTest::MakeTransfer,
      &InboundPropertyTest::MakeReturn,   &InboundPropertyTest::MoveNotice,
      &InboundPropertyTest::MoveNotice,   &InboundPropertyTest::MoveTransfer,
      &InboundPropertyTest::MoveTransfer, &InboundPropertyTest::MoveReturn};
  for (int i = 0; i < 600 && !HasFailure(); ++i) {
    (this->*steps[Any(static_cast<int>(steps.size()))])();
    if (i % 50 == 0) CheckInbound();
    CheckConservation();
  }
  EXPECT_GT(done_, 250);  // the sequence is not mostly refusals
}

}  // namespace
}  // namespace kefu::warehouse

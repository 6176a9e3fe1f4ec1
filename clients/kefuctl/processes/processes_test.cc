// The tables and words of what follows decisions, and the command lines.
#include "clients/kefuctl/processes/commands.h"
#include "clients/kefuctl/processes/render.h"
#include "clients/kefuctl/tests/checks.h"
#include "gmock/gmock.h"

namespace kefu::processes {
namespace {

namespace as = aftersales::v1;
using kefuctl::Language;
using kefuctl::Parse;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class ProcessTablesTest : public ::testing::Test {
 protected:
  ProcessTablesTest() { kefuctl::SetLanguage(Language::kEnglish); }
  ~ProcessTablesTest() override { kefuctl::SetLanguage(Language::kEnglish); }

  const absl::TimeZone zone_ = absl::FixedTimeZone(8 * 3600);
};

constexpr const char* kStuck = R"pb(
  process_id: "p1"
  case_id: "c1"
  order_id: "o1"
  kind: PROCESS_KIND_RETURN
  state: PROCESS_STATE_STUCK
  step: "LOCATE_RETURN"
  error_reason: "RETURN_NODE_UNKNOWN"
  error_text: "nobody knows where goods of order o1 come back to\x1b[31m"
  facts {
    lines { sku: "S-1" quantity: 2 }
    limit { currency_code: "CNY" minor_units: 5000 }
    returned_lines { sku: "S-1" quantity: 2 received_quantity: 2 intact_quantity: 1 }
  }
  create_time { seconds: 1768449600 }
  update_time { seconds: 1768449660 }
  etag: "e7"
  entries {
    step: "LOCATE_RETURN"
    action: "LOCATE_RETURN"
    outcome: "REJECTED"
    state: PROCESS_STATE_STUCK
    create_time { seconds: 1768449660 }
  })pb";

TEST_F(ProcessTablesTest, AStuckProcessSaysWhyAndWhatItKnows) {
  const auto process = Parse<as::Process>(kStuck);
  as::ListProcessesResponse list;
  *list.add_processes() = process;
  EXPECT_THAT(ProcessTable(list, zone_).Render(false),
              AllOf(HasSubstr("p1"), HasSubstr("return"), HasSubstr("stuck"),
                    HasSubstr("2026-01-15 12:01:00"), HasSubstr("LOCATE_RETURN"),
                    HasSubstr("nobody knows where"), Not(HasSubstr("\x1b"))));
  EXPECT_THAT(
      FactTable(process, zone_).Render(false),
      AllOf(HasSubstr("S-1 × 2"), HasSubstr("50.00"), HasSubstr("S-1: 2 due, 2 received, 1 intact"),
            HasSubstr("2026-01-15 12:00:00"), HasSubstr("e7"), Not(HasSubstr("Reservation"))));
  EXPECT_THAT(EntryTable(process, zone_).Render(false),
              AllOf(HasSubstr("REJECTED"), HasSubstr("2026-01-15 12:01:00")));
  kefuctl::SetLanguage(Language::kChinese);
  EXPECT_THAT(ProcessTable(list, zone_).Render(false),
              AllOf(HasSubstr("卡住"), HasSubstr("确定退货仓"), HasSubstr("退货")));
}

TEST_F(ProcessTablesTest, PaymentsPlansAndPoliciesAreReadable) {
  const auto payments = Parse<as::ListPaymentsResponse>(R"pb(
    payments {
      payment_id: "pay1"
      case_id: "c1"
      order_id: "o1"
      purpose: PAYMENT_PURPOSE_REFUND
      amount { currency_code: "CNY" minor_units: 123450 }
      state: PAYMENT_STATE_PAID_OUT_OF_BAND
      create_time { seconds: 1768449600 }
      explanation: "2 of 10 pieces"
    })pb");
  EXPECT_THAT(PaymentTable(payments, zone_).Render(false),
              AllOf(HasSubstr("1,234.50"), HasSubstr("refund"), HasSubstr("paid out of band"),
                    HasSubstr("2026-01-15 12:00:00"), HasSubstr("2 of 10 pieces")));
  const auto plan = Parse<as::CasePlan>(R"pb(
    case_id: "c1"
    sent_lines { sku: "S-2" quantity: 3 }
    price_difference { currency_code: "CNY" minor_units: -1250 })pb");
  EXPECT_THAT(PlanTable(plan).Render(false), AllOf(HasSubstr("S-2 × 3"), HasSubstr("-12.50")));
  const auto policy = Parse<as::FlowPolicy>(R"pb(
    policy_id: "flows"
    version: 3
    return_wait_days: 10
    missing_goods: GOODS_FAULT_ACTION_REDUCE
    damaged_goods: GOODS_FAULT_ACTION_HOLD)pb");
  EXPECT_THAT(PolicyTable(policy).Render(false),
              AllOf(HasSubstr("flows 3"), HasSubstr("not set"), HasSubstr("10 days"),
                    HasSubstr("reduce"), HasSubstr("not recorded")));
  kefuctl::SetLanguage(Language::kChinese);
  EXPECT_THAT(PolicyTable(policy).Render(false), AllOf(HasSubstr("未设"), HasSubstr("10 天")));
}

TEST_F(ProcessTablesTest, EveryWordHasItsNameInBothLanguages) {
  kefuctl::ExpectNamesInBothLanguages(
      {as::ProcessKind_descriptor(), as::ProcessState_descriptor(), as::StepSettlement_descriptor(),
       as::GoodsFaultAction_descriptor(), as::MerchantFault_descriptor(),
       as::PaymentPurpose_descriptor(), as::PaymentState_descriptor(),
       as::CompensationKind_descriptor(), as::FreightPayer_descriptor()});
}

TEST_F(ProcessTablesTest, CommandLinesSayWhatTheyNeed) {
  CLI::App program;
  kefuctl::Context context;
  AddProcessCommands(program, context);
  kefuctl::ExpectLines(
      program,
      {"process list --state stuck --shop jd-1", "process show p1",
       "process resume p1 --note again", "process cancel p1 --reason withdrawn",
       "process settle p1 --as waived --etag e7 --note agreed --verified",
       "process plan c1 --goods S-1=2 --difference=-12.50", "process compensate c1 --kind freight",
       "process payments --order o1 --shop jd-1", "process policy",
       "process set-policy --return-node n1 --return-wait-days 10"},
      {"process", "process show", "process cancel p1", "process settle p1 --as waived --etag e7",
       "process settle p1 --as waived --note agreed", "process compensate c1"});
}

}  // namespace
}  // namespace kefu::processes

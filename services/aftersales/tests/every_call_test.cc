// What holds for every call of the contract alike, walked by its descriptor: a new RPC that is not
// in the table fails the test.
#include <set>

#include "common/testing/every_call.h"
#include "kefu/aftersales/v1/case_work.pb.h"
#include "services/aftersales/domain/casework/types.h"
#include "services/aftersales/domain/enums.h"
#include "services/aftersales/domain/returns/types.h"
#include "services/aftersales/tests/fixture.h"

namespace kefu::aftersales {
namespace {

using google::protobuf::EnumDescriptor;
using ::kefu::testing::CallRow;
using ::kefu::testing::EveryCall;
using ::kefu::testing::Other;
using ::testing::AnyOf;

const std::vector<CallRow>& Rows() {
  static const auto& rows = *new std::vector<CallRow>{
      {"OpenCase",
       R"(case { shop_id: "shop-1" kind: CASE_KIND_REPAIR channel: CASE_CHANNEL_TELEPHONE
                 order_id: "o1" problem: "n~" })",
       Other::kUnrelated},
      {"GetCase", R"(case_id: "$OPEN")", Other::kNotFound},
      {"ListCases", "", Other::kEmpty},
      {"RespondToCase", R"(case_id: "$OPEN" message: "n~")", Other::kNotFound},
      {"ReviewCase", R"(case_id: "$OPEN" result: REVIEW_RESULT_REJECTED note: "n~")",
       Other::kNotFound},
      {"ResumeCase", R"(case_id: "$WAITING" note: "n~")", Other::kNotFound},
      {"CloseCase", R"(case_id: "$DECIDED" note: "n~")", Other::kNotFound},
      {"EscalateCase", R"(case_id: "$OPEN" reason: "n~")", Other::kNotFound},
      {"AppealCase", R"(case_id: "$DECIDED" party: APPEAL_PARTY_BUYER reason: "n~")",
       Other::kNotFound},
      {"ListCaseActivities", R"(case_id: "$OPEN")", Other::kNotFound},
      {"ExplainDeadline", R"(case_id: "$OPEN")", Other::kNotFound},
      {"QuoteCompensation",
       R"(kind: COMPENSATION_KIND_LATE_SHIPMENT
          paid { currency_code: "CNY" minor_units: 1666 })",
       Other::kUnrelated},
      {"BatchQuoteCompensation",
       R"(requests { kind: COMPENSATION_KIND_FREIGHT
                     freight { currency_code: "CNY" minor_units: 1000 } })",
       Other::kUnrelated},
      {"EvaluateReturn",
       R"(case_id: "$OPEN" question { category: "food" reason: RETURN_REASON_NO_REASON
                                      sign_time { seconds: 176830000~ }
                                      ask_time { seconds: 1768400000 } })",
       Other::kNotFound},
      {"PayCompensation", "case_id: '$DECIDED' kind: COMPENSATION_KIND_FREIGHT # ~\n",
       Other::kNotFound},
  };
  return rows;
}

// A write that leaves the case as it is.
bool MovesNoCase(const CallRow& row) {
  return row.method == "OpenCase" || row.method == "EvaluateReturn" ||
         row.method == "PayCompensation";
}

class EveryCallTest : public AftersalesTest {
 protected:
  using AftersalesTest::AftersalesTest;
  // One open case, one that waits and one that is decided.
  void FreshWorld() {
    Fresh();
    names_.clear();
    Employ("base-1", "seat-1", "team_lead");
    Contract("base-1", "shop-1");
    Open("$OPEN");
    Open("$WAITING");
    Open("$DECIDED");
    ASSERT_OK(Call(&Stub::ReviewCase, R"pb(case_id: "$WAITING"
                                           result: REVIEW_RESULT_WAITING_FOR_CUSTOMER)pb"));
    // Nothing follows from it that would have to end before the case is closed.
    ASSERT_OK(Call(&Stub::ReviewCase, R"pb(case_id: "$DECIDED"
                                           result: REVIEW_RESULT_CUSTOMER_GAVE_UP)pb"));
  }

  const EveryCall calls_{"kefu.aftersales.v1.AftersalesService", host_.channel(),
                         [this](std::string text) { return Fill(std::move(text)); }};
};

TEST_F(EveryCallTest, TheTableNamesEveryMethod) { calls_.CheckTable(Rows()); }

TEST_F(EveryCallTest, SucceedsForItsOrganization) {
  for (const CallRow& row : Rows()) {
    FreshWorld();
    EXPECT_OK(calls_.Do(row, As("org-a"))) << row.method;
  }
}

TEST_F(EveryCallTest, AnotherOrganizationSeesNothing) {
  FreshWorld();
  for (const CallRow& row : Rows()) calls_.CheckStranger(row, As("org-b"));
  // A shop of the same id in another organization is another shop.
  ASSERT_OK(calls_.Do(Rows()[0], As("org-b")));
  ASSERT_OK_AND_ASSIGN(const auto mine, Call(&Stub::ListCases, R"pb(shop_id: "shop-1")pb"));
  EXPECT_EQ(mine.cases_size(), 3);
}

TEST_F(EveryCallTest, ABaseReachesWhatIsGrantedAndNobodyElseHas) {
  for (const CallRow& row : Rows()) {
    for (const char* agent : {"", "seat-1"}) {
      FreshWorld();
      GiveAll(agent);
      EXPECT_OK(calls_.Do(row, AsBase("shop-1"))) << row.method << " of '" << agent << "'";
    }
    if (row.other != Other::kNotFound) continue;
    FreshWorld();
    EXPECT_THAT(calls_.Do(row, AsBase("shop-1")).status(), StatusIs(absl::StatusCode::kNotFound))
        << "own staff has it: " << row.method;
    GiveAll("seat-1");
    EXPECT_THAT(calls_.Do(row, AsBase("shop-2")).status(), StatusIs(absl::StatusCode::kNotFound))
        << row.method;
  }
}

TEST_F(EveryCallTest, ATokenConfinedToOtherShopsIsRefused) {
  FreshWorld();
  for (const CallRow& row : Rows()) {
    const EveryCall::Result result = calls_.Do(row, As("org-a", {"shop-2"}));
    if (row.other == Other::kNotFound || row.method == "OpenCase") {
      EXPECT_THAT(result.status(), HasReason("SHOP_NOT_ALLOWED")) << row.method;
    }
  }
  EXPECT_THAT(Call(&Stub::ListCases, R"pb(shop_id: "shop-1")pb", As("org-a", {"shop-2"})),
              HasReason("SHOP_NOT_ALLOWED"));
  ASSERT_OK_AND_ASSIGN(const auto none, Call(&Stub::ListCases, "", As("org-a", {"shop-2"})));
  EXPECT_EQ(none.cases_size(), 0);
  ASSERT_OK_AND_ASSIGN(const auto all, Call(&Stub::ListCases, "", As("org-a", {"shop-1"})));
  EXPECT_EQ(all.cases_size(), 3);
}

TEST_F(EveryCallTest, RefusesAnEmptyRequestWithEveryFault) {
  FreshWorld();
  for (const CallRow& row : Rows()) {
    if (row.request.empty()) continue;  // such a call needs no field
    calls_.CheckEmptyRequest(row, As("org-a"));
  }
}

TEST_F(EveryCallTest, NeedsATokenAndAnOrganization) {
  FreshWorld();
  for (const CallRow& row : Rows()) calls_.CheckRights(row, host_.AsService());
}

TEST_F(EveryCallTest, AWriteIsReplayedAndItsIdNotReused) {
  for (const CallRow& row : Rows()) {
    if (!row.is_write()) continue;
    FreshWorld();
    calls_.CheckWrite(row, "id-1", As("org-a"), Db(), clock_);
  }
}

TEST_F(EveryCallTest, AStoredAnswerIsForThoseWhoReachItsShop) {
  for (const CallRow& row : Rows()) {
    if (!row.is_write()) continue;
    FreshWorld();
    const auto request = calls_.Request(row, "1", "id-1");
    ASSERT_OK(calls_.Do(row, *request, As("org-a"))) << row.method;
    EXPECT_OK(calls_.Do(row, *request, As("org-a", {"shop-2", "shop-1"}))) << row.method;
    EXPECT_THAT(calls_.Do(row, *request, As("org-a", {"shop-2"})).status(),
                HasReason("SHOP_NOT_ALLOWED"))
        << row.method;
    FreshWorld();
    GiveAll("seat-1");
    const auto of_base = calls_.Request(row, "1", "id-1");
    ASSERT_OK(calls_.Do(row, *of_base, AsBase("shop-1"))) << row.method;
    EXPECT_OK(calls_.Do(row, *of_base, AsBase("shop-1"))) << row.method;
    EXPECT_THAT(calls_.Do(row, *of_base, AsBase("shop-2")).status().code(),
                AnyOf(absl::StatusCode::kNotFound, absl::StatusCode::kPermissionDenied))
        << row.method;
    GiveAll("agent-1");
    if (row.other != Other::kNotFound) continue;  // what it brought itself
    EXPECT_THAT(calls_.Do(row, *of_base, AsBase("shop-1")).status(),
                StatusIs(absl::StatusCode::kNotFound))
        << "own staff has it now: " << row.method;
  }
}

TEST_F(EveryCallTest, AMoveChecksTheEtagTellsOfItselfAndStandsInTheHistory) {
  for (const CallRow& row : Rows()) {
    if (!row.is_write() || MovesNoCase(row)) continue;
    FreshWorld();
    const auto request = calls_.Request(row);
    EveryCall::Set(*request, "etag", "stale");
    EXPECT_THAT(calls_.Do(row, *request, As("org-a")).status(), HasReason("ETAG_MISMATCH"))
        << row.method;
    const std::string id = request->GetReflection()->GetString(
        *request, request->GetDescriptor()->FindFieldByName("case_id"));
    const auto before = Call(&Stub::GetCase, "case_id: '" + id + "'");
    ASSERT_OK(before);
    EveryCall::Set(*request, "etag", before->etag());
    ASSERT_OK(calls_.Do(row, *request, As("org-a"))) << row.method;
    EXPECT_THAT(calls_.Do(row, *request, As("org-a")).status(), HasReason("ETAG_MISMATCH"));
    EXPECT_EQ(EventTypes().back(), "CaseChanged");
    const auto history = Call(&Stub::ListCaseActivities, "case_id: '" + id + "'");
    ASSERT_OK(history);
    const v1::CaseActivity& last = *history->activities().rbegin();
    EXPECT_EQ(last.verb(), row.method);
    EXPECT_EQ(last.actor(), "tester");
    EXPECT_EQ(last.note(), "n1");
    EXPECT_EQ(last.from_state(), before->state());
  }
}

TEST_F(EveryCallTest, PageSizesAndTokensAreChecked) {
  FreshWorld();
  for (const CallRow& row : Rows()) calls_.CheckPages(row, As("org-a"));
}

// Names of the domain are those of the contract without the prefix, in the same order.
template <class E>
void ExpectSameNames(const EnumDescriptor* contract, const std::string& prefix) {
  ASSERT_EQ(contract->value_count(), static_cast<int>(kEnumNames<E>.size())) << prefix;
  for (int i = 0; i < contract->value_count(); ++i) {
    EXPECT_EQ(contract->value(i)->number(), i);
    EXPECT_EQ(contract->value(i)->name(), prefix + std::string(kEnumNames<E>[i]));
  }
}

TEST(EnumTest, TheDomainHasTheContractsValues) {
  ExpectSameNames<domain::CaseKind>(v1::CaseKind_descriptor(), "CASE_KIND_");
  ExpectSameNames<domain::CaseChannel>(v1::CaseChannel_descriptor(), "CASE_CHANNEL_");
  ExpectSameNames<domain::CaseState>(v1::CaseState_descriptor(), "CASE_STATE_");
  ExpectSameNames<domain::CasePriority>(v1::CasePriority_descriptor(), "CASE_PRIORITY_");
  ExpectSameNames<domain::ReviewResult>(v1::ReviewResult_descriptor(), "REVIEW_RESULT_");
  ExpectSameNames<domain::ClockKind>(v1::ClockKind_descriptor(), "CLOCK_KIND_");
  ExpectSameNames<domain::ClockState>(v1::ClockState_descriptor(), "CLOCK_STATE_");
  ExpectSameNames<domain::EscalationLevel>(v1::EscalationLevel_descriptor(), "ESCALATION_LEVEL_");
  ExpectSameNames<domain::ProposalState>(v1::ProposalState_descriptor(), "PROPOSAL_STATE_");
  ExpectSameNames<domain::AppealParty>(v1::AppealParty_descriptor(), "APPEAL_PARTY_");
  ExpectSameNames<domain::CommentVisibility>(v1::CommentVisibility_descriptor(),
                                             "COMMENT_VISIBILITY_");
  ExpectSameNames<domain::CaseLinkKind>(v1::CaseLinkKind_descriptor(), "CASE_LINK_KIND_");
  ExpectSameNames<domain::AppealOutcome>(v1::AppealOutcome_descriptor(), "APPEAL_OUTCOME_");
  ExpectSameNames<domain::Recipient>(v1::SlaRecipient_descriptor(), "SLA_RECIPIENT_");
  ExpectSameNames<domain::Replacement>(v1::ClockReplacement_descriptor(), "CLOCK_REPLACEMENT_");
  ExpectSameNames<domain::SegmentReason>(v1::SegmentReason_descriptor(), "SEGMENT_REASON_");
  ExpectSameNames<domain::CompensationKind>(v1::CompensationKind_descriptor(),
                                            "COMPENSATION_KIND_");
  namespace returns = domain::returns;
  ExpectSameNames<returns::Remedy>(v1::ReturnRemedy_descriptor(), "RETURN_REMEDY_");
  ExpectSameNames<returns::Reason>(v1::ReturnReason_descriptor(), "RETURN_REASON_");
  ExpectSameNames<returns::Condition>(v1::ReturnCondition_descriptor(), "RETURN_CONDITION_");
  ExpectSameNames<returns::EvidenceKind>(v1::ReturnEvidence_descriptor(), "RETURN_EVIDENCE_");
  ExpectSameNames<returns::Payer>(v1::FreightPayer_descriptor(), "FREIGHT_PAYER_");
  ExpectSameNames<returns::Source>(v1::ReturnRuleSource_descriptor(), "RETURN_RULE_SOURCE_");
  ExpectSameNames<returns::Decision>(v1::ReturnDecision_descriptor(), "RETURN_DECISION_");
  ExpectSameNames<returns::Verdict>(v1::ReturnVerdict_descriptor(), "RETURN_VERDICT_");
}

// The only connection is held by the test, so that no call can be answered in time.
class DeadlineTest : public EveryCallTest {
 protected:
  DeadlineTest() : EveryCallTest(/*pool_size=*/1) {}
};

TEST_F(DeadlineTest, EveryCallEndsByItsDeadlineAndLeavesNothing) {
  FreshWorld();
  calls_.CheckDeadlines(Rows(), As("org-a"), *database_, Db());
}

}  // namespace
}  // namespace kefu::aftersales

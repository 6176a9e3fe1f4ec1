// What holds for every call of CaseWorkService alike.
#include <map>

#include "common/testing/every_call.h"
#include "services/aftersales/tests/fixture.h"

namespace kefu::aftersales {
namespace {

using ::kefu::testing::CallRow;
using ::kefu::testing::EveryCall;
using ::kefu::testing::Other;
using ::testing::AnyOf;

const std::vector<CallRow>& Rows() {
  static const auto& rows = *new std::vector<CallRow>{
      {"ProposeReview", R"(case_id: "$OPEN" result: REVIEW_RESULT_APPROVED note: "n~")"},
      {"ApproveReview", R"(case_id: "$PROPOSED" proposal_id: "$PROPOSAL" note: "n~")"},
      {"RejectProposal", R"(case_id: "$PROPOSED" proposal_id: "$PROPOSAL" note: "n~")"},
      {"WithdrawProposal", R"(case_id: "$PROPOSED" proposal_id: "$PROPOSAL" note: "n~")"},
      {"LowerEscalation", R"(case_id: "$RAISED" level: ESCALATION_LEVEL_AGENT reason: "n~")"},
      {"DecideAppeal",
       R"(case_id: "$APPEALED" outcome: APPEAL_OUTCOME_DECISION_STANDS note: "n~")"},
      {"ReopenCase", R"(case_id: "$REJECTED" reason: "n~")"},
      {"UpdateCase",
       R"(case { case_id: "$OPEN" waybill: "SF-~" } update_mask { paths: "waybill" } note: "n~")"},
      {"AddCaseComment", R"(case_id: "$OPEN" visibility: COMMENT_VISIBILITY_SHARED text: "n~")"},
      {"ListCaseComments", R"(case_id: "$OPEN")"},
      {"AttachEvidence",
       R"(case_id: "$OPEN" note: "n~"
          evidence { size_bytes: 1 content_type: "image/png" reference: "org-a/shop-1/"
            "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.png" sha256:
            "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" })"},
      {"ListCaseEvidence", R"(case_id: "$OPEN")"},
      {"LinkCases",
       R"(case_id: "$OPEN" other_case_id: "$RAISED" kind: CASE_LINK_KIND_RELATED note: "n~")"},
      {"UnlinkCases", R"(case_id: "$REJECTED" other_case_id: "$RAISED" note: "n~")"},
      {"ListCaseLinks", R"(case_id: "$REJECTED")"},
      {"MergeCases", R"(case_id: "$OPEN" duplicate_case_id: "$RAISED" note: "n~")"},
      {"GetCasePolicy", R"(shop_id: "shop-1")", Other::kUnrelated},
      {"SetCasePolicy",
       R"(policy { shop_id: "shop-1" appeal_term_days: ~ max_appeals: 1 max_evidence_bytes: 1
                   max_evidence_items: 1 evidence_types: "image/png"
                   escalation_levels: [ESCALATION_LEVEL_AGENT, ESCALATION_LEVEL_MERCHANT] })",
       Other::kUnrelated},
      {"ListCasePolicies", R"(shop_id: "shop-1")", Other::kUnrelated},
  };
  return rows;
}

class CaseWorkCallTest : public AftersalesTest {
 protected:
  using AftersalesTest::AftersalesTest;
  void FreshWorld() {
    Fresh();
    names_.clear();
    Employ("org-a", "regular", "regular");
    Employ("base-1", "seat-1", "team_lead");
    Contract("base-1", "shop-1");
    for (const char* name : {"$OPEN", "$PROPOSED", "$RAISED", "$APPEALED", "$REJECTED"}) Open(name);
    const auto proposed = Call(
        &WorkStub::ProposeReview,
        R"pb(case_id: "$PROPOSED" result: REVIEW_RESULT_APPROVED note: "n")pb", AsAgent("regular"));
    ASSERT_OK(proposed);
    names_["$PROPOSAL"] = proposed->proposal().proposal_id();
    ASSERT_OK(Call(&Stub::EscalateCase, R"pb(case_id: "$RAISED" reason: "r")pb"));
    ASSERT_OK(Call(&Stub::ReviewCase, R"pb(case_id: "$APPEALED"
                                           result: REVIEW_RESULT_REJECTED
                                           note: "n")pb"));
    ASSERT_OK(Call(&Stub::AppealCase, R"pb(case_id: "$APPEALED"
                                           party: APPEAL_PARTY_BUYER
                                           reason: "r")pb"));
    ASSERT_OK(Call(&Stub::ReviewCase, R"pb(case_id: "$REJECTED"
                                           result: REVIEW_RESULT_REJECTED
                                           note: "n")pb"));
    ASSERT_OK(Call(&WorkStub::LinkCases, R"pb(case_id: "$REJECTED"
                                              other_case_id: "$RAISED"
                                              kind: CASE_LINK_KIND_RELATED)pb"));
  }

  static bool OfCase(const CallRow& row) { return row.other == Other::kNotFound; }
  // The owner, but for what only the person can do who proposed.
  rpc::CallOptions Caller(const CallRow& row) {
    return row.method == "WithdrawProposal" ? AsAgent("regular") : As("org-a");
  }

  const EveryCall calls_{"kefu.aftersales.v1.CaseWorkService", host_.channel(),
                         [this](std::string text) { return Fill(std::move(text)); }};
};

TEST_F(CaseWorkCallTest, TheTableNamesEveryMethod) { calls_.CheckTable(Rows()); }

TEST_F(CaseWorkCallTest, AWriteIsReplayedAndItsIdNotReused) {
  for (const CallRow& row : Rows()) {
    FreshWorld();
    if (!row.is_write()) {
      EXPECT_OK(calls_.Do(row, As("org-a"))) << row.method;
      continue;
    }
    calls_.CheckWrite(row, "id-1", Caller(row), Db(), clock_);
  }
}

TEST_F(CaseWorkCallTest, OthersReachNothingAndABaseWhatIsGrantedAndNobodyElseHas) {
  for (const CallRow& row : Rows()) {
    FreshWorld();
    calls_.CheckStranger(row, As("org-b"));
    EXPECT_THAT(kefu::ReasonOf(calls_.Do(row, As("org-a", {"shop-2"})).status()),
                AnyOf("SHOP_NOT_ALLOWED", "PERMISSION_DENIED"))
        << row.method;
    if (!OfCase(row)) continue;
    EXPECT_THAT(calls_.Do(row, AsBase("shop-1")).status(), StatusIs(absl::StatusCode::kNotFound))
        << "own staff has it: " << row.method;
    GiveAll("seat-1");
    EXPECT_THAT(calls_.Do(row, AsBase("shop-2")).status(), StatusIs(absl::StatusCode::kNotFound))
        << row.method;
    if (row.method == "WithdrawProposal") {
      EXPECT_THAT(calls_.Do(row, AsBase("shop-1")).status(), HasReason("NOT_OWN_PROPOSAL"));
      continue;
    }
    const auto request = calls_.Request(row, "1", row.is_write() ? "id-1" : "");
    EXPECT_OK(calls_.Do(row, *request, AsBase("shop-1"))) << row.method;
    EXPECT_THAT(calls_.Do(row, *request, AsBase("shop-2")).status(),
                StatusIs(absl::StatusCode::kNotFound))
        << "a stored answer: " << row.method;
    GiveAll("agent-1");
    EXPECT_THAT(calls_.Do(row, *request, AsBase("shop-1")).status(),
                StatusIs(absl::StatusCode::kNotFound))
        << "a stored answer: " << row.method;
  }
}

TEST_F(CaseWorkCallTest, RefusesEmptyRequestsForgedPagesAndTokensWithoutRights) {
  FreshWorld();
  for (const CallRow& row : Rows()) {
    if (row.is_write()) calls_.CheckEmptyRequest(row, As("org-a"));
    calls_.CheckRights(row, host_.AsService(), host_.As("org-a", {auth::Role::kAuditor}));
    calls_.CheckPages(row, As("org-a"));
  }
}

TEST_F(CaseWorkCallTest, AMoveChecksTheEtagTellsOfItselfAndStandsInTheHistory) {
  const std::map<std::string, std::string> again = {{"LowerEscalation", "LEVEL_NOT_LOWER"},
                                                    {"UpdateCase", ""},
                                                    {"AddCaseComment", ""},
                                                    {"AttachEvidence", "EVIDENCE_DUPLICATE"},
                                                    {"LinkCases", "CASES_LINKED"},
                                                    {"UnlinkCases", "NOT_FOUND"}};
  for (const CallRow& row : Rows()) {
    if (!OfCase(row) || !row.is_write()) continue;
    FreshWorld();
    const auto request = calls_.Request(row);
    EveryCall::Set(*request, "etag", "stale");
    EXPECT_THAT(calls_.Do(row, *request, Caller(row)).status(), HasReason("ETAG_MISMATCH"))
        << row.method;
    EveryCall::Set(*request, "etag", "");
    const auto answer = calls_.Do(row, *request, Caller(row));
    ASSERT_OK(answer) << row.method;
    EXPECT_EQ(EventTypes().back(), "CaseChanged");
    const auto& record = static_cast<const v1::Case&>(**answer);
    const auto history = Call(&Stub::ListCaseActivities, "case_id: '" + record.case_id() + "'");
    ASSERT_OK(history);
    EXPECT_EQ(history->activities().rbegin()->verb(), row.method);
    EXPECT_EQ(history->activities().rbegin()->note(), "n1");
    const auto reason = again.find(row.method);
    EXPECT_EQ(kefu::ReasonOf(calls_.Do(row, *request, Caller(row)).status()),
              reason == again.end() ? "ILLEGAL_MOVE" : reason->second)
        << "submitted twice: " << row.method;
  }
}

class CaseWorkDeadlineTest : public CaseWorkCallTest {
 protected:
  CaseWorkDeadlineTest() : CaseWorkCallTest(/*pool_size=*/1) {}
};

TEST_F(CaseWorkDeadlineTest, EveryCallEndsByItsDeadlineAndLeavesNothing) {
  FreshWorld();
  calls_.CheckDeadlines(Rows(), As("org-a"), *database_, Db());
}

}  // namespace
}  // namespace kefu::aftersales

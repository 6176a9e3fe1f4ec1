// A base sees and works on what nobody has and what its own agents have, and on nothing of anybody
// else (DESIGN 7).
#include <vector>

#include "kefu/aftersales/v1/intake.grpc.pb.h"
#include "services/aftersales/tests/assignment/fixture.h"
#include "services/aftersales/tests/evidence_text.h"

namespace kefu::aftersales {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

// shop-1 is served by own staff (anna), by base-1 (seat-1, whom only the base knows, and lent, whom
// the merchant knows as the base's) and by base-2 (seat-9). Each has a case; nobody has $FREE.
class ReachTest : public AssignmentTest {
 protected:
  ReachTest() {
    Hire("anna");
    Hire("lent", "shop-1", "base_id: 'base-1'");
    Hire("seat-1", "", "", "base-1");
    Hire("seat-2", "", "", "base-1");
    Hire("seat-9", "", "", "base-2");
    Contract("base-1", "shop-1");
    Contract("base-2", "shop-1");
    Rules("");
    OpenFree("$OWN", "assignee_agent_id: 'anna'");
    OpenFree("$TWO", "assignee_agent_id: 'seat-9'");
    OpenFree("$ONE", "assignee_agent_id: 'seat-1'");
    OpenFree("$LENT", "assignee_agent_id: 'lent'");
    OpenFree("$FREE");
  }
  void Rules(const std::string& more) {
    ASSERT_OK(Do(&AssignmentStub::SetAssignmentPolicy,
                 "policy { default_language: 'zh' retry_seconds: 60 " + more + " }"));
  }
  rpc::CallOptions Lead() { return AsBase("seat-1", auth::Role::kTeamLead); }

  std::string NameOfCase(const std::string& id) {
    for (const auto& [name, known] : names_) {
      if (known == id) return name;
    }
    return id;
  }
  // Page by page.
  std::vector<std::string> Listed(const rpc::CallOptions& options, int size) {
    std::vector<std::string> found;
    std::string token;
    do {
      const auto page = Call(&Stub::ListCases,
                             fmt::format("page_size: {} page_token: '{}'", size, token), options);
      EXPECT_OK(page);
      if (!page.ok()) break;
      EXPECT_LE(page->cases_size(), size);
      for (const v1::Case& one : page->cases()) found.push_back(NameOfCase(one.case_id()));
      token = page->next_page_token();
    } while (!token.empty());
    return found;
  }
  absl::StatusOr<v1::Case> Give(const std::string& name, const std::string& agent,
                                const rpc::CallOptions& options, const std::string& more = "") {
    return Do(&AssignmentStub::AssignCase,
              fmt::format(R"(case_id: "{}" agent_id: "{}" reason: "r" {})", name, agent, more),
              options);
  }
  absl::Status Get(const std::string& name, const rpc::CallOptions& options) {
    return Call(&Stub::GetCase, fmt::format(R"(case_id: "{}")", name), options).status();
  }
};

TEST_F(ReachTest, ABaseListsWhatNobodyHasAndWhatItsOwnAgentsHave) {
  for (const int size : {1, 2, 50}) {
    EXPECT_THAT(Listed(Lead(), size), UnorderedElementsAre("$ONE", "$LENT", "$FREE")) << size;
    EXPECT_EQ(Listed(As("org-a"), size).size(), 5) << size;
  }
  for (const char* name : {"$ONE", "$LENT", "$FREE"}) EXPECT_OK(Get(name, Lead())) << name;
  for (const char* name : {"$OWN", "$TWO"}) {
    EXPECT_THAT(Get(name, Lead()), HasReason("NOT_FOUND")) << name;
    EXPECT_OK(Get(name, As("org-a"))) << name;
    // Nor does it take them, or put them together with its own.
    EXPECT_THAT(Give(name, "seat-1", Lead()), HasReason("NOT_FOUND")) << name;
    EXPECT_THAT(Call(&WorkStub::MergeCases,
                     fmt::format(R"(case_id: "$ONE" duplicate_case_id: "{}")", name), Lead()),
                HasReason("NOT_FOUND"))
        << name;
  }
  EXPECT_EQ(AssigneeOf("$OWN"), "anna");
  // An agent who leaves the base for the merchant takes its cases along.
  Hire("lent", "shop-1");
  EXPECT_THAT(Listed(Lead(), 50), UnorderedElementsAre("$ONE", "$FREE"));
}

TEST_F(ReachTest, WhatGoesOverToSomebodyElseIsGone) {
  const auto answered = [&] {
    return Call(&Stub::RespondToCase, R"pb(case_id: "$ONE" message: "m" request_id: "r-1")pb",
                Lead())
        .status();
  };
  const auto kept = [&] { return Give("$ONE", "seat-2", Lead(), "request_id: 'r-2'").status(); };
  ASSERT_OK(answered());
  ASSERT_OK(kept());
  ASSERT_OK(kept());
  ASSERT_OK(Give("$ONE", "anna", As("org-a")));
  EXPECT_THAT(Get("$ONE", Lead()), HasReason("NOT_FOUND"));
  EXPECT_THAT(answered(), HasReason("NOT_FOUND")) << "a stored answer";
  EXPECT_THAT(kept(), HasReason("NOT_FOUND")) << "a stored answer";
  EXPECT_THAT(Do(&AssignmentStub::ExplainAssignment, R"pb(case_id: "$ONE")pb", Lead()),
              HasReason("NOT_FOUND"));
  // It comes back: who else had it is not told.
  ASSERT_OK(Give("$ONE", "seat-1", As("org-a")));
  EXPECT_OK(answered());
  ASSERT_OK_AND_ASSIGN(const auto why,
                       Do(&AssignmentStub::ExplainAssignment, R"pb(case_id: "$ONE")pb", Lead()));
  std::vector<std::string> moves;
  for (const auto& one : why.decisions()) {
    moves.push_back(one.previous_agent_id() + ">" + one.agent_id());
  }
  EXPECT_THAT(moves, ElementsAre(">seat-1", "seat-2>", "seat-1>seat-2"));
  EXPECT_THAT(why.DebugString(), Not(HasSubstr("anna")));
}

// Who else had the case, who answered for it then and what they might decide is the merchant's.
class OthersTest : public ReachTest {
 protected:
  // $ONE goes from the base to anna, who misses a deadline and proposes a result, $P, and back.
  void SetUp() override {
    Employ("org-a", "anna", "regular");
    ASSERT_OK(Comment("w-1", AsBase("seat-2")));
    ASSERT_OK(Give("$ONE", "anna", As("org-a")));
    clock_.Advance(absl::Hours(25));
    ASSERT_OK(Comment("w-2", AsAgent("anna")));
    ASSERT_OK(Call(&WorkStub::AttachEvidence, R"(case_id: "$ONE" )" + Photo('b'), AsAgent("anna")));
    ASSERT_OK_AND_ASSIGN(const v1::Case proposed,
                         Call(&WorkStub::ProposeReview, R"pb(
                                case_id: "$ONE"
                                result: REVIEW_RESULT_REJECTED
                                note: "w-3"
                                cost { currency_code: "CNY" minor_units: 500 })pb",
                              AsAgent("anna")));
    names_["$P"] = proposed.proposal().proposal_id();
    EXPECT_EQ(proposed.proposal().proposer(), "person-of-anna");
    ASSERT_OK(Give("$ONE", "seat-1", As("org-a")));
  }
  absl::Status Approve() {
    return Call(&WorkStub::ApproveReview, R"pb(case_id: "$ONE" proposal_id: "$P")pb", As("org-a"))
        .status();
  }
  absl::Status Comment(const std::string& text, const rpc::CallOptions& options) {
    return Call(&WorkStub::AddCaseComment,
                fmt::format(R"(case_id: "$ONE" visibility: COMMENT_VISIBILITY_SHARED text: "{}")",
                            text),
                options)
        .status();
  }
  v1::Case Read(const rpc::CallOptions& options) {
    auto found = Call(&Stub::GetCase, R"pb(case_id: "$ONE")pb", options);
    EXPECT_OK(found);
    return found.ok() ? *found : v1::Case();
  }
  v1::ListCaseActivitiesResponse History(const rpc::CallOptions& options,
                                         const std::string& name = "$ONE") {
    auto found = Call(&Stub::ListCaseActivities, fmt::format(R"(case_id: "{}")", name), options);
    EXPECT_OK(found);
    return found.ok() ? *found : v1::ListCaseActivitiesResponse();
  }
  static void ExpectNobodyElse(const google::protobuf::Message& told) {
    for (const char* other : {"anna", "tester", "regular"}) {
      EXPECT_THAT(told.DebugString(), Not(HasSubstr(other)));
    }
  }
};

TEST_F(OthersTest, ABaseReadsOfItsCaseWhatTheyDidAndNotWho) {
  const v1::ReviewProposal pending = Read(Lead()).proposal();
  EXPECT_EQ(pending.proposer(), "merchant");
  EXPECT_EQ(pending.proposer_agent_id(), "");
  EXPECT_EQ(pending.cost().minor_units(), 500) << "whoever approves it has to know";
  ASSERT_OK(Approve());
  const v1::Case whole = Read(As("org-a")), told = Read(Lead());
  EXPECT_EQ(ClockOf(whole, v1::CLOCK_KIND_FIRST_ANSWER).breach_owner(), "anna");
  EXPECT_EQ(whole.proposal().cost().minor_units(), 500);
  EXPECT_EQ(told.result(), v1::REVIEW_RESULT_REJECTED);
  EXPECT_EQ(told.assignee_agent_id(), "seat-1");
  EXPECT_EQ(ClockOf(told, v1::CLOCK_KIND_FIRST_ANSWER).state(), v1::CLOCK_STATE_BREACHED);
  EXPECT_EQ(ClockOf(told, v1::CLOCK_KIND_FIRST_ANSWER).breach_owner(), "");
  EXPECT_EQ(told.proposal().decider(), "merchant");
  EXPECT_EQ(told.proposal().note(), "w-3");
  EXPECT_FALSE(told.proposal().has_cost());
  ASSERT_EQ(told.evidence_size(), 1);
  EXPECT_EQ(told.evidence(0).attached_by(), "merchant");
  ExpectNobodyElse(told);
  // What it writes is answered alike, and again.
  const auto answered = [&] {
    return Call(&Stub::RespondToCase, R"pb(case_id: "$ONE" message: "m" request_id: "r-1")pb",
                Lead());
  };
  ASSERT_OK_AND_ASSIGN(const v1::Case answer, answered());
  ExpectNobodyElse(answer);
  ASSERT_OK_AND_ASSIGN(const v1::Case again, answered());
  EXPECT_THAT(again, EqualsProto(answer));
}

TEST_F(OthersTest, ItsHistoryNamesTheBasesOwnPeopleOnly) {
  ASSERT_OK(Approve());
  const auto all = History(As("org-a")), some = History(Lead());
  std::vector<std::string> lines;
  for (const auto& one : some.activities()) lines.push_back(one.verb() + " " + one.actor());
  ASSERT_THAT(lines, ElementsAre("OpenCase merchant", "AddCaseComment person-of-seat-2",
                                 "AssignCase merchant", "AddCaseComment merchant",
                                 "AttachEvidence merchant", "ProposeReview merchant",
                                 "AssignCase merchant", "ApproveReview merchant"));
  ASSERT_EQ(all.activities_size(), some.activities_size());
  EXPECT_EQ(all.activities(5).actor(), "person-of-anna");
  EXPECT_EQ(all.activities(5).authority().tier_id(), "regular");
  EXPECT_EQ(some.activities(5).note(), "w-3");
  EXPECT_EQ(some.activities(5).result(), v1::REVIEW_RESULT_REJECTED);
  for (const int decision : {5, 7}) {
    EXPECT_TRUE(all.activities(decision).has_authority());
    EXPECT_FALSE(some.activities(decision).has_authority());
  }
  EXPECT_THAT(all.activities(2).note(), StartsWith("seat-1 → anna: r ("));
  EXPECT_THAT(some.activities(2).note(), StartsWith("seat-1 → merchant: r ("));
  EXPECT_THAT(some.activities(6).note(), StartsWith("merchant → seat-1: r ("));
  ExpectNobodyElse(some);
  // The merchant knows this one as the base's.
  ASSERT_OK(Give("$LENT", "seat-2", As("org-a")));
  EXPECT_THAT(History(Lead(), "$LENT").activities(1).note(), StartsWith("lent → seat-2: r ("));
}

TEST_F(OthersTest, WhatIsKeptAboutTheCaseNamesThemNeither) {
  ASSERT_OK_AND_ASSIGN(const auto words,
                       Call(&WorkStub::ListCaseComments, R"pb(case_id: "$ONE")pb", Lead()));
  ASSERT_EQ(words.comments_size(), 2);
  EXPECT_EQ(words.comments(0).author(), "person-of-seat-2");
  EXPECT_EQ(words.comments(1).author(), "merchant");
  EXPECT_EQ(words.comments(1).text(), "w-2");
  ExpectNobodyElse(words);
  ASSERT_OK_AND_ASSIGN(const auto files,
                       Call(&WorkStub::ListCaseEvidence, R"pb(case_id: "$ONE")pb", Lead()));
  ASSERT_EQ(files.evidence_size(), 1);
  EXPECT_EQ(files.evidence(0).evidence().attached_by(), "merchant");
  ASSERT_OK_AND_ASSIGN(const auto deadlines,
                       Call(&Stub::ExplainDeadline, R"pb(case_id: "$ONE")pb", Lead()));
  EXPECT_GE(deadlines.clocks_size(), 1);
  ExpectNobodyElse(deadlines);
  ASSERT_OK_AND_ASSIGN(const auto list, Call(&Stub::ListCases, "", Lead()));
  EXPECT_EQ(list.cases_size(), 3);
  ExpectNobodyElse(list);
  ASSERT_OK_AND_ASSIGN(const auto why,
                       Do(&AssignmentStub::ExplainAssignment, R"pb(case_id: "$ONE")pb", Lead()));
  ASSERT_EQ(why.decisions_size(), 2);
  EXPECT_EQ(why.decisions(0).actor(), "merchant");
  ExpectNobodyElse(why);
}

TEST_F(ReachTest, AShopThatAnotherHasAloneIsNotGivenByHandEither) {
  ASSERT_OK(Give("$FREE", "seat-2", Lead()));
  OpenFree("$NEXT");
  Rules(R"(base_shares { shop_id: "shop-1" base_id: "base-2" share_bps: 10000 exclusive: true })");
  const auto refused = Give("$NEXT", "seat-1", Lead());
  EXPECT_THAT(refused, AllOf(StatusIs(absl::StatusCode::kFailedPrecondition),
                             HasReason("AGENT_CANNOT_TAKE_CASE")));
  EXPECT_EQ(MetadataOf(refused.status(), "verdict"), "OTHERS_ALONE");
  EXPECT_THAT(refused.status().message(), Not(HasSubstr("base-2"))) << "who it is, is not told";
  EXPECT_THAT(Give("$NEXT", "anna", As("org-a")), HasReason("AGENT_CANNOT_TAKE_CASE"));
  EXPECT_THAT(Call(&Stub::OpenCase, R"pb(case {
                                           shop_id: "shop-1"
                                           kind: CASE_KIND_SERVICE_COMPLAINT
                                           channel: CASE_CHANNEL_CHAT
                                           problem: "p"
                                           assignee_agent_id: "anna"
                                         })pb"),
              HasReason("AGENT_CANNOT_TAKE_CASE"));
  EXPECT_EQ(AssigneeOf("$NEXT"), "");
  EXPECT_OK(Give("$NEXT", "seat-9", As("org-a")));
}

// What a base brings it is answered, but not who of others gets it.
TEST_F(ReachTest, WhatABaseBringsMayGoToOthers) {
  Rules("automatic: true base_shares { share_bps: 10000 exclusive: true }");
  const auto open = [&] {
    return Call(&Stub::OpenCase, R"pb(case {
                                        shop_id: "shop-1"
                                        kind: CASE_KIND_SERVICE_COMPLAINT
                                        channel: CASE_CHANNEL_CHAT
                                        problem: "p"
                                      }
                                      request_id: "r-1")pb",
                Lead());
  };
  ASSERT_OK_AND_ASSIGN(const v1::Case opened, open());
  names_["$NEW"] = opened.case_id();
  EXPECT_EQ(opened.assignee_agent_id(), "");
  EXPECT_EQ(AssigneeOf("$NEW"), "anna");
  EXPECT_THAT(Get("$NEW", Lead()), HasReason("NOT_FOUND"));
  ASSERT_OK_AND_ASSIGN(const v1::Case again, open());
  EXPECT_THAT(again, EqualsProto(opened)) << "a lost answer is not lost";

  const auto intake = v1::IntakeService::NewStub(host_.channel());
  const auto import = [&](const std::string& problem, const std::string& more,
                          const rpc::CallOptions& options) {
    auto answer =
        rpc::Call(*intake, &v1::IntakeService::Stub::ImportCases,
                  Parse<v1::ImportCasesRequest>(fmt::format(R"(shop_id: "shop-1" rows {{ case {{
            kind: CASE_KIND_PLATFORM_WORK_ORDER channel: CASE_CHANNEL_WORK_ORDER
            external_id: "w-1" problem: "{}" receive_time {{ seconds: 1768440000 }} }} }} {})",
                                                            problem, more)),
                  options);
    EXPECT_OK(answer);
    return answer.ok() && answer->results_size() == 1 ? answer->results(0) : v1::ImportResult();
  };
  const v1::ImportResult brought = import("p", "request_id: 'r-2'", Lead());
  EXPECT_EQ(brought.outcome(), v1::IMPORT_OUTCOME_OPENED);
  EXPECT_NE(brought.case_id(), "") << "nobody has it yet";
  Work();
  names_["$W"] = brought.case_id();
  EXPECT_EQ(AssigneeOf("$W"), "anna");
  const v1::ImportResult replayed = import("p", "request_id: 'r-2'", Lead());
  EXPECT_EQ(replayed.outcome(), v1::IMPORT_OUTCOME_OPENED);
  EXPECT_EQ(replayed.case_id(), "");
  for (const char* more : {"", "validate_only: true"}) {
    const v1::ImportResult conflict = import("another", more, Lead());
    EXPECT_EQ(conflict.outcome(), v1::IMPORT_OUTCOME_CONFLICT);
    EXPECT_EQ(conflict.case_id(), "");
    EXPECT_THAT(conflict.different_fields(), IsEmpty());
  }
  EXPECT_EQ(import("another", "", As("org-a")).case_id(), names_["$W"]);
}

}  // namespace
}  // namespace kefu::aftersales

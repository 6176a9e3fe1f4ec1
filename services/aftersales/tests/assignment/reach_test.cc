// A base sees and works on what nobody has and what its own agents have, and on nothing of anybody
// else (DESIGN 7).
#include <vector>

#include "kefu/aftersales/v1/intake.grpc.pb.h"
#include "services/aftersales/tests/assignment/fixture.h"

namespace kefu::aftersales {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
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

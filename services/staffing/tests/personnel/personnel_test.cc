// Keeping people over the wire: risk with its reasons, career talks and promises, exits and
// turnover, recruitment to the hire, and personnel files.
#include "common/convert/fields.h"
#include "common/testing/every_call.h"
#include "kefu/performance/v1/events.pb.h"
#include "kefu/staffing/v1/careers.grpc.pb.h"
#include "kefu/staffing/v1/personnel.grpc.pb.h"
#include "services/staffing/handlers/performance_events.h"
#include "services/staffing/tests/fixture.h"

namespace kefu::staffing {
namespace {

using ::kefu::testing::CallRow;
using ::kefu::testing::EveryCall;
using ::kefu::testing::Other;
using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Stub = v1::StaffingService::Stub;
using Personnel = v1::PersonnelService::Stub;
using Careers = v1::CareerService::Stub;

// $AGENT has been there since 1 June 2025, and the day is 15 January 2026.
class PersonnelTest : public StaffingTest {
 protected:
  explicit PersonnelTest(int pool_size = 8)
      : StaffingTest(pool_size),
        personnel_(v1::PersonnelService::NewStub(host_.channel())),
        careers_(v1::CareerService::NewStub(host_.channel())) {}
  void SetUp() override { ASSERT_NO_FATAL_FAILURE(MakeWorld()); }

  template <class Request, class Response>
  absl::StatusOr<Response> Do(grpc::Status (Personnel::*method)(grpc::ClientContext*,
                                                                const Request&, Response*),
                              const std::string& text) {
    return rpc::Call(*personnel_, method, Parse<Request>(Fill(text)), As("org-a"));
  }
  absl::Status Leave(const std::string& agent, int day) {
    return rpc::Call(*careers_, &Careers::EndEmployment,
                     Parse<v1::EndEmploymentRequest>(Fill(fmt::format(
                         R"(agent_id: "{}" reason: "回老家"
                            leave_date {{ year: 2026 month: 1 day: {} }})",
                         agent, day))),
                     As("org-a"))
        .status();
  }
  absl::StatusOr<v1::RetentionRisk> RiskOf(const char* agent) {
    auto response = Do(&Personnel::EvaluateRetention, fmt::format(R"(agent_id: "{}")", agent));
    if (!response.ok()) return response.status();
    return response->risks(0);
  }
  static std::vector<v1::RetentionReason> ReasonsOf(const v1::RetentionRisk& risk) {
    std::vector<v1::RetentionReason> reasons;
    for (const v1::RetentionCheck& check : risk.reasons()) reasons.push_back(check.reason());
    return reasons;
  }
  absl::StatusOr<v1::CareerTalk> Talk(const std::string& more,
                                      const std::string& day = "year: 2026 month: 1 day: 10",
                                      const std::string& agent = "$AGENT",
                                      const std::string& wanted = "当组长") {
    auto talk = Do(&Personnel::RecordCareerTalk,
                   fmt::format(R"(talk {{ agent_id: "{}" why_here: "离家近" what_wanted: "{}"
                                  what_from_shop: "给培训" date {{ {} }} {} }})",
                               agent, wanted, day, more));
    if (talk.ok()) {
      world_["$TALK"] = talk->talk_id();
      if (!talk->promises().empty()) world_["$PROMISE"] = talk->promises(0).promise_id();
    }
    return talk;
  }
  static constexpr char kPromise[] =
      R"(promises { text: "三月培训" due_date { year: 2026 month: 1 day: 14 } })";
  // $AGENT's conversion of the last months of 2025, September first.
  void TellConversions(const std::vector<double>& figures) {
    for (size_t i = 0; i < figures.size(); ++i) {
      performance::v1::MonthReported reported;
      reported.set_report_id(fmt::format("report-{}", i));
      reported.set_shop_id(world_["$SHOP1"]);
      reported.set_version(1);
      const absl::CivilMonth month = absl::CivilMonth(2025, 9) + static_cast<int>(i);
      *reported.mutable_period()->mutable_start_date() =
          kefu::convert::ToProto(absl::CivilDay(month));
      *reported.mutable_period()->mutable_end_date() =
          kefu::convert::ToProto(absl::CivilDay(month + 1) - 1);
      auto& row = *reported.add_agents()->mutable_month();
      row.set_row_id(world_["$AGENT"]);
      row.add_values()->set_metric_id("conversion");
      row.mutable_values(0)->set_value(figures[i]);
      reported.set_last(true);
      common::v1::Event event;
      event.set_org_id("org-a");
      *event.mutable_create_time() = kefu::convert::ToProto(clock_.Now());
      event.mutable_payload()->PackFrom(reported);
      ASSERT_OK(database_->RunInTransaction(absl::InfiniteFuture(), [&](db::Transaction& t) {
        return ApplyPerformanceEvent({*database_, ids_, [] {}}, t, event);
      }));
    }
  }
  void MakePost(int openings = 1) {
    ASSERT_OK_AND_ASSIGN(
        const auto post,
        Do(&Personnel::CreateJobPost,
           fmt::format(R"(post {{ title: "售前客服" team_id: "$TEAM1" openings: {} }})",
                       openings)));
    world_["$POST"] = post.job_post_id();
  }
  void MakeCandidate(const char* name = "$CANDIDATE") {
    ASSERT_OK_AND_ASSIGN(const auto candidate,
                         Do(&Personnel::AddCandidate, R"(candidate { job_post_id: "$POST"
                             display_name: "小赵" source: "智联" })"));
    world_[name] = candidate.candidate_id();
  }
  absl::StatusOr<v1::Candidate> Move(const std::string& stage,
                                     const char* candidate = "$CANDIDATE") {
    return Do(
        &Personnel::MoveCandidate,
        fmt::format(R"(candidate_id: "{}" stage: CANDIDATE_STAGE_{} text: "t")", candidate, stage));
  }
  static constexpr char kHire[] = R"(candidate_id: "$CANDIDATE"
      hire { birth_date { year: 2000 month: 1 day: 1 }
             agent { employment: EMPLOYMENT_OWN education: "high_school"
                     hire_date { year: 2026 month: 1 day: 16 } } })";

  std::unique_ptr<Personnel> personnel_;
  std::unique_ptr<Careers> careers_;
};

TEST_F(PersonnelTest, RiskIsTheSumOfReasonsThatSayWhatTheyRestOn) {
  ASSERT_OK_AND_ASSIGN(const auto calm, RiskOf("$AGENT"));
  EXPECT_THAT(calm.reasons(), IsEmpty()) << calm.DebugString();
  EXPECT_EQ(calm.level(), v1::RETENTION_LEVEL_LOW);
  TellConversions({0.4, 0.39, 0.38, 0.37});
  ASSERT_OK(Talk(kPromise));
  ASSERT_OK_AND_ASSIGN(
      const auto policy,
      Do(&Personnel::SetRetentionPolicy,
         R"(policy { new_months: 8 new_points: 20 stuck_months: 120 promotion_points: 25
                     falling_months: 3 falling_points: 20 metrics { metric_id: "conversion" }
                     pay_points: 30 promise_points: 15 medium_points: 30 high_points: 80
                     bands { tier_id: "trainee" low { currency_code: "CNY" minor_units: 450000 } }
                     bands { tier_id: "regular" low { currency_code: "CNY" minor_units: 500000 } }
                   })"));
  EXPECT_EQ(policy.version(), 1);
  ASSERT_OK(Do(&Personnel::AddPersonnelFile,
               R"(file { agent_id: "$AGENT" kind: PERSONNEL_FILE_KIND_LABOUR_CONTRACT title: "合同"
                         reference: "柜3" valid_from { year: 2025 month: 6 day: 1 }
                         monthly_pay { currency_code: "CNY" minor_units: 400000 } })"));
  ASSERT_OK_AND_ASSIGN(const auto risk, RiskOf("$AGENT"));
  EXPECT_THAT(ReasonsOf(risk),
              ::testing::ElementsAre(v1::RETENTION_REASON_NEW, v1::RETENTION_REASON_FALLING_FIGURE,
                                     v1::RETENTION_REASON_PAY_BELOW_MARKET,
                                     v1::RETENTION_REASON_PROMISE_OVERDUE));
  EXPECT_EQ(risk.points(), 85);
  EXPECT_EQ(risk.level(), v1::RETENTION_LEVEL_HIGH);
  EXPECT_EQ(risk.reasons(0).actual(), 7);
  EXPECT_EQ(risk.reasons(1).metric_id(), "conversion");
  EXPECT_EQ(risk.reasons(1).actual(), 3);
  EXPECT_EQ(risk.reasons(2).actual(), 400000);
  EXPECT_EQ(risk.last_talk_date().day(), 10);
  EXPECT_EQ(risk.open_promises(), 1);
  // A raise and a kept promise take their reasons away.
  ASSERT_OK(Do(&Personnel::AddPersonnelFile,
               R"(file { agent_id: "$AGENT" kind: PERSONNEL_FILE_KIND_LABOUR_CONTRACT title: "合同"
                         reference: "柜3" valid_from { year: 2026 month: 1 day: 15 }
                         monthly_pay { currency_code: "CNY" minor_units: 500000 } })"));
  ASSERT_OK(
      Do(&Personnel::SettlePromise, R"(talk_id: "$TALK" promise_id: "$PROMISE" text: "已培训")"));
  ASSERT_OK_AND_ASSIGN(const auto after, RiskOf("$AGENT"));
  EXPECT_EQ(after.points(), 40);
  EXPECT_EQ(after.level(), v1::RETENTION_LEVEL_MEDIUM);
  EXPECT_EQ(after.open_promises(), 0);
}

TEST_F(PersonnelTest, NoStepUpInSightIsAReasonAfterLongInATier) {
  ASSERT_OK(Do(&Personnel::SetRetentionPolicy,
               R"(policy { stuck_months: 7 sight_months: 1 promotion_points: 25 falling_months: 3
                           medium_points: 25 high_points: 50 })"));
  ASSERT_OK_AND_ASSIGN(const auto risk, RiskOf("$AGENT"));
  // The shipped ladder lets a trainee go up after probation: whether that is in sight is careers'.
  ASSERT_OK_AND_ASSIGN(const auto evaluated,
                       Call(&Stub::EvaluatePromotion, R"(agent_id: "$AGENT")"));
  const bool open = std::ranges::any_of(evaluated.evaluations(0).options(),
                                        [](const auto& option) { return option.eligible(); });
  EXPECT_EQ(ReasonsOf(risk).empty(), open);
}

TEST_F(PersonnelTest, RiskIsListedByPagesAndTeams) {
  for (int i = 0; i < 3; ++i) {
    ASSERT_OK(Call(&Stub::CreateAgent, R"(agent { display_name: "小张" employment: EMPLOYMENT_OWN
        team_id: "$TEAM2" hire_date { year: 2025 month: 12 day: 1 } })"));
  }
  std::set<std::string> seen;
  std::string token;
  do {
    ASSERT_OK_AND_ASSIGN(
        const auto page,
        Do(&Personnel::EvaluateRetention, fmt::format(R"(page_size: 2 page_token: "{}")", token)));
    for (const auto& risk : page.risks()) EXPECT_TRUE(seen.insert(risk.agent_id()).second);
    token = page.next_page_token();
  } while (!token.empty());
  EXPECT_THAT(seen, SizeIs(4));
  ASSERT_OK_AND_ASSIGN(const auto team, Do(&Personnel::EvaluateRetention, R"(team_id: "$TEAM2")"));
  ASSERT_THAT(team.risks(), SizeIs(3));
  EXPECT_THAT(ReasonsOf(team.risks(0)), ::testing::ElementsAre(v1::RETENTION_REASON_NEW));
  EXPECT_THAT(Do(&Personnel::EvaluateRetention, R"(team_id: "none")"), HasReason("NOT_FOUND"));
  EXPECT_THAT(Do(&Personnel::EvaluateRetention, R"(team_id: "$TEAM1" agent_id: "$AGENT")"),
              HasReason("INVALID_FIELDS"));
  ASSERT_OK(Leave("$AGENT", 14));
  EXPECT_THAT(RiskOf("$AGENT"), HasReason("AGENT_NOT_EMPLOYED"));
}

TEST_F(PersonnelTest, WrongPoliciesAreNamed) {
  for (const char* wrong :
       {"", "falling_months: 1 medium_points: 2 high_points: 1",
        "falling_months: 1 medium_points: 1 high_points: 1 new_points: 101",
        R"(falling_months: 1 medium_points: 1 high_points: 1
           bands { tier_id: "t" low { currency_code: "USD" minor_units: 1 } })",
        R"(falling_months: 1 medium_points: 1 high_points: 1 metrics { metric_id: "a" }
           metrics { metric_id: "a" })"}) {
    EXPECT_THAT(Do(&Personnel::SetRetentionPolicy, fmt::format("policy {{ {} }}", wrong)),
                HasReason("INVALID_FIELDS"))
        << wrong;
  }
  ASSERT_OK_AND_ASSIGN(const auto shipped, Do(&Personnel::GetRetentionPolicy, ""));
  EXPECT_EQ(shipped.version(), 0);
  EXPECT_EQ(shipped.high_points(), 60);
}

TEST_F(PersonnelTest, TalksAreKeptAndPromisesSettledOnce) {
  ASSERT_OK_AND_ASSIGN(const auto talk, Talk(kPromise));
  EXPECT_EQ(talk.promises(0).state(), v1::PROMISE_STATE_OPEN);
  EXPECT_THAT(Talk("", "year: 2026 month: 1 day: 16"), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Talk("", "year: 2025 month: 5 day: 31"), HasReason("AGENT_NOT_EMPLOYED"));
  EXPECT_THAT(Talk("", "year: 2026 month: 1 day: 10", "$AGENT", " "), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Talk(R"(promises { text: "t" due_date { year: 2026 month: 1 day: 9 } })"),
              HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Talk("", "year: 2026 month: 1 day: 10", "nobody"), HasReason("NOT_FOUND"));
  const std::string settle = R"(talk_id: "$TALK" text: "没有名额" give_up: true promise_id: )";
  EXPECT_THAT(Do(&Personnel::SettlePromise, settle + "\"none\""), HasReason("NOT_FOUND"));
  ASSERT_OK_AND_ASSIGN(const auto settled, Do(&Personnel::SettlePromise, settle + "\"$PROMISE\""));
  EXPECT_EQ(settled.promises(0).state(), v1::PROMISE_STATE_GIVEN_UP);
  EXPECT_THAT(Do(&Personnel::SettlePromise, settle + "\"$PROMISE\""), HasReason("PROMISE_SETTLED"));
  ASSERT_OK_AND_ASSIGN(const auto list, Do(&Personnel::ListCareerTalks, R"(agent_id: "$AGENT")"));
  ASSERT_THAT(list.talks(), SizeIs(1));
  EXPECT_THAT(list.talks(0), EqualsProto(settled));
}

TEST_F(PersonnelTest, TurnoverTellsWhoLeftAndWhyByTeamBaseAndTier) {
  ASSERT_OK(Call(&Stub::CreateAgent, R"(agent { display_name: "小张" employment: EMPLOYMENT_BASE
      base_id: "base-1" hire_date { year: 2026 month: 1 day: 5 } })"));
  const std::string exit = R"(exit { agent_id: "$AGENT" text: "别处多八百"
                                     reasons: EXIT_REASON_PAY reasons: EXIT_REASON_DULL_WORK })";
  EXPECT_THAT(Do(&Personnel::RecordExit, exit), HasReason("STILL_EMPLOYED"));
  ASSERT_OK(Leave("$AGENT", 12));
  EXPECT_THAT(Do(&Personnel::RecordExit, R"(exit { agent_id: "$AGENT" reasons: EXIT_REASON_PAY
                                                   reasons: EXIT_REASON_PAY })"),
              HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Do(&Personnel::RecordExit, R"(exit { agent_id: "$AGENT" })"),
              HasReason("INVALID_FIELDS"));
  ASSERT_OK(
      Do(&Personnel::RecordExit, R"(exit { agent_id: "$AGENT" reasons: EXIT_REASON_OTHER })"));
  ASSERT_OK_AND_ASSIGN(const auto recorded, Do(&Personnel::RecordExit, exit));
  EXPECT_EQ(recorded.leave_date().day(), 12);
  const auto turnover = [&](const char* group) {
    auto response = Do(&Personnel::GetTurnover, fmt::format(R"(group: TURNOVER_GROUP_{} period {{
                           start_date {{ year: 2026 month: 1 day: 1 }}
                           end_date {{ year: 2026 month: 1 day: 31 }} }})",
                                                            group));
    EXPECT_OK(response);
    return *std::move(response);
  };
  const auto by_base = turnover("BASE");
  ASSERT_THAT(by_base.rows(), SizeIs(2));
  EXPECT_EQ(by_base.rows(0).group_id(), "");
  EXPECT_EQ(by_base.rows(0).left(), 1);
  EXPECT_EQ(by_base.rows(0).turnover_bps(), 20'000);  // 1 of a mean of ½
  ASSERT_THAT(by_base.rows(0).reasons(), SizeIs(1));
  EXPECT_EQ(by_base.rows(0).reasons(0).reason(), v1::EXIT_REASON_PAY) << "the last record counts";
  EXPECT_EQ(by_base.rows(1).group_id(), "base-1");
  EXPECT_EQ(by_base.rows(1).joined(), 1);
  EXPECT_EQ(by_base.total().before(), 1);
  EXPECT_EQ(by_base.total().after(), 1);
  const auto by_team = turnover("TEAM");
  ASSERT_THAT(by_team.rows(), SizeIs(2));
  EXPECT_EQ(by_team.rows(1).group_id(), world_["$TEAM1"]);
  EXPECT_EQ(by_team.rows(1).left(), 1);
  const auto by_tier = turnover("TIER");
  EXPECT_EQ(by_tier.total().left(), 1);
  ASSERT_THAT(by_tier.rows(), SizeIs(1));
  EXPECT_FALSE(by_tier.rows(0).group_id().empty());
  EXPECT_THAT(Do(&Personnel::GetTurnover, "group: TURNOVER_GROUP_TEAM"),
              HasReason("INVALID_FIELDS"));
}

TEST_F(PersonnelTest, ACandidateGoesFromThePostToTheHire) {
  ASSERT_NO_FATAL_FAILURE(MakePost());
  ASSERT_NO_FATAL_FAILURE(MakeCandidate());
  ASSERT_NO_FATAL_FAILURE(MakeCandidate("$OTHER"));
  EXPECT_THAT(Do(&Personnel::HireCandidate, kHire), HasReason("CANDIDATE_STAGE"));
  EXPECT_THAT(Move("HIRED"), HasReason("INVALID_FIELDS"));
  ASSERT_OK(Move("INTERVIEWED"));
  EXPECT_THAT(Move("SCREENED"), HasReason("CANDIDATE_STAGE"));
  ASSERT_OK(Move("OFFERED"));
  // Not by the criteria of the ladder: nothing has happened.
  EXPECT_THAT(Do(&Personnel::HireCandidate, R"(candidate_id: "$CANDIDATE"
                  hire { birth_date { year: 2012 month: 1 day: 1 }
                         agent { employment: EMPLOYMENT_OWN education: "high_school"
                                 hire_date { year: 2026 month: 1 day: 16 } } })"),
              HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Do(&Personnel::HireCandidate, R"(candidate_id: "$CANDIDATE" hire {})"),
              HasReason("INVALID_FIELDS"));
  ASSERT_OK_AND_ASSIGN(const auto hired, Do(&Personnel::HireCandidate, kHire));
  EXPECT_EQ(hired.stage(), v1::CANDIDATE_STAGE_HIRED);
  EXPECT_THAT(hired.steps(), SizeIs(4));
  ASSERT_OK_AND_ASSIGN(const auto agent,
                       Call(&Stub::GetAgent, fmt::format(R"(agent_id: "{}")", hired.agent_id())));
  EXPECT_EQ(agent.display_name(), "小赵");
  EXPECT_THAT(Do(&Personnel::HireCandidate, kHire), HasReason("JOB_POST_CLOSED"))
      << "the one opening is filled";
  ASSERT_OK_AND_ASSIGN(const auto posts, Do(&Personnel::ListJobPosts, ""));
  ASSERT_THAT(posts.posts(), SizeIs(1));
  EXPECT_TRUE(posts.posts(0).closed());
  EXPECT_EQ(posts.posts(0).hired(), 1);
  ASSERT_OK_AND_ASSIGN(const auto open, Do(&Personnel::ListJobPosts, "open_only: true"));
  EXPECT_THAT(open.posts(), IsEmpty());
  EXPECT_OK(Move("REJECTED", "$OTHER")) << "also of a closed post";
  EXPECT_THAT(Move("WITHDRAWN", "$OTHER"), HasReason("CANDIDATE_STAGE"));
  ASSERT_OK_AND_ASSIGN(const auto list, Do(&Personnel::ListCandidates,
                                           R"(job_post_id: "$POST" stage: CANDIDATE_STAGE_HIRED)"));
  ASSERT_THAT(list.candidates(), SizeIs(1));
  EXPECT_THAT(list.candidates(0), EqualsProto(hired));
}

TEST_F(PersonnelTest, APostIsClosedByHandOnceAndTakesNobodyThen) {
  EXPECT_THAT(Do(&Personnel::CreateJobPost, R"(post { title: "t" openings: 0 })"),
              HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Do(&Personnel::CreateJobPost, R"(post { title: "t" openings: 1 team_id: "none" })"),
              HasReason("NOT_FOUND"));
  ASSERT_NO_FATAL_FAILURE(MakePost(2));
  const char* const close = R"(job_post_id: "$POST" reason: "暂缓")";
  ASSERT_OK(Do(&Personnel::CloseJobPost, close));
  EXPECT_THAT(Do(&Personnel::CloseJobPost, close), HasReason("JOB_POST_CLOSED"));
  EXPECT_THAT(
      Do(&Personnel::AddCandidate, R"(candidate { job_post_id: "$POST" display_name: "小赵" })"),
      HasReason("JOB_POST_CLOSED"));
}

TEST_F(PersonnelTest, FilesAreFoundByTheirValidityAndTakenOut) {
  const auto add = [&](const std::string& text) {
    return Do(&Personnel::AddPersonnelFile,
              R"(file { agent_id: "$AGENT" title: "t" reference: "r" )" + text + "}");
  };
  const std::string health = "kind: PERSONNEL_FILE_KIND_HEALTH ";
  EXPECT_THAT(add(""), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(add("kind: PERSONNEL_FILE_KIND_LABOUR_CONTRACT"), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(add(health + "monthly_pay { currency_code: 'CNY' minor_units: 1 }"),
              HasReason("INVALID_FIELDS"));
  EXPECT_THAT(add(health + "valid_from { year: 2026 month: 2 day: 1 } "
                           "valid_until { year: 2026 month: 1 day: 31 }"),
              HasReason("INVALID_FIELDS"));
  ASSERT_OK(add("kind: PERSONNEL_FILE_KIND_IDENTITY"));
  ASSERT_OK_AND_ASSIGN(const auto file,
                       add(health + "valid_until { year: 2026 month: 2 day: 28 }"));
  world_["$FILE"] = file.file_id();
  const auto count = [&](const std::string& filter) {
    const auto list = Do(&Personnel::ListPersonnelFiles, filter);
    EXPECT_OK(list);
    return list.ok() ? list->files_size() : -1;
  };
  EXPECT_EQ(count(R"(agent_id: "$AGENT")"), 2);
  EXPECT_EQ(count("valid_until { year: 2026 month: 2 day: 27 }"), 0);
  EXPECT_EQ(count("valid_until { year: 2026 month: 2 day: 28 }"), 1);
  const char* const remove = R"(file_id: "$FILE" reason: "换新")";
  ASSERT_OK(Do(&Personnel::RemovePersonnelFile, remove));
  EXPECT_THAT(Do(&Personnel::RemovePersonnelFile, remove), HasReason("PERSONNEL_FILE_REMOVED"));
  EXPECT_EQ(count(""), 1);
}

// What holds for every call alike.
class EveryPersonnelCallTest : public PersonnelTest {
 protected:
  explicit EveryPersonnelCallTest(int pool_size = 8) : PersonnelTest(pool_size) {}
  void Fresh() {
    Db().Clear();
    world_.clear();
    ASSERT_NO_FATAL_FAILURE(MakeWorld());
    ASSERT_OK(Talk(kPromise));
    ASSERT_NO_FATAL_FAILURE(MakePost(3));
    ASSERT_NO_FATAL_FAILURE(MakeCandidate());
    ASSERT_OK_AND_ASSIGN(const auto file,
                         Do(&Personnel::AddPersonnelFile,
                            R"(file { agent_id: "$AGENT" kind: PERSONNEL_FILE_KIND_OTHER title: "t"
                                      reference: "r" })"));
    world_["$FILE"] = file.file_id();
  }
  void Prepare(const CallRow& row) {
    ASSERT_NO_FATAL_FAILURE(Fresh());
    if (row.method == "RecordExit") {
      ASSERT_OK(Leave("$AGENT", 14));
    }
    if (row.method == "HireCandidate") {
      ASSERT_OK(Move("OFFERED"));
    }
  }
  static const std::vector<CallRow>& Rows() {
    static const auto& rows = *new std::vector<CallRow>{
        {"GetRetentionPolicy", "", Other::kUnrelated},
        {"SetRetentionPolicy",
         "policy { falling_months: 1 medium_points: 1 high_points: 1 new_points: 1~ }",
         Other::kUnrelated},
        {"EvaluateRetention", "", Other::kEmpty},
        {"RecordCareerTalk",
         R"(talk { agent_id: "$AGENT" why_here: "a~" what_wanted: "b" what_from_shop: "c"
                   date { year: 2026 month: 1 day: 10 } })",
         Other::kNotFound},
        {"ListCareerTalks", "", Other::kEmpty},
        {"SettlePromise", R"(talk_id: "$TALK" promise_id: "$PROMISE" text: "t~")",
         Other::kNotFound},
        {"RecordExit", R"(exit { agent_id: "$AGENT" reasons: EXIT_REASON_PAY text: "t~" })",
         Other::kNotFound},
        {"GetTurnover",
         R"(group: TURNOVER_GROUP_BASE period { start_date { year: 2026 month: 1 day: 1 }
                                                end_date { year: 2026 month: 1 day: 31 } })",
         Other::kEmpty},
        {"CreateJobPost", R"(post { title: "t~" team_id: "$TEAM1" openings: 1 })",
         Other::kNotFound},
        {"CloseJobPost", R"(job_post_id: "$POST" reason: "r~")", Other::kNotFound},
        {"ListJobPosts", "", Other::kEmpty},
        {"AddCandidate", R"(candidate { job_post_id: "$POST" display_name: "n~" })",
         Other::kNotFound},
        {"MoveCandidate",
         R"(candidate_id: "$CANDIDATE" stage: CANDIDATE_STAGE_SCREENED text: "t~")",
         Other::kNotFound},
        {"HireCandidate",
         R"(candidate_id: "$CANDIDATE"
            hire { birth_date { year: 2000 month: 1 day: 1 }
                   agent { employment: EMPLOYMENT_OWN education: "high_school" display_name: "n~"
                           hire_date { year: 2026 month: 1 day: 16 } } })",
         Other::kNotFound},
        {"ListCandidates", "", Other::kEmpty},
        {"AddPersonnelFile",
         R"(file { agent_id: "$AGENT" kind: PERSONNEL_FILE_KIND_OTHER title: "t~" reference: "r" })",
         Other::kNotFound},
        {"RemovePersonnelFile", R"(file_id: "$FILE" reason: "r~")", Other::kNotFound},
        {"ListPersonnelFiles", "", Other::kEmpty},
    };
    return rows;
  }

  const EveryCall every_{"kefu.staffing.v1.PersonnelService", host_.channel(),
                         [this](std::string text) { return Fill(std::move(text)); }};
};

TEST_F(EveryPersonnelCallTest, HoldsWhatEveryCallMust) {
  const auto of_a_service = [&] {
    auth::Principal principal;
    principal.subject = "kefu-test";
    principal.roles = {auth::Role::kService};
    return rpc::CallOptions{.token =
                                host_.tokens().Sign(std::move(principal), absl::Hours(24) * 40)};
  }();
  every_.CheckTable(Rows());
  for (const CallRow& row : Rows()) {
    ASSERT_NO_FATAL_FAILURE(Prepare(row));
    every_.CheckStranger(row, As("org-b"));
    every_.CheckRights(row, of_a_service, host_.As("org-a", {auth::Role::kAuditor}, {}));
    every_.CheckPages(row, As("org-a"));
    if (row.is_write() || row.method == "GetTurnover") every_.CheckEmptyRequest(row, As("org-a"));
    const size_t before = EventTypes().size();
    EXPECT_OK(every_.Do(row, As("org-a"))) << row.method;
    if (!row.is_write()) continue;
    EXPECT_GT(EventTypes().size(), before) << row.method;
    ASSERT_NO_FATAL_FAILURE(Prepare(row));
    every_.CheckWrite(row, "id-1", As("org-a"), Db(), clock_);
  }
}

// What is said of people is for those who answer for all of them.
TEST_F(EveryPersonnelCallTest, LeadsAgentsBasesAndWhoIsConfinedToShopsAreRefused) {
  ASSERT_NO_FATAL_FAILURE(Fresh());
  for (const CallRow& row : Rows()) {
    for (const rpc::CallOptions& options :
         {host_.As("org-a", {auth::Role::kTeamLead}, {}), AsAgent("org-a", world_["$AGENT"]),
          As("org-a", {world_["$SHOP1"]}),
          host_.AsBase("base-1", {auth::Role::kBaseManager},
                       {{"org-a", world_["$SHOP1"], "c", absl::CivilDay(2026, 1, 1),
                         absl::CivilDay(2026, 12, 31)}})}) {
      EXPECT_THAT(every_.Do(row, options).status(), HasReason("PERMISSION_DENIED")) << row.method;
    }
  }
}

// The only connection is held by the test, so that no call can be answered in time.
class PersonnelDeadlineTest : public EveryPersonnelCallTest {
 protected:
  PersonnelDeadlineTest() : EveryPersonnelCallTest(/*pool_size=*/1) {}
};

TEST_F(PersonnelDeadlineTest, EveryCallEndsByItsDeadlineAndLeavesNothing) {
  ASSERT_NO_FATAL_FAILURE(Fresh());
  every_.CheckDeadlines(Rows(), As("org-a"), *database_, Db());
}

}  // namespace
}  // namespace kefu::staffing

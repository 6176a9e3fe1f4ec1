// Names of agents and teams beside their ids: in figures, reports, scores and diagnoses.
#include "services/performance/handlers/names.h"
#include "kefu/performance/v1/reports.grpc.pb.h"
#include "kefu/performance/v1/scorecards.grpc.pb.h"
#include "kefu/staffing/v1/events.pb.h"
#include "services/performance/handlers/staffing_events.h"
#include "services/performance/tests/fixture.h"

namespace kefu::performance {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ReportStub = v1::ReportService::Stub;
using Cards = v1::ScorecardService::Stub;

class NamesTest : public PerformanceTest {
 protected:
  NamesTest() {
    reports_ = v1::ReportService::NewStub(host_.channel());
    scorecards_ = v1::ScorecardService::NewStub(host_.channel());
    clock_.Advance(absl::Hours(24 * 30));  // the month of the facts is over
  }

  void TellName(const google::protobuf::Message& payload, int64_t position,
                const std::string& org = "org-a") {
    kefu::common::v1::Event event;
    event.set_org_id(org);
    event.set_position(position);
    event.mutable_payload()->PackFrom(payload);
    ASSERT_OK(Db().db().RunInTransaction(absl::Now() + absl::Seconds(30), [&](db::Transaction& t) {
      return ApplyNameEvent(t, event);
    }));
  }
  void TellAgent(const std::string& id, const std::string& name, int64_t position,
                 const std::string& org = "org-a") {
    staffing::v1::AgentChanged changed;
    changed.mutable_agent()->set_agent_id(id);
    changed.mutable_agent()->set_display_name(name);
    TellName(changed, position, org);
  }
  void TellTeam(const std::string& id, const std::string& name, int64_t position) {
    staffing::v1::TeamChanged changed;
    changed.mutable_team()->set_team_id(id);
    changed.mutable_team()->set_display_name(name);
    TellName(changed, position);
  }
  // a and b are of team t1; b is base-1's.
  void Load() {
    for (const char* agent : {"a", "b"}) {
      staffing::v1::TeamMembershipsChanged memberships;
      memberships.set_agent_id(agent);
      auto& membership = *memberships.add_memberships();
      membership.set_agent_id(agent);
      membership.set_team_id("t1");
      *membership.mutable_start_date() = kefu::convert::ToProto(kDay - 30);
      Apply(memberships);
    }
    staffing::v1::AgentChanged of_base;
    of_base.mutable_agent()->set_agent_id("b");
    of_base.mutable_agent()->set_base_id("base-1");
    Apply(of_base);
    ASSERT_OK(Conversations({Talk("c1", "u1", 36000, "a", 20), Talk("c2", "u2", 36100, "b", 40)})
                  .status());
    ASSERT_OK(Orders({Sale("o1", "u1", 40000, 10000), Sale("o2", "u2", 41000, 5050)}).status());
  }
  // "id=name" of each row.
  static std::vector<std::string> Named(const v1::GetMetricsResponse& answer) {
    std::vector<std::string> rows;
    for (const auto& row : answer.rows())
      rows.push_back(row.subject().agent_id() + row.subject().team_id() + "=" +
                     row.subject().display_name());
    return rows;
  }
  static std::vector<std::string> Named(const v1::Report& report, const std::string& section_id) {
    std::vector<std::string> rows;
    for (const auto& section : report.sections()) {
      if (section.section_id() != section_id) continue;
      for (const auto& row : section.rows())
        rows.push_back(row.row_id() + "=" + row.display_name());
    }
    return rows;
  }
  absl::StatusOr<v1::Report> Month(const std::string& subject = "") {
    return Call(&Stub::GetReport, R"(kind: REPORT_KIND_MONTHLY subject { shop_id: "s" )" + subject +
                                      " } day { year: 2024 month: 11 day: 13 }");
  }
  absl::StatusOr<std::string> Csv(const std::string& report_id) {
    v1::ExportReportRequest request;
    request.set_report_id(report_id);
    request.set_format(v1::REPORT_FORMAT_CSV);
    grpc::ClientContext context;
    rpc::Prepare(As("org-a"), context);
    const auto reader = reports_->ExportReport(&context, request);
    std::string file;
    for (v1::ExportReportResponse part; reader->Read(&part);) file += part.data();
    const grpc::Status status = reader->Finish();
    if (!status.ok()) return rpc::FromGrpc(status);
    return file;
  }

  std::unique_ptr<ReportStub> reports_;
  std::unique_ptr<Cards> scorecards_;
};

TEST_F(NamesTest, TheLatestNameStaysWhateverComesAgain) {
  Load();
  const auto named = [&] {
    const auto answer = Call(&Stub::GetMetrics, "shop_id: 's' by_agent: true");
    EXPECT_OK(answer);
    return answer.ok() ? Named(*answer) : std::vector<std::string>();
  };
  EXPECT_THAT(named(), ElementsAre("a=", "b="));
  TellAgent("a", "林若澜", 7);
  TellAgent("a", "若澜", 9);
  EXPECT_THAT(named(), ElementsAre("a=若澜", "b="));
  for (const int64_t position : {7, 9, 7})
    TellAgent("a", position == 7 ? "林若澜" : "若澜", position);
  EXPECT_THAT(named(), ElementsAre("a=若澜", "b="));
  // Another organization's agent of the same id is somebody else.
  TellAgent("a", "别人", 11, "org-b");
  EXPECT_THAT(named(), ElementsAre("a=若澜", "b="));
}

TEST_F(NamesTest, AFewAndManyAreNamedAlike) {
  std::set<std::string> few, many;
  for (int i = 0; i < 60; ++i) {
    const std::string id = "n" + std::to_string(i);
    if (i != 3) TellAgent(id, "客服" + id, 1 + i);
    if (i % 4 == 3) few.insert(id);
    if (i != 8) many.insert(id);
  }
  TellAgent("n3", "别人", 99, "org-b");
  TellTeam("n3", "一组", 100);
  const auto named = [&](const std::set<std::string>& ids) {
    return Db().db().RunInTransaction(absl::Now() + absl::Seconds(30), [&](db::Transaction& t) {
      return store::NamesOf(t, "org-a", store::Named::kAgent, ids);
    });
  };
  ASSERT_OK_AND_ASSIGN(const auto of_few, named(few));
  EXPECT_EQ(of_few.size(), 14);  // all of fifteen but n3
  EXPECT_EQ(of_few.at("n59"), "客服n59");
  ASSERT_OK_AND_ASSIGN(const auto of_many, named(many));
  EXPECT_EQ(of_many.size(), 58);  // all but n3 and n8, who was not asked for
  EXPECT_FALSE(of_many.contains("n8"));
  for (const auto& [id, name] : of_few) EXPECT_EQ(of_many.at(id), name);
}

TEST_F(NamesTest, FiguresNameTeamsAndAgentsAndABaseItsOwn) {
  Load();
  TellAgent("a", "林若澜", 1);
  TellAgent("b", "秦书屿", 2);
  TellTeam("t1", "京东售前组", 3);
  ASSERT_OK_AND_ASSIGN(const auto teams, Call(&Stub::GetMetrics, "shop_id: 's' by_team: true"));
  EXPECT_THAT(Named(teams), ElementsAre("t1=京东售前组"));
  ASSERT_OK_AND_ASSIGN(const auto one, Call(&Stub::GetMetrics, "shop_id: 's' agent_id: 'a'"));
  EXPECT_THAT(Named(one), ElementsAre("a=林若澜"));
  ASSERT_OK_AND_ASSIGN(const auto shop, Call(&Stub::GetMetrics, "shop_id: 's'"));
  EXPECT_THAT(Named(shop), ElementsAre("="));
  const auto base = host_.AsBase("base-1", {auth::Role::kBaseManager},
                                 {{"org-a", "s", "k", kDay - 30, kDay + 60}});
  const auto by_agent = Parse<v1::GetMetricsRequest>("all_shops: true by_agent: true");
  ASSERT_OK_AND_ASSIGN(const auto own, rpc::Call(*stub_, &Stub::GetMetrics, by_agent, base));
  EXPECT_THAT(Named(own), ElementsAre("b=秦书屿"));
}

TEST_F(NamesTest, ReportsAreReadWithTheNamesOfTheDay) {
  Load();
  ASSERT_OK_AND_ASSIGN(const auto before, Month());
  EXPECT_THAT(Named(before, "agents"), ElementsAre("a=", "b="));
  TellAgent("a", "王芳", 1);
  TellAgent("b", "王芳", 2);
  TellTeam("t1", "京东售前组", 3);
  ASSERT_OK_AND_ASSIGN(const auto report, Month());
  EXPECT_EQ(report.report_id(), before.report_id()) << "a name makes no version";
  EXPECT_EQ(report.content_hash(), before.content_hash());
  EXPECT_THAT(Named(report, "agents"), ElementsAre("a=王芳", "b=王芳"));
  EXPECT_THAT(Named(report, "teams"), ElementsAre("t1=京东售前组"));
  EXPECT_THAT(Named(report, "days"), ::testing::Contains("2024-11-11="));
  ASSERT_OK_AND_ASSIGN(const std::string csv, Csv(report.report_id()));
  EXPECT_THAT(csv, HasSubstr("\"agents\",\"a\",\"sales\",\"sales\",\"CNY\",100.00,"));
  EXPECT_THAT(csv, HasSubstr(",\"王芳\","));
  ASSERT_OK_AND_ASSIGN(const auto of_team, Month("team_id: 't1'"));
  EXPECT_EQ(of_team.subject().display_name(), "京东售前组");
  v1::ListReportsRequest list;
  list.set_shop_id("s");
  ASSERT_OK_AND_ASSIGN(const auto listed,
                       rpc::Call(*reports_, &ReportStub::ListReports, list, As("org-a")));
  std::vector<std::string> subjects;
  for (const auto& each : listed.reports()) subjects.push_back(each.subject().display_name());
  EXPECT_THAT(subjects, ::testing::UnorderedElementsAre("", "京东售前组"));
  // What differs names its rows too.
  ASSERT_OK(Orders({Sale("o3", "u1", 42000, 99)}).status());
  ASSERT_OK_AND_ASSIGN(const auto second,
                       rpc::Call(*reports_, &ReportStub::CreateReport,
                                 Parse<v1::CreateReportRequest>(
                                     R"(kind: REPORT_KIND_MONTHLY subject { shop_id: "s" }
                       day { year: 2024 month: 11 day: 13 })"),
                                 As("org-a")));
  v1::CompareReportsRequest both;
  both.set_report_id(report.report_id());
  both.set_other_report_id(second.report_id());
  ASSERT_OK_AND_ASSIGN(const auto compared,
                       rpc::Call(*reports_, &ReportStub::CompareReports, both, As("org-a")));
  int agents = 0;
  for (const auto& difference : compared.differences()) {
    if (difference.section_id() != "agents") continue;
    ++agents;
    EXPECT_EQ(difference.display_name(), "王芳");
  }
  EXPECT_GT(agents, 0);
}

TEST_F(NamesTest, ScoresAndDiagnosesNameAgents) {
  Load();
  TellAgent("a", "林若澜", 1);
  constexpr char kMonth[] = "shop_id: 's' month { year: 2024 month: 11 day: 1 }";
  ASSERT_OK_AND_ASSIGN(const auto one,
                       Call(&Stub::GetScorecard, std::string(kMonth) + " agent_id: 'a'"));
  EXPECT_EQ(one.agent_name(), "林若澜");
  ASSERT_OK_AND_ASSIGN(const auto all,
                       rpc::Call(*scorecards_, &Cards::ListScores,
                                 Parse<v1::ListScoresRequest>(kMonth), As("org-a")));
  ASSERT_EQ(all.scores_size(), 2);
  EXPECT_EQ(all.scores(0).agent_name(), "林若澜");
  EXPECT_EQ(all.scores(1).agent_name(), "") << "nobody has told it";
  ASSERT_OK_AND_ASSIGN(const auto d,
                       Call(&Stub::Diagnose,
                            "shop_id: 's' first_month { year: 2024 month: 11 day: 1 } "
                            "last_month { year: 2024 month: 11 day: 1 }"));
  ASSERT_EQ(d.agents_size(), 2);
  EXPECT_EQ(d.agents(0).agent_name(), "林若澜");
  EXPECT_EQ(d.agents(1).agent_name(), "");
}

}  // namespace
}  // namespace kefu::performance

// Monthly reports of organizations with thousands of agents: stored, read, exported and compared
// within what a statement and an answer may hold.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "common/testing/temp_folder.h"
#include "kefu/performance/v1/reports.grpc.pb.h"
#include "services/performance/tests/fixture.h"

namespace kefu::performance {
namespace {

using ReportStub = v1::ReportService::Stub;

constexpr int64_t kDaySeconds = 86'400;
constexpr int kDays = 31;                                   // of October
constexpr int64_t kOctober = kMidnight - 41 * kDaySeconds;  // 2024-10-01 00:00 in Shanghai
constexpr char kMonth[] = R"(kind: REPORT_KIND_MONTHLY subject { all_shops: true }
                             day { year: 2024 month: 10 day: 5 })";

std::string Output(const std::string& command) {
  std::string output;
  FILE* const pipe = ::popen(command.c_str(), "r");
  for (char piece[4096]; size_t got = std::fread(piece, 1, sizeof piece, pipe);)
    output.append(piece, got);
  EXPECT_EQ(::pclose(pipe), 0) << command;
  return output;
}

class LargeReportTest : public PerformanceTest {
 protected:
  LargeReportTest() { reports_ = v1::ReportService::NewStub(host_.channel()); }

  static std::string AgentOf(int agent) { return fmt::format("agent-{:04}", agent); }

  // A rated conversation of each agent on a day, answered after `gap` seconds, and what it sold.
  void LoadDay(int day, int agents, int64_t gap) {
    v1::ImportConversationsRequest talks;
    v1::ImportOrdersRequest orders;
    for (int agent = 0; agent < agents; ++agent) {
      const int64_t asked = kOctober + day * kDaySeconds + 36'000 + agent % 7'200;
      v1::Conversation& talk = *talks.add_rows()->mutable_conversation();
      talk.set_conversation_id(fmt::format("c{}-{}", day, agent));
      talk.set_customer_id(fmt::format("u{}-{}", day, agent));
      talk.set_rating(1 + agent % 5);
      v1::Message& question = *talk.add_messages();
      question.set_side(v1::SIDE_CUSTOMER);
      question.mutable_send_time()->set_seconds(asked);
      v1::Message& answer = *talk.add_messages();
      answer.set_side(v1::SIDE_AGENT);
      answer.set_agent_id(AgentOf(agent));
      answer.mutable_send_time()->set_seconds(asked + gap);
      v1::Order& order = *orders.add_rows()->mutable_order();
      order.set_order_id(fmt::format("o{}-{}", day, agent));
      order.set_customer_id(talk.customer_id());
      order.mutable_create_time()->set_seconds(asked + 3'600);
      order.mutable_pay_time()->set_seconds(asked + 3'600);
      order.mutable_paid()->set_currency_code("CNY");
      order.mutable_paid()->set_minor_units(1'000 + agent);
    }
    ASSERT_OK(Stream(&Stub::ImportConversations, {talks}, As("org-a")).status());
    ASSERT_OK(Stream(&Stub::ImportOrders, {orders}, As("org-a")).status());
  }

  // However busy the machine is.
  rpc::CallOptions Patient() {
    rpc::CallOptions options = As("org-a");
    options.timeout = absl::Minutes(10);
    return options;
  }
  absl::StatusOr<v1::Report> Create() {
    return rpc::Call(*reports_, &ReportStub::CreateReport, Parse<v1::CreateReportRequest>(kMonth),
                     Patient());
  }
  absl::StatusOr<v1::Report> Get(const std::string& report_id, const std::string& more = "") {
    return rpc::Call(
        *stub_, &Stub::GetReport,
        Parse<v1::GetReportRequest>(fmt::format("report_id: '{}' {}", report_id, more)), Patient());
  }
  // The file, in a folder.
  std::string Export(const testing::TempFolder& folder, const std::string& report_id,
                     v1::ReportFormat format, int64_t* bytes = nullptr) {
    v1::ExportReportRequest request;
    request.set_report_id(report_id);
    request.set_format(format);
    request.set_language("zh");
    grpc::ClientContext context;
    rpc::Prepare(Patient(), context);
    const auto reader = reports_->ExportReport(&context, request);
    std::string file, name;
    for (v1::ExportReportResponse part; reader->Read(&part);) {
      EXPECT_LE(part.ByteSizeLong(), 70u << 10) << "streamed in small messages";
      if (!part.file_name().empty()) name = part.file_name();
      file += part.data();
    }
    EXPECT_OK(rpc::FromGrpc(reader->Finish()));
    if (bytes != nullptr) *bytes = static_cast<int64_t>(file.size());
    return folder.Write(name, file);
  }
  absl::StatusOr<v1::CompareReportsResponse> Compare(const std::string& one,
                                                     const std::string& other, int page_size = 0,
                                                     const std::string& token = "") {
    v1::CompareReportsRequest request;
    request.set_report_id(one);
    request.set_other_report_id(other);
    request.set_page_size(page_size);
    request.set_page_token(token);
    return rpc::Call(*reports_, &ReportStub::CompareReports, request, Patient());
  }
  // What differs, page by page, as it is in one.
  void ExpectPages(const v1::CompareReportsResponse& all, const std::string& one,
                   const std::string& other, int page_size) {
    v1::CompareReportsResponse joined;
    std::string token;
    int pages = 0;
    do {
      ASSERT_OK_AND_ASSIGN(const auto page, Compare(one, other, page_size, token));
      EXPECT_LE(page.differences_size(), page_size);
      EXPECT_EQ(page.different_figures(), all.different_figures());
      EXPECT_EQ(page.equal_figures(), all.equal_figures());
      joined.mutable_differences()->MergeFrom(page.differences());
      token = page.next_page_token();
      ++pages;
    } while (!token.empty());
    EXPECT_EQ(pages, (all.different_figures() + page_size - 1) / page_size);
    ASSERT_EQ(joined.differences_size(), all.different_figures());
    for (int i = 0; i < all.differences_size(); ++i) {
      ASSERT_THAT(joined.differences(i), testing::EqualsProto(all.differences(i))) << i;
    }
  }

  std::unique_ptr<ReportStub> reports_;
};

const v1::ReportSection& SectionOf(const v1::Report& report, std::string_view id) {
  for (const v1::ReportSection& section : report.sections()) {
    if (section.section_id() == id) return section;
  }
  ADD_FAILURE() << "no section " << id;
  return v1::ReportSection::default_instance();
}

TEST_F(LargeReportTest, AMonthOfAThousandAgentsIsStoredExportedAndCompared) {
  constexpr int kAgents = 1'000;
  for (int day = 0; day < kDays; ++day) LoadDay(day, kAgents, 20);
  ASSERT_OK_AND_ASSIGN(const auto head, Create());
  ASSERT_OK_AND_ASSIGN(const auto report, Get(head.report_id()));
  const v1::ReportSection& agents = SectionOf(report, "agents");
  ASSERT_EQ(agents.rows_size(), kAgents);
  EXPECT_EQ(agents.metrics_size(), agents.metrics_in_all());
  EXPECT_EQ(agents.rows(0).row_id(), AgentOf(kAgents - 1));  // the highest sales
  EXPECT_EQ(SectionOf(report, "days").rows_size(), kDays);
  int64_t figures = 0;
  for (const v1::ReportSection& section : report.sections())
    figures += static_cast<int64_t>(section.rows_size()) * section.metrics_size();

  const testing::TempFolder folder("kefu-large-report");
  const std::string csv = Export(folder, head.report_id(), v1::REPORT_FORMAT_CSV);
  EXPECT_EQ(Output("wc -l < '" + csv + "'"), fmt::format("{}\n", figures + 1));
  const std::string xlsx = Export(folder, head.report_id(), v1::REPORT_FORMAT_XLSX);
  EXPECT_EQ(Output("/usr/bin/python3 -c \"import re, zipfile; s = zipfile.ZipFile('" + xlsx +
                   "').read('xl/worksheets/sheet4.xml'); "
                   "print(len(set(re.findall(b'agent-[0-9]+', s))), s.count(b'<row ') > 1000)\""),
            "1000 True\n");
  const std::string pdf = Export(folder, head.report_id(), v1::REPORT_FORMAT_PDF);
  EXPECT_EQ(Output("pdftotext '" + pdf + "' - | grep -oE 'agent-[0-9]{4}' | sort -u | wc -l"),
            "1000\n");

  // One day corrected moves figures of every agent.
  LoadDay(7, kAgents, 50);
  ASSERT_OK_AND_ASSIGN(const auto second, Create());
  EXPECT_EQ(second.version(), 2);
  ASSERT_OK_AND_ASSIGN(const auto all, Compare(head.report_id(), second.report_id()));
  EXPECT_GT(all.different_figures(), kAgents);
  EXPECT_EQ(all.different_figures(), all.differences_size());
  EXPECT_EQ(all.different_figures() + all.equal_figures(), figures);
  ExpectPages(all, head.report_id(), second.report_id(), 999);
  EXPECT_THAT(Compare(head.report_id(), second.report_id(), -1).status(),
              HasReason("INVALID_FIELDS"));
  ASSERT_OK_AND_ASSIGN(const auto page, Compare(head.report_id(), second.report_id(), 1));
  EXPECT_THAT(Compare(second.report_id(), head.report_id(), 1, page.next_page_token()).status(),
              HasReason("BAD_PAGE_TOKEN"));
}

// More than one statement, and more than one answer, may hold.
TEST_F(LargeReportTest, AReportBeyondOneAnswerIsReadBySectionsAndExported) {
  constexpr int kAgents = 5'000;
  LoadDay(0, 1, 20);
  LoadDay(-1, 1, 30);
  const std::string digits =
      "(SELECT 0 d UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 "
      "UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9)";
  Db().Exec(fmt::format(
      "INSERT INTO day_rollup (org_id, shop_id, definition_id, day, subject_kind, subject_id, "
      "measures, histogram) SELECT r.org_id, r.shop_id, r.definition_id, r.day, 'AGENT', "
      "CONCAT('copy-', a.d, b.d, c.d, e.d), r.measures, r.histogram FROM day_rollup r, {0} a, {0} "
      "b, {0} c, {0} e WHERE a.d < 5 AND r.subject_id = 'agent-0000'; "
      "UPDATE month_state SET version = version + 1",
      digits));
  ASSERT_OK_AND_ASSIGN(const auto head, Create());
  EXPECT_GT(Db().Count("SELECT SUM(LENGTH(body)) FROM report_part"), 8 << 20);
  EXPECT_LE(Db().Count("SELECT MAX(LENGTH(body)) FROM report_part"), 4 << 20);
  EXPECT_THAT(Get(head.report_id()).status(), HasReason("REPORT_TOO_LARGE"));
  ASSERT_OK_AND_ASSIGN(const auto some,
                       Get(head.report_id(), "section_ids: 'summary' section_ids: 'days'"));
  EXPECT_EQ(some.sections_size(), 2);
  const testing::TempFolder folder("kefu-large-report");
  int64_t bytes = 0;
  const std::string csv = Export(folder, head.report_id(), v1::REPORT_FORMAT_CSV, &bytes);
  EXPECT_GT(bytes, 16 << 20);
  EXPECT_EQ(Output("grep -c '^\"agents\",.*,\"sales\",' '" + csv + "'"),
            fmt::format("{}\n", kAgents + 1));
  EXPECT_THAT(Compare(head.report_id(), head.report_id())
                  .value_or(v1::CompareReportsResponse())
                  .different_figures(),
              0);
  // Everything differs: too much for one answer, and not for pages.
  Db().Exec(
      "DELETE FROM day_rollup WHERE subject_id LIKE 'copy-%'; "
      "UPDATE month_state SET version = version + 1");
  ASSERT_OK_AND_ASSIGN(const auto second, Create());
  EXPECT_THAT(Compare(head.report_id(), second.report_id()).status(),
              HasReason("REPORT_TOO_LARGE"));
  ASSERT_OK_AND_ASSIGN(const auto page, Compare(head.report_id(), second.report_id(), 20'000));
  EXPECT_EQ(page.differences_size(), 10'000);
  EXPECT_GT(page.different_figures(), 100'000);
}

}  // namespace
}  // namespace kefu::performance

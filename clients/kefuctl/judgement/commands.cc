#include "clients/kefuctl/judgement/commands.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "clients/kefuctl/figures.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/shops.h"
#include "clients/kefuctl/subcommand.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "kefu/performance/v1/performance_service.pb.h"

namespace kefu::judgement {
namespace {

namespace pf = performance::v1;
using kefuctl::AllPages;
using kefuctl::Chinese;
using kefuctl::Colour;
using kefuctl::In;
using kefuctl::PrintedJson;
using kefuctl::Rpc;
using kefuctl::Table;

constexpr Rpc<pf::DiagnoseRequest, pf::DiagnoseResponse> kDiagnose{
    "/kefu.performance.v1.PerformanceService/Diagnose"};
constexpr Rpc<pf::GetScorecardRequest, pf::AgentScore> kScore{
    "/kefu.performance.v1.PerformanceService/GetScorecard"};
constexpr Rpc<pf::ListScoresRequest, pf::ListScoresResponse> kScores{
    "/kefu.performance.v1.ScorecardService/ListScores"};

constexpr int kTextWidth = 110;

struct Options {
  std::string shop, month, card, agent;
  int months = 1;
};

std::string Said(const pf::Words& words) { return Chinese() ? words.zh() : words.en(); }

std::string Points(int64_t centipoints) {
  const int64_t whole = std::abs(centipoints) / 100, rest = std::abs(centipoints) % 100;
  return fmt::format("{}{}{}", centipoints < 0 ? "-" : "", whole,
                     rest == 0 ? "" : fmt::format(".{:02}", rest));
}

std::string Effect(int bps) {
  if (bps == 0) return "–";
  if (bps == -10'000) return In("无奖金", "no bonus");
  return fmt::format("{:+.2f}%", bps / 100.0);
}

// --- Scores ---

Table ScoresTable(const pf::ListScoresResponse& answer) {
  Table table({{In("客服", "agent")},
               {In("得分", "points"), true},
               {In("等级", "grade")},
               {In("奖金影响", "bonus"), true},
               {In("说明", "why"), false, kTextWidth}});
  for (const pf::AgentScore& score : answer.scores()) {
    const Colour colour = score.failed() ? Colour::kRed : Colour::kNone;
    table.Add({score.agent_id(),
               {Points(score.centipoints()), colour},
               {score.complete() ? score.grade() : In("未评完", "incomplete"),
                score.complete() ? colour : Colour::kYellow},
               Effect(score.bonus_effect_bps()),
               Chinese() ? score.why_zh() : score.why_en()});
  }
  return table;
}

Table ItemsTable(const pf::AgentScore& score) {
  Table table(
      {{In("项目", "item")}, {In("得分", "points"), true}, {In("说明", "why"), false, kTextWidth}});
  for (const pf::ScoredItem& item : score.items()) {
    table.Add({Chinese() ? item.name_zh() : item.name_en(),
               item.known() ? Points(item.centipoints()) : "?",
               Chinese() ? item.why_zh() : item.why_en()});
  }
  return table;
}

absl::Status ShowAgent(kefuctl::Context& context, kefuctl::Client& client, const Options& options,
                       const std::string& shop_id, absl::CivilDay month) {
  pf::GetScorecardRequest request;
  request.set_shop_id(shop_id);
  request.set_agent_id(options.agent);
  request.set_scorecard_id(options.card);
  *request.mutable_month() = kefuctl::ToProto(month);
  ASSIGN_OR_RETURN(const pf::AgentScore score, client.Call(kScore, request));
  if (PrintedJson(context, score)) return absl::OkStatus();
  context.Print(fmt::format("{}  {}  {}@{}\n{}\n\n", score.agent_id(), options.month,
                            score.scorecard_id(), score.version(),
                            Chinese() ? score.why_zh() : score.why_en()));
  context.Print(ItemsTable(score));
  return absl::OkStatus();
}

absl::Status ShowScores(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(const absl::CivilDay month, kefuctl::MonthNamed(options.month));
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const auto shop, kefuctl::FindShop(*client, options.shop));
  if (!options.agent.empty()) return ShowAgent(context, *client, options, shop.shop_id(), month);
  pf::ListScoresRequest request;
  request.set_shop_id(shop.shop_id());
  request.set_scorecard_id(options.card);
  *request.mutable_month() = kefuctl::ToProto(month);
  ASSIGN_OR_RETURN(const auto answer,
                   AllPages(*client, kScores, request, &pf::ListScoresResponse::mutable_scores));
  if (PrintedJson(context, answer)) return absl::OkStatus();
  if (answer.scores().empty()) {
    context.Say(Tr(kefuctl::Text::kNoFacts));
    return absl::OkStatus();
  }
  context.Print(
      fmt::format("{}@{}\n\n", answer.scores(0).scorecard_id(), answer.scores(0).version()));
  context.Print(ScoresTable(answer));
  return absl::OkStatus();
}

// --- Diagnosis ---

Table AgentsTable(const pf::DiagnoseResponse& answer) {
  Table table({{In("客服", "agent")},
               {In("诊断", "diagnosis"), false, kTextWidth},
               {In("流失", "lost"), true},
               {In("流失金额", "lost value"), true},
               {In("课程", "courses")}});
  for (const pf::AgentDiagnosis& agent : answer.agents()) {
    std::vector<std::string> courses;
    for (const pf::CourseRule& rule : agent.courses()) courses.push_back(Said(rule.course()));
    const bool weak = agent.quadrant() == pf::QUADRANT_LOW_LOW;
    table.Add({agent.agent_id(),
               {Said(agent.advice()), weak ? Colour::kYellow : Colour::kNone},
               std::to_string(agent.lost()),
               kefuctl::ShownMoney(agent.lost_value()),
               fmt::format("{}", fmt::join(courses, "; "))});
  }
  return table;
}

void PrintLosses(kefuctl::Context& context, const pf::DiagnoseResponse& answer) {
  context.Print(fmt::format(
      fmt::runtime(In("流失 {} 人，价值 {}；漏接 {} 人{}\n",
                      "{} customers lost, worth {}; {} inquiries missed{}\n")),
      answer.lost(), kefuctl::ShownMoney(answer.lost_value()), answer.missed(),
      answer.has_missed_cost()
          ? fmt::format(fmt::runtime(In("，按每条咨询 {} 计损失 {}", ", at {} each {} lost")),
                        kefuctl::ShownMoney(answer.inquiry_cost()),
                        kefuctl::ShownMoney(answer.missed_cost()))
          : ""));
}

void PrintDiagnosis(kefuctl::Context& context, const pf::DiagnoseResponse& answer) {
  context.Print(Said(answer.operation()) + "\n");
  PrintLosses(context, answer);
  if (!answer.agents().empty()) {
    context.Print("\n");
    context.Print(AgentsTable(answer));
  }
  for (const pf::EqualSales& pair : answer.equal_sales())
    context.Print("• " + Said(pair.text()) + "\n");
  if (answer.equal_sales_count() > answer.equal_sales_size()) {
    context.Print(fmt::format(fmt::runtime(In("• 同销售额共{}例，以上列出{}例\n",
                                              "• equal sales: {} cases, {} of them above\n")),
                              answer.equal_sales_count(), answer.equal_sales_size()));
  }
  if (!answer.warnings().empty()) {
    Table table(
        {{In("日期", "day")}, {In("客服", "agent")}, {In("预警", "warning"), false, kTextWidth}});
    for (const pf::EarlyWarning& warning : answer.warnings()) {
      table.Add({kefuctl::FormatDate(warning.day()),
                 warning.agent_id().empty() ? In("店铺", "shop") : warning.agent_id(),
                 {Said(warning.text()), Colour::kYellow}});
    }
    context.Print("\n");
    context.Print(table);
  }
  context.Print(fmt::format("\n{}\n", kefuctl::FormatDate(answer.day())));
  for (const pf::DailyFigure& figure : answer.daily())
    context.Print("  " + Said(figure.text()) + "\n");
}

absl::Status Diagnose(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(const absl::CivilDay month, kefuctl::MonthNamed(options.month));
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const auto shop, kefuctl::FindShop(*client, options.shop));
  pf::DiagnoseRequest request;
  request.set_shop_id(shop.shop_id());
  *request.mutable_first_month() =
      kefuctl::ToProto(absl::CivilDay(absl::CivilMonth(month) - (options.months - 1)));
  *request.mutable_last_month() = kefuctl::ToProto(month);
  ASSIGN_OR_RETURN(const auto answer, client->Call(kDiagnose, request));
  if (PrintedJson(context, answer)) return absl::OkStatus();
  PrintDiagnosis(context, answer);
  return absl::OkStatus();
}

CLI::App* AddMonthCommand(CLI::App& program, Options& options, const char* name,
                          const std::string& help) {
  CLI::App* const command = program.add_subcommand(name, help);
  command->add_option("--shop", options.shop, Tr(kefuctl::Text::kHelpShop))
      ->required()
      ->type_name("ID");
  command->add_option("--month", options.month, In("月份", "The month"))
      ->required()
      ->type_name("YYYY-MM");
  return command;
}

}  // namespace

void AddJudgementCommands(CLI::App& program, kefuctl::Context& context) {
  const auto score = std::make_shared<Options>();
  CLI::App* const scores = AddMonthCommand(
      program, *score, "score", In("按考核方案计算当月得分", "The month's scores by a scorecard"));
  scores
      ->add_option("--card", score->card,
                   In("考核方案，缺省为店铺阶段的方案",
                      "The scorecard, such as points_30; that of the shop's stage unless given"))
      ->type_name("ID");
  scores->add_option("--agent", score->agent, In("逐项显示该客服", "Item by item of this agent"))
      ->type_name("ID");
  scores->callback([&context, score] {
    context.command = [&context, score] { return ShowScores(context, *score); };
  });
  const auto asked = std::make_shared<Options>();
  CLI::App* const diagnose = AddMonthCommand(
      program, *asked, "diagnose",
      In("诊断：谁需要什么，原因何在", "Who needs what and why: quadrants, losses, warnings"));
  diagnose
      ->add_option("--months", asked->months,
                   In("到该月为止共几个月", "So many months up to this one"))
      ->check(CLI::Range(1, 24))
      ->capture_default_str();
  diagnose->callback([&context, asked] {
    context.command = [&context, asked] { return Diagnose(context, *asked); };
  });
}

}  // namespace kefu::judgement

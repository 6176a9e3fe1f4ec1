#include "clients/kefuctl/judgement/commands.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "clients/kefuctl/figures.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/shops.h"
#include "clients/kefuctl/subcommand.h"
#include "clients/kefuctl/text.h"
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
  std::string shop, month, card, agent, day;
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

// The shipped grades and titles have names in both languages; others are shown as they are.
std::string ShownWord(const std::string& word) {
  constexpr std::pair<std::string_view, std::string_view> kChinese[] = {
      {"weak", "差"},       {"below", "欠佳"},     {"normal", "正常"},        {"strong", "优秀"},
      {"full", "满额"},     {"minus_10", "减10%"}, {"minus_30", "减30%"},     {"none", "无奖金"},
      {"failed", "不合格"}, {"passed", "合格"},    {"gold_agent", "金牌客服"}};
  const auto found = std::ranges::find(kChinese, word, [](const auto& pair) { return pair.first; });
  return !Chinese() || found == std::end(kChinese) ? kefuctl::Printable(word)
                                                   : std::string(found->second);
}

// What an agent's month brings beside points.
std::vector<std::string> Extras(const pf::AgentScore& score) {
  std::vector<std::string> extras;
  const auto money = [&](const std::string& what, const kefu::common::v1::Money& amount) {
    if (amount.minor_units() != 0)
      extras.push_back(fmt::format("{} {}", what, kefuctl::ShownMoney(amount)));
  };
  if (!score.title().empty()) extras.push_back(ShownWord(score.title()));
  if (score.under_observation()) extras.push_back(In("留用观察", "under observation"));
  if (score.days_off() > 0)
    extras.push_back(
        fmt::format(fmt::runtime(In("带薪休假 {} 天", "paid days off {}")), score.days_off()));
  money(In("奖励", "awards"), score.awards());
  money(In("罚款", "fines"), score.fines());
  if (score.fines().minor_units() != 0)
    extras.push_back(fmt::format("{} {}", In("其中扣取", "taken of them"),
                                 kefuctl::ShownMoney(score.fines_taken())));
  for (const pf::DecidedSanction& sanction : score.sanctions()) {
    extras.push_back(fmt::format("{} ({})",
                                 kefuctl::EnumLabel(pf::Sanction_descriptor(), sanction.sanction()),
                                 kefuctl::Printable(sanction.conduct_id())));
  }
  if (!score.pending_conduct_ids().empty()) {
    extras.push_back(fmt::format(
        "{} {}{}", In("待定", "pending"),
        kefuctl::Printable(fmt::format("{}", fmt::join(score.pending_conduct_ids(), ", "))),
        score.pending_matters() ? In("（会改变等级或奖金）", " (would change grade or bonus)")
                                : ""));
  }
  return extras;
}

// Of a figure that rests on a sample.
std::string Interval(const pf::ScoredItem& item) {
  if (!item.has_low() || !item.has_high()) return "";
  return fmt::format("{:.2f} – {:.2f}", item.low(), item.high());
}

// --- Scores ---

Table ScoresTable(const pf::ListScoresResponse& answer) {
  Table table({{In("客服", "agent")},
               {In("得分", "points"), true},
               {In("等级", "grade")},
               {In("奖金影响", "bonus"), true},
               {In("其他", "also"), false, kTextWidth},
               {In("说明", "why"), false, kTextWidth}});
  for (const pf::AgentScore& score : answer.scores()) {
    const Colour colour = score.failed() ? Colour::kRed : Colour::kNone;
    table.Add({kefuctl::ShownName(score.agent_name(), score.agent_id()),
               {Points(score.centipoints()), colour},
               {score.complete() ? ShownWord(score.grade()) : In("未评完", "incomplete"),
                score.complete() ? colour : Colour::kYellow},
               Effect(score.bonus_effect_bps()),
               fmt::format("{}", fmt::join(Extras(score), "; ")),
               Chinese() ? score.why_zh() : score.why_en()});
  }
  return table;
}

Table ItemsTable(const pf::AgentScore& score) {
  const bool sampled = std::ranges::any_of(
      score.items(), [](const pf::ScoredItem& item) { return !Interval(item).empty(); });
  std::vector<kefuctl::Column> columns{{In("项目", "item")}, {In("得分", "points"), true}};
  if (sampled) columns.push_back({In("置信区间", "interval"), true});
  columns.push_back({In("说明", "why"), false, kTextWidth});
  Table table(std::move(columns));
  for (const pf::ScoredItem& item : score.items()) {
    std::vector<kefuctl::Cell> cells{Chinese() ? item.name_zh() : item.name_en(),
                                     item.known() ? Points(item.centipoints()) : "?"};
    if (sampled) cells.emplace_back(Interval(item));
    cells.emplace_back(Chinese() ? item.why_zh() : item.why_en());
    table.Add(std::move(cells));
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
  context.Print(fmt::format("{}  {}  {}@{}\n{}\n",
                            kefuctl::ShownName(score.agent_name(), score.agent_id()), options.month,
                            score.scorecard_id(), score.version(),
                            Chinese() ? score.why_zh() : score.why_en()));
  for (const std::string& extra : Extras(score)) context.Print("• " + extra + "\n");
  context.Print("\n");
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
    table.Add({kefuctl::ShownName(agent.agent_name(), agent.agent_id()),
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
                 warning.agent_id().empty()
                     ? In("店铺", "shop")
                     : kefuctl::ShownName(warning.agent_name(), warning.agent_id()),
                 {Said(warning.text()), Colour::kYellow}});
    }
    context.Print("\n");
    context.Print(table);
  }
  context.Print(fmt::format("\n{}\n", kefuctl::FormatDate(answer.day())));
  for (const pf::DailyFigure& figure : answer.daily())
    context.Print("  " + Said(figure.text()) + "\n");
}

// The day of the daily diagnosis: as asked; of a month that is over its last one; else nothing,
// which the service takes for yesterday.
absl::StatusOr<std::optional<absl::CivilDay>> DayOf(const Options& options, absl::CivilDay month,
                                                    const staffing::v1::Shop& shop) {
  if (!options.day.empty()) {
    const auto day = ParseDay(options.day);
    if (!day.ok()) return absl::InvalidArgumentError(Tr(kefuctl::Text::kBadDay, options.day));
    return *day;
  }
  absl::TimeZone zone = absl::UTCTimeZone();
  absl::LoadTimeZone(shop.time_zone(), &zone);
  return DiagnosedDay(month, absl::ToCivilDay(absl::Now(), zone));
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
  ASSIGN_OR_RETURN(const auto day, DayOf(options, month, shop));
  if (day) *request.mutable_day() = kefuctl::ToProto(*day);
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

std::optional<absl::CivilDay> DiagnosedDay(absl::CivilDay month, absl::CivilDay today) {
  const absl::CivilDay last = absl::CivilDay(absl::CivilMonth(month) + 1) - 1;
  if (last < today) return last;
  return std::nullopt;
}

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
  diagnose
      ->add_option("--day", asked->day,
                   In("当日诊断的日期，缺省为昨天，已过去的月份为其最后一天",
                      "The day of the daily diagnosis; yesterday unless given, of a month that is "
                      "over its last day"))
      ->type_name("DAY");
  diagnose->callback([&context, asked] {
    context.command = [&context, asked] { return Diagnose(context, *asked); };
  });
}

}  // namespace kefu::judgement

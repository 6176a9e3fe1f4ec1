#include "clients/kefuctl/explain/commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "clients/kefuctl/figures.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/names.h"
#include "clients/kefuctl/shops.h"
#include "clients/kefuctl/subcommand.h"
#include "clients/kefuctl/subject_options.h"
#include "clients/kefuctl/text.h"
#include "kefu/performance/v1/performance_service.pb.h"

namespace kefu::explain {
namespace {

namespace pf = performance::v1;
using kefuctl::Chinese;
using kefuctl::Command;
using kefuctl::Count;
using kefuctl::DayText;
using kefuctl::In;
using kefuctl::Printable;
using kefuctl::PrintedJson;
using kefuctl::Rpc;
using kefuctl::Table;

constexpr Rpc<pf::ExplainMetricRequest, pf::ExplainMetricResponse> kExplainMetric{
    "/kefu.performance.v1.PerformanceService/ExplainMetric"};
constexpr Rpc<pf::ExplainAttributionRequest, pf::ExplainAttributionResponse> kExplainOrder{
    "/kefu.performance.v1.PerformanceService/ExplainAttribution"};

constexpr int kPageSize = 1000;
constexpr int kDefaultLimit = 100;  // a screen or two
constexpr int kTextWidth = 60;

struct Options {
  std::string what, shop, team, agent, base, from, to, definition, currency;
  bool all_shops = false;
  int limit = kDefaultLimit;
};

// --- A figure ---

std::string Role(const std::string& role) {
  if (role == "numerator") return In("分子", "numerator");
  if (role == "factor") return In("因子", "factor");
  if (role == "denominator") return In("分母", "denominator");
  return role == "divisor" ? In("除数", "divisor") : Printable(role);
}

// What a figure's sums count: minor units, microseconds, hundredths of a point, or things.
class Amounts {
 public:
  explicit Amounts(const pf::ExplainedPart& part) : part_(part) {
    product_ = std::ranges::any_of(part.inputs(), [](const pf::MetricInput& input) {
      return input.role() == "factor" || input.role() == "divisor";
    });
  }

  std::string Shown(int input, int64_t amount) const {
    const std::string& role = part_.inputs(input).role();
    const pf::MetricValue& value = part_.value();
    if (product_) return Count(amount);
    if (role == "numerator" && value.unit() == pf::METRIC_UNIT_MONEY) {
      kefu::common::v1::Money money;
      money.set_currency_code(value.currency_code());
      money.set_minor_units(amount);
      return kefuctl::ShownMoney(money);
    }
    const bool micros = (role == "numerator" && value.unit() == pf::METRIC_UNIT_SECONDS) ||
                        (role == "denominator" && value.unit() == pf::METRIC_UNIT_PER_HOUR);
    if (micros) return fmt::format("{:.2f} s", static_cast<double>(amount) / 1'000'000);
    if (role == "numerator" && value.unit() == pf::METRIC_UNIT_POINTS)
      return fmt::format("{:.2f}", static_cast<double>(amount) / 100);
    return Count(amount);
  }

 private:
  const pf::ExplainedPart& part_;
  bool product_ = false;
};

// The rows as far as the limit goes; `more` tells that there are others.
absl::StatusOr<pf::ExplainMetricResponse> ReadRows(kefuctl::Client& client,
                                                   pf::ExplainMetricRequest request, int limit,
                                                   bool* more) {
  pf::ExplainMetricResponse whole;
  do {
    request.set_page_size(std::min(kPageSize, limit - whole.rows_size()));
    ASSIGN_OR_RETURN(pf::ExplainMetricResponse page, client.Call(kExplainMetric, request));
    whole.mutable_rows()->MergeFrom(page.rows());
    whole.mutable_rows()->Swap(page.mutable_rows());
    whole = std::move(page);
    request.set_page_token(whole.next_page_token());
  } while (!request.page_token().empty() && whole.rows_size() < limit);
  *more = !whole.next_page_token().empty();
  return whole;
}

// The figure itself by each definition, with the sums that it is computed from.
void PrintFigure(const kefuctl::Context& context, const pf::ExplainMetricResponse& answer) {
  const pf::MetricInfo& metric = answer.metric();
  context.Print(
      fmt::format("{}  {}\n", Chinese() ? metric.name_zh() : metric.name_en(), metric.metric_id()));
  context.Print(fmt::format("{}: {}\n", In("公式", "formula"), metric.formula()));
  for (const pf::ExplainedPart& part : answer.parts()) {
    const Amounts amounts(part);
    context.Print(fmt::format("{}@{}: {}", part.definition().definition_id(),
                              part.definition().version(), kefuctl::MarkedFigure(part.value())));
    for (int i = 0; i < part.inputs_size(); ++i) {
      context.Print(fmt::format("  {} {}", Role(part.inputs(i).role()),
                                amounts.Shown(i, part.inputs(i).sum())));
    }
    context.Print("\n");
  }
  if (answer.has_click_price()) {
    const pf::ClickPrice& price = answer.click_price();
    context.Print(fmt::format(
        fmt::runtime(In("推广花费未知，按诊断规则第 {} 版：每次点击 {}，点击转化率 {:.4f}%\n",
                        "no ad spend is known; by version {} of the policy of diagnoses: {} a "
                        "click, of which {:.4f}% become orders\n")),
        price.policy_version(), kefuctl::ShownMoney(price.click_cost()),
        price.click_conversion_ppm() / 10'000.0));
  }
  if (answer.waiting_ratings() > 0) {
    context.Print(fmt::format(
        fmt::runtime(In("{} 条评分的会话不存在，未计入\n",
                        "{} ratings name conversations that are not there and count nowhere\n")),
        answer.waiting_ratings()));
  }
}

Table RowsTable(const pf::ExplainMetricResponse& answer) {
  const bool shops = std::ranges::any_of(answer.rows(), [&](const pf::ExplainRow& row) {
    return row.shop_id() != answer.rows(0).shop_id();
  });
  std::vector<kefuctl::Column> columns{{In("日期", "day")}};
  if (shops) columns.push_back({In("店铺", "shop")});
  columns.push_back({In("顾客", "customer")});
  columns.push_back({In("会话", "conversation")});
  columns.push_back({In("订单", "order")});
  for (const pf::MetricInput& input : answer.parts(0).inputs())
    columns.push_back({Role(input.role()), true});
  columns.push_back({In("说明", "note"), false, kTextWidth});
  Table table(std::move(columns));
  for (const pf::ExplainRow& row : answer.rows()) {
    const Amounts amounts(answer.parts(std::min(row.part(), answer.parts_size() - 1)));
    std::vector<kefuctl::Cell> cells{DayText(row.day())};
    if (shops) cells.emplace_back(Printable(row.shop_id()));
    cells.emplace_back(Printable(row.customer_id()));
    cells.emplace_back(Printable(row.conversation_id()));
    cells.emplace_back(Printable(row.order_id()));
    for (int i = 0; i < answer.parts(0).inputs_size(); ++i)
      cells.emplace_back(i < row.amounts_size() ? amounts.Shown(i, row.amounts(i)) : "");
    const std::string note = Printable(row.note());
    cells.emplace_back(note == "credited" ? In("有客服归属", "credited")
                       : note == "silent" ? In("静默", "silent")
                                          : note);
    table.Add(std::move(cells));
  }
  return table;
}

absl::Status ExplainMetric(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  pf::ExplainMetricRequest request;
  request.set_metric_id(options.what);
  request.mutable_subject()->set_all_shops(options.all_shops);
  if (!options.all_shops) {
    ASSIGN_OR_RETURN(const auto shop, kefuctl::FindShop(*client, options.shop));
    request.mutable_subject()->set_shop_id(shop.shop_id());
  }
  request.mutable_subject()->set_team_id(options.team);
  request.mutable_subject()->set_agent_id(options.agent);
  request.mutable_subject()->set_base_id(options.base);
  request.set_definition_id(options.definition);
  request.set_currency_code(options.currency);
  if (!options.from.empty())
    RETURN_IF_ERROR(kefuctl::SetDays(options.from, options.to, request.mutable_period()));
  bool more = false;
  ASSIGN_OR_RETURN(const auto answer, ReadRows(*client, request, options.limit, &more));
  if (PrintedJson(context, answer)) return absl::OkStatus();
  PrintFigure(context, answer);
  if (answer.rows().empty() || answer.parts().empty()) {
    context.Say(Tr(kefuctl::Text::kNoFacts));
    return absl::OkStatus();
  }
  context.Print("\n");
  context.Print(RowsTable(answer));
  if (more) context.Say(Tr(kefuctl::Text::kMoreRows, options.limit));
  return absl::OkStatus();
}

// --- An order's credit ---

// The service's words are English; what it says besides these is shown as it is.
std::string InChinese(const std::string& words) {
  constexpr std::pair<std::string_view, std::string_view> kWords[] = {
      {"credited", "归属"},
      {"assist", "协助"},
      {"earlier answer of the credited agent", "归属客服更早的回复"},
      {"after payment", "付款之后"},
      {"outside the window", "归属期外"},
      {"excluded conversation", "会话不计入"},
      {"agent not known", "客服未知"},
      {"before the customer wrote", "顾客发言之前"},
      {"no payment was approved", "未付款"},
      {"nothing was paid", "付款金额为零"},
      {"the last named agent who answered before payment", "付款前最后回复的客服"},
      {"nobody answered the buyer around the payment", "付款前后没有客服回复过买家"},
      {"none of the answers to the buyer counts; see the steps", "没有一次回复符合条件，见下表"}};
  const auto found = std::ranges::find(kWords, words, [](const auto& pair) { return pair.first; });
  return found == std::end(kWords) ? Printable(words) : std::string(found->second);
}

std::string Said(const std::string& words) {
  return Chinese() ? InChinese(words) : Printable(words);
}

// The rule as the service says it, in Chinese by what the definition leaves open.
std::string RuleText(const pf::ExplainAttributionResponse& answer) {
  if (!Chinese()) return Printable(answer.rule());
  return fmt::format(
      "归属于付款当日或之前{}天内（店铺时区）、付款前最后回复买家的具名客服，会话须计入指标；"
      "同期其他回复过的客服记协助；买家发言之前的消息不算回复；无人回复为静默订单",
      answer.definition().attribution_days());
}

absl::Status ExplainOrder(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const auto shop, kefuctl::FindShop(*client, options.shop));
  pf::ExplainAttributionRequest request;
  request.set_shop_id(shop.shop_id());
  request.set_order_id(options.what);
  request.set_definition_id(options.definition);
  ASSIGN_OR_RETURN(const auto answer, client->Call(kExplainOrder, request));
  if (PrintedJson(context, answer)) return absl::OkStatus();
  const kefuctl::Names agents = kefuctl::AgentNames(*client);
  const pf::Attribution& credit = answer.attribution();
  context.Print(fmt::format("{} {}: {}", In("订单", "order"), Printable(options.what),
                            kefuctl::EnumLabel(pf::CreditOutcome_descriptor(), answer.outcome())));
  if (!credit.credited_agent_id().empty()) {
    context.Print(fmt::format("  {}  {}", kefuctl::ShownAgent(agents, credit.credited_agent_id()),
                              kefuctl::ShownMoney(answer.credited())));
  }
  context.Print(fmt::format("\n{}\n", Said(answer.reason())));
  if (!answer.rule().empty()) {
    context.Print(fmt::format("{}: {} ({}@{})\n", In("规则", "rule"), RuleText(answer),
                              answer.definition().definition_id(), answer.definition().version()));
  }
  if (answer.steps().empty()) return absl::OkStatus();
  Table table({{In("最后回复", "last answer")},
               {In("会话", "conversation")},
               {In("客服", "agent")},
               {In("结果", "verdict"), false, kTextWidth}});
  for (const pf::AttributionStep& step : answer.steps()) {
    table.Add({Printable(step.answer_time()), Printable(step.conversation_id()),
               kefuctl::ShownAgent(agents, step.agent_id()), Said(step.verdict())});
  }
  context.Print("\n");
  context.Print(table);
  return absl::OkStatus();
}

void AddMetric(CLI::App& explain, kefuctl::Context& context) {
  const auto [command, options] = Command<Options>(
      explain, context, "metric",
      In("一个指标由哪些会话、订单得出", "The conversations and orders behind a figure"),
      &ExplainMetric);
  command
      ->add_option(
          "METRIC", options->what,
          In("指标编号，见 definitions metrics", "Its id; 'definitions metrics' lists them"))
      ->required();
  CLI::Option_group* const scope = command->add_option_group("scope");
  scope->add_option("--shop", options->shop, Tr(kefuctl::Text::kHelpShop))->type_name("ID");
  scope->add_flag("--all-shops", options->all_shops, Tr(kefuctl::Text::kHelpAllShops));
  scope->require_option(1);
  kefuctl::AddSubject(*command, *options);
  CLI::Option* const from =
      command->add_option("--from", options->from, Tr(kefuctl::Text::kHelpFrom))->type_name("DAY");
  command->add_option("--to", options->to, Tr(kefuctl::Text::kHelpTo))
      ->type_name("DAY")
      ->needs(from);
  command->add_option("--definition", options->definition, Tr(kefuctl::Text::kHelpDefinition))
      ->type_name("ID");
  command
      ->add_option("--currency", options->currency,
                   In("全部店铺中该货币的店铺", "With --all-shops: the shops of this currency"))
      ->type_name("CODE");
  command->add_option("--limit", options->limit, Tr(kefuctl::Text::kHelpLimit))
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
}

}  // namespace

void AddExplainCommands(CLI::App& program, kefuctl::Context& context) {
  CLI::App& explain = *program
                           .add_subcommand("explain", In("说明一个指标或一笔订单的归属从何而来",
                                                         "What a figure or a credit rests on"))
                           ->require_subcommand(1);
  AddMetric(explain, context);
  const auto [order, options] = Command<Options>(
      explain, context, "order",
      In("订单归属哪位客服，为什么", "Who is credited with an order, and why"), &ExplainOrder);
  order->add_option("ORDER", options->what, In("订单编号", "The order's id"))->required();
  order->add_option("--shop", options->shop, Tr(kefuctl::Text::kHelpShop))
      ->required()
      ->type_name("ID");
  order->add_option("--definition", options->definition, Tr(kefuctl::Text::kHelpDefinition))
      ->type_name("ID");
  AddDefinitionCommands(program, context);
}

}  // namespace kefu::explain

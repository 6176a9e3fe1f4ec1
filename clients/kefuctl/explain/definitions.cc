// kefuctl definitions …
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include "clients/kefuctl/explain/commands.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/rpcs.h"
#include "clients/kefuctl/shops.h"
#include "clients/kefuctl/subcommand.h"
#include "clients/kefuctl/text.h"
#include "kefu/performance/v1/definitions.pb.h"

namespace kefu::explain {
namespace {

namespace pf = performance::v1;
using kefuctl::Chinese;
using kefuctl::In;
using kefuctl::Printable;
using kefuctl::PrintedJson;
using kefuctl::Rpc;
using kefuctl::Table;

constexpr Rpc<pf::ListMetricDefinitionsRequest, pf::ListMetricDefinitionsResponse> kDefinitions{
    "/kefu.performance.v1.FactService/ListMetricDefinitions"};

constexpr int kFormulaWidth = 400;  // whole: a definition is exact
constexpr int kDayMinutes = 24 * 60;

struct Options {
  std::string shop;
};

std::string Clock(int minute) { return fmt::format("{:02}:{:02}", minute / 60, minute % 60); }

// From when to when conversations that begin leave the response figures alone.
std::string Quiet(const pf::MetricDefinition& definition) {
  if (definition.quiet_start_minute() == definition.quiet_end_minute()) return "–";
  return fmt::format("{} – {}", Clock(definition.quiet_start_minute()),
                     Clock(definition.quiet_end_minute()));
}

std::string Hours(const pf::ServiceHours& hours) {
  const bool all_day = hours.start_minute() == 0 && hours.end_minute() == kDayMinutes;
  std::string text =
      all_day ? In("全天", "all day")
              : fmt::format("{} – {}", Clock(hours.start_minute()), Clock(hours.end_minute()));
  if (hours.workdays_only()) text += In("，工作日", ", workdays");
  return text;
}

std::string Platforms(const pf::MetricDefinition& definition) {
  std::vector<std::string> names;
  for (const std::string& name : definition.platforms()) {
    staffing::v1::Platform platform{};
    names.push_back(staffing::v1::Platform_Parse(name, &platform)
                        ? kefuctl::EnumLabel(staffing::v1::Platform_descriptor(), platform)
                        : Printable(name));
  }
  return fmt::format("{}", fmt::join(names, In("，", ", ")));
}

Table DefinitionsTable(const pf::ListMetricDefinitionsResponse& answer, bool of_shop) {
  std::vector<kefuctl::Column> columns{{In("口径", "definition")}};
  if (of_shop) columns.push_back({In("本店使用", "in use")});
  for (const auto& [zh, en, right] : std::vector<std::tuple<const char*, const char*, bool>>{
           {"归属天数", "credit days", true},
           {"不计响应的时段", "quiet hours", false},
           {"应答时限", "answer within", true},
           {"轮次时限", "round within", true},
           {"服务时间", "service hours", false},
           {"复购天数", "repurchase days", true},
           {"好评星级", "positive from", true},
           {"样本少于", "thin below", true},
           {"置信度", "confidence", true},
           {"平台", "platforms", false}})
    columns.push_back({In(zh, en), right});
  Table table(std::move(columns));
  for (const pf::MetricDefinition& definition : answer.definitions()) {
    const std::string key = fmt::format("{}@{}", definition.definition_id(), definition.version());
    std::vector<kefuctl::Cell> cells{key};
    if (of_shop) {
      const bool active = std::ranges::find(answer.active(), key) != answer.active().end();
      cells.emplace_back(active ? In("是", "yes") : "");
    }
    for (const std::string& cell :
         {std::to_string(definition.attribution_days()), Quiet(definition),
          fmt::format("{} s", definition.answer_seconds()),
          fmt::format("{} s", definition.round_seconds()), Hours(definition.service_hours()),
          std::to_string(definition.repurchase_days()), std::to_string(definition.positive_score()),
          std::to_string(definition.thin_below()),
          fmt::format("{:g}%", definition.confidence_bps() / 100.0), Platforms(definition)})
      cells.emplace_back(cell);
    table.Add(std::move(cells));
  }
  return table;
}

absl::Status ListDefinitions(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  pf::ListMetricDefinitionsRequest request;
  if (!options.shop.empty()) {
    ASSIGN_OR_RETURN(const auto shop, kefuctl::FindShop(*client, options.shop));
    request.set_shop_id(shop.shop_id());
  }
  ASSIGN_OR_RETURN(const auto answer, client->Call(kDefinitions, request));
  if (PrintedJson(context, answer)) return absl::OkStatus();
  context.Print(DefinitionsTable(answer, !options.shop.empty()));
  return absl::OkStatus();
}

// "shop", "agent" and so on, as the catalogue names them.
std::string Subject(const std::string& subject) {
  if (subject == "shop") return In("店铺", "shop");
  if (subject == "team") return In("小组", "team");
  if (subject == "agent") return In("客服", "agent");
  return subject == "base" ? In("基地", "base") : Printable(subject);
}

absl::Status ListMetrics(kefuctl::Context& context, const Options&) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const auto answer,
                   client->Call(kefuctl::rpcs::kListMetrics, pf::ListMetricsRequest()));
  if (PrintedJson(context, answer)) return absl::OkStatus();
  Table table({{In("编号", "id")},
               {In("指标", "metric")},
               {In("单位", "unit")},
               {In("对象", "of")},
               {In("公式", "formula"), false, kFormulaWidth}});
  for (const pf::MetricInfo& metric : answer.metrics()) {
    std::vector<std::string> subjects;
    for (const std::string& subject : metric.subjects()) subjects.push_back(Subject(subject));
    table.Add({metric.metric_id(), Chinese() ? metric.name_zh() : metric.name_en(),
               kefuctl::EnumLabel(pf::MetricUnit_descriptor(), metric.unit()),
               fmt::format("{}", fmt::join(subjects, In("，", ", "))),
               Printable(metric.formula())});
  }
  context.Print(table);
  return absl::OkStatus();
}

}  // namespace

void AddDefinitionCommands(CLI::App& program, kefuctl::Context& context) {
  CLI::App& definitions =
      *program
           .add_subcommand("definitions", In("指标及其口径", "Metrics and how they are computed"))
           ->require_subcommand(1);
  const auto [list, options] = kefuctl::Command<Options>(
      definitions, context, "list",
      In("列出口径：内置的和本组织发布的", "List definitions: shipped ones and your own"),
      &ListDefinitions);
  list->add_option("--shop", options->shop,
                   In("同时标出该店铺使用的口径", "Tells also which of them this shop uses"))
      ->type_name("ID");
  kefuctl::Command<Options>(definitions, context, "metrics",
                            In("列出指标、单位和公式", "List metrics with units and formulas"),
                            &ListMetrics);
}

}  // namespace kefu::explain

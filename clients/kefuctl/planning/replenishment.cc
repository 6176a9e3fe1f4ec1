#include "clients/kefuctl/planning/replenishment.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include "absl/strings/str_split.h"
#include "clients/kefuctl/columns.h"
#include "clients/kefuctl/planning/lookup.h"
#include "clients/kefuctl/progress.h"
#include "clients/kefuctl/text.h"
#include "clients/kefuctl/words.h"
#include "common/status/status_macros.h"

namespace kefu::planning {
namespace {

namespace wh = warehouse::v1;
using kefuctl::Bar;
using kefuctl::Grouped;
using kefuctl::In;
using kefuctl::ReadColumns;
using kefuctl::ReadCount;
using kefuctl::ReadDay;
using Json = nlohmann::ordered_json;

constexpr int kRowsPerMessage = 5000, kLinesPerPage = 1000;
constexpr const char* kSeries = "series|sku|category|品类";

absl::Status Bad(std::string words) { return absl::InvalidArgumentError(words); }

common::v1::Date DateOf(absl::CivilDay day) {
  common::v1::Date date;
  date.set_year(static_cast<int>(day.year()));
  date.set_month(day.month());
  date.set_day(day.day());
  return date;
}

wh::SeriesKind KindOf(const std::string& level) {
  return level == "sku" ? wh::SERIES_KIND_SKU : wh::SERIES_KIND_CATEGORY;
}

// Puts ids in the place of names: of nodes, and of SKUs where the series are SKUs.
class Names {
 public:
  static absl::StatusOr<Names> Read(kefuctl::Client& client, const std::string& level) {
    Names names;
    ASSIGN_OR_RETURN(names.nodes_, AllNodes(client));
    if (level == "sku") {
      ASSIGN_OR_RETURN(names.skus_, AllSkus(client));
    }
    return names;
  }

  template <class Row>
  absl::Status Resolve(const std::string& where, Row& row) const {
    if (!row.node_id().empty()) {
      ASSIGN_OR_RETURN(*row.mutable_node_id(), nodes_.Of(where, row.node_id()));
    }
    if (skus_) {
      ASSIGN_OR_RETURN(*row.mutable_series_id(), skus_->Of(where, row.series_id()));
    }
    return absl::OkStatus();
  }
  absl::StatusOr<std::string> Node(const std::string& name) const {
    return nodes_.Of("--node", name);
  }
  std::string Shown(const wh::ReplenishmentLine& line) const {
    return skus_ ? skus_->NameOf(line.series_id()) : line.series_id();
  }
  std::string NodeShown(const wh::ReplenishmentLine& line) const {
    return line.node_id().empty() ? In("全网", "all") : nodes_.NameOf(line.node_id());
  }

 private:
  Ids nodes_;
  std::optional<Ids> skus_;
};

absl::StatusOr<wh::PlanReplenishmentRequest> QuestionOf(const ReplenishmentQuestion& options,
                                                        const Names& names) {
  wh::PlanReplenishmentRequest request;
  request.set_series_kind(KindOf(options.level));
  request.set_page_size(1);  // the lines are asked for by themselves, as many as are printed
  for (const std::string& node : options.nodes) {
    ASSIGN_OR_RETURN(*request.add_node_ids(), names.Node(node));
  }
  for (const std::string& event : options.events) {
    ASSIGN_OR_RETURN(*request.add_events(), ReadEvent(event));
  }
  if (options.as_of.empty()) {
    if (!options.stock.empty()) return Bad("--stock needs --as-of");
    return request;
  }
  ASSIGN_OR_RETURN(const absl::CivilDay as_of, ReadDay("--as-of", options.as_of));
  *request.mutable_as_of_date() = DateOf(as_of);
  if (options.stock.empty()) return request;
  ASSIGN_OR_RETURN(auto items, ReadStock(options.stock, as_of));
  for (wh::ItemSettings& item : items) {
    RETURN_IF_ERROR(names.Resolve(options.stock, item));
    *request.add_items() = std::move(item);
  }
  return request;
}

// Up to `limit` lines of the plan.
absl::StatusOr<std::vector<wh::ReplenishmentLine>> Lines(kefuctl::Client& client,
                                                         const std::string& plan_id,
                                                         const ReplenishmentQuestion& options) {
  std::vector<wh::ReplenishmentLine> lines;
  wh::ListReplenishmentLinesRequest request;
  request.set_plan_id(plan_id);
  request.set_orders_only(!options.all);
  do {
    request.set_page_size(std::min(kLinesPerPage, options.limit - static_cast<int>(lines.size())));
    ASSIGN_OR_RETURN(const auto page, client.Call(kListReplenishmentLines, request));
    lines.insert(lines.end(), page.lines().begin(), page.lines().end());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty() && static_cast<int>(lines.size()) < options.limit);
  return lines;
}

void PrintPlan(const kefuctl::Context& context, const Names& names,
               const wh::ReplenishmentPlan& plan, const std::vector<wh::ReplenishmentLine>& lines) {
  const auto count = [](int64_t number) { return Grouped(std::to_string(number)); };
  kefuctl::Table table({{In("节点", "node"), false, 24},
                        {In("品项", "item"), false, 24},
                        {In("类", "class")},
                        {In("日需求", "demand/day"), true},
                        {In("安全库存", "safety"), true},
                        {In("订货点", "order point"), true},
                        {In("补至", "up to"), true},
                        {In("可用", "available"), true},
                        {In("在途", "coming"), true},
                        {In("建议订货", "order"), true}});
  for (const wh::ReplenishmentLine& line : lines) {
    table.Add({names.NodeShown(line), names.Shown(line), line.abc() + line.xyz(),
               Grouped(fmt::format("{:.1f}", line.daily_demand())),
               Grouped(fmt::format("{:.0f}", line.safety_stock())), count(line.order_point()),
               count(line.order_up_to()), count(line.available()),
               count(line.in_transit() + line.on_order()), count(line.suggested_quantity())});
  }
  if (!table.empty()) {
    context.Print(table);
    context.Print("\n");
  }
  const common::v1::Date& day = plan.as_of_date();
  context.Print(fmt::format(
      fmt::runtime(
          In("计划 {}（截至 {}-{:02}-{:02}）：{} 个品项，{} 个要订货，共 {} 件；以上 {} 行。\n",
             "Plan {} as of {}-{:02}-{:02}: {} items, {} to order, {} pieces in all; "
             "{} lines above.\n")),
      plan.plan_id(), day.year(), day.month(), day.day(), plan.line_count(), plan.order_count(),
      count(plan.suggested_quantity()), lines.size()));
}

}  // namespace

absl::StatusOr<std::vector<wh::ImportDemandRequest::DemandRow>> ReadDemand(
    const std::string& path) {
  ASSIGN_OR_RETURN(const auto rows,
                   ReadColumns(path, 0, {kSeries, "date|日期", "quantity|销量", "?node"}));
  std::vector<wh::ImportDemandRequest::DemandRow> demand;
  for (const auto& row : rows) {
    const std::string where = fmt::format("{}:{}", path, row.line);
    auto& each = demand.emplace_back();
    each.set_line(row.line);
    each.set_series_id(row[0]);
    ASSIGN_OR_RETURN(const absl::CivilDay day, ReadDay(where, row[1]));
    *each.mutable_date() = DateOf(day);
    ASSIGN_OR_RETURN(const int64_t quantity, ReadCount(where, row[2]));
    each.set_quantity(quantity);
    each.set_node_id(row[3]);
  }
  return demand;
}

absl::StatusOr<std::vector<wh::ItemSettings>> ReadStock(const std::string& path,
                                                        absl::CivilDay as_of) {
  ASSIGN_OR_RETURN(const auto rows,
                   ReadColumns(path, 0,
                               {kSeries, "available|库存量", "?date|月份", "?node", "?in_transit",
                                "?on_order", "?pack_size", "?minimum_order"}));
  std::map<std::pair<std::string, std::string>, std::pair<absl::CivilDay, wh::ItemSettings>> last;
  for (const auto& row : rows) {
    const std::string where = fmt::format("{}:{}", path, row.line);
    absl::CivilDay day = as_of;
    if (!row[2].empty()) {
      ASSIGN_OR_RETURN(day, ReadDay(where, row[2]));
      if (day > as_of + 1) continue;
    }
    int64_t numbers[5] = {};
    for (size_t i = 0; i < 5; ++i) {
      const std::string& text = row[i == 0 ? 1 : i + 3];
      if (i > 0 && text.empty()) continue;
      ASSIGN_OR_RETURN(numbers[i], ReadCount(where, text));
    }
    auto& [at, item] = last[{row[3], row[0]}];
    if (!item.series_id().empty() && day < at) continue;
    at = day;
    item.set_node_id(row[3]);
    item.set_series_id(row[0]);
    item.set_available(numbers[0]);
    item.set_in_transit(numbers[1]);
    item.set_on_order(numbers[2]);
    item.set_pack_size(numbers[3]);
    item.set_minimum_order(numbers[4]);
  }
  std::vector<wh::ItemSettings> items;
  for (auto& [key, each] : last) items.push_back(std::move(each.second));
  return items;
}

absl::StatusOr<wh::DemandEvent> ReadEvent(const std::string& text) {
  const std::vector<std::string> parts = absl::StrSplit(text, ':');
  double uplift = 0;
  if (parts.size() == 3) {
    std::from_chars(parts[2].data(), parts[2].data() + parts[2].size(), uplift);
  }
  if (!(uplift > 0)) return Bad(fmt::format("--event: '{}' is not FROM:TO:UPLIFT", text));
  wh::DemandEvent event;
  ASSIGN_OR_RETURN(const absl::CivilDay from, ReadDay("--event", parts[0]));
  ASSIGN_OR_RETURN(const absl::CivilDay to, ReadDay("--event", parts[1]));
  *event.mutable_first_date() = DateOf(from);
  *event.mutable_last_date() = DateOf(to);
  event.set_uplift(uplift);
  return event;
}

absl::Status RunDemandImport(kefuctl::Context& context, const DemandImport& options) {
  ASSIGN_OR_RETURN(auto rows, ReadDemand(options.file));
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const Names names, Names::Read(*client, options.level));
  for (auto& row : rows) {
    RETURN_IF_ERROR(names.Resolve(fmt::format("{}:{}", options.file, row.line()), row));
  }
  kefuctl::Progress progress(context.err_is_terminal && !context.no_progress);
  RETURN_IF_ERROR(client->StartStream(kImportDemand));
  wh::ImportDemandRequest message;
  message.set_series_kind(KindOf(options.level));
  for (size_t i = 0; i < rows.size(); ++i) {
    *message.add_rows() = std::move(rows[i]);
    if (message.rows_size() < kRowsPerMessage && i + 1 < rows.size()) continue;
    RETURN_IF_ERROR(client->Send(message));
    message.Clear();
    progress.Say(Bar(In("载入需求", "importing demand"), static_cast<int64_t>(i + 1),
                     static_cast<int64_t>(rows.size())));
  }
  ASSIGN_OR_RETURN(const auto response, client->FinishStream<wh::ImportDemandResponse>());
  progress.Clear();
  for (const auto& error : response.errors()) {
    context.Say(fmt::format("{}:{}: {}: {}", options.file, error.line(), error.field(),
                            error.description()));
  }
  context.rows_refused = response.error_count() > 0;
  if (context.json()) {
    context.PrintJson(kefuctl::JsonOf(response));
    return absl::OkStatus();
  }
  context.Say(fmt::format(
      fmt::runtime(In("需求 {} 行：新增 {}，更新 {}，未变 {}，拒绝 {}。",
                      "{} rows of demand: {} new, {} updated, {} unchanged, {} refused.")),
      response.row_count(), response.created_count(), response.updated_count(),
      response.unchanged_count(), response.error_count()));
  return absl::OkStatus();
}

absl::Status RunReplenishmentPlan(kefuctl::Context& context, const ReplenishmentQuestion& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const Names names, Names::Read(*client, options.level));
  ASSIGN_OR_RETURN(const auto request, QuestionOf(options, names));
  ASSIGN_OR_RETURN(const auto response, client->Call(kPlanReplenishment, request));
  ASSIGN_OR_RETURN(const auto lines, Lines(*client, response.plan().plan_id(), options));
  if (!context.json()) {
    PrintPlan(context, names, response.plan(), lines);
    return absl::OkStatus();
  }
  Json array = Json::array();
  for (const wh::ReplenishmentLine& line : lines) array.push_back(kefuctl::JsonOf(line));
  context.PrintJson(Json{{"plan", kefuctl::JsonOf(response.plan())}, {"lines", array}});
  return absl::OkStatus();
}

}  // namespace kefu::planning

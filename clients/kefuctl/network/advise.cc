#include "clients/kefuctl/network/advise.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <map>
#include <set>

#include "absl/time/civil_time.h"
#include "clients/kefuctl/columns.h"
#include "clients/kefuctl/text.h"
#include "clients/kefuctl/words.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"

namespace kefu::network {
namespace {

namespace wh = warehouse::v1;
using kefuctl::In;
using kefuctl::ReadColumns;
using kefuctl::ReadDay;
using Json = nlohmann::ordered_json;

inline constexpr kefuctl::Rpc<wh::AdviseSitesRequest, wh::AdviseSitesResponse> kAdviseSites{
    "/kefu.warehouse.v1.WarehouseService/AdviseSites"};

absl::Status Bad(std::string words) { return absl::InvalidArgumentError(words); }

absl::StatusOr<double> Number(const std::string& file, const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0 || value > 1e12) {
    return Bad(fmt::format("{}: '{}' is no number", file, text));
  }
  return value;
}

struct Group {
  double sold = 0, stock = 0;
};
using Groups = std::map<std::string, Group>;

// Sums a table's figures by group over the days that `counts` takes.
template <class Counts, class Add>
absl::Status SumTable(const std::string& file, const std::vector<std::string>& columns,
                      const std::map<std::string, std::string>& group_of, Groups& groups,
                      Counts counts, Add add) {
  ASSIGN_OR_RETURN(const auto rows, ReadColumns(file, 0, columns));
  for (const auto& row : rows) {
    ASSIGN_OR_RETURN(const absl::CivilDay day, ReadDay(file, row[1]));
    if (!counts(day)) continue;
    const auto group = group_of.find(row[0]);
    ASSIGN_OR_RETURN(const double figure, Number(file, row[2]));
    add(groups[group == group_of.end() ? row[0] : group->second], figure);
  }
  return absl::OkStatus();
}

absl::StatusOr<Groups> ReadGroups(const AdviseOptions& options) {
  ASSIGN_OR_RETURN(const absl::CivilDay from, ReadDay("--from", options.from));
  ASSIGN_OR_RETURN(const absl::CivilDay to, ReadDay("--to", options.to));
  if (to < from) return Bad("--from lies after --to");
  ASSIGN_OR_RETURN(const auto categories,
                   ReadColumns(options.data + "/categories.csv", 0, {"品类", "高级品类"}));
  std::map<std::string, std::string> group_of;
  for (const auto& row : categories) group_of[row[0]] = row[1];
  Groups groups;
  const auto sales = options.data + "/category_sales_daily.csv";
  RETURN_IF_ERROR(SumTable(
      sales, {"品类", "日期", "销量"}, group_of, groups,
      [&](absl::CivilDay day) { return from <= day && day <= to; },
      [](Group& group, double figure) { group.sold += figure; }));
  const auto stocks = options.data + "/category_stock_monthly.csv";
  ASSIGN_OR_RETURN(const auto months, ReadColumns(stocks, 0, {"品类", "月份"}));
  absl::CivilDay last = absl::CivilDay::min();
  for (const auto& row : months) {
    ASSIGN_OR_RETURN(const absl::CivilDay month, ReadDay(stocks, row[1]));
    last = std::max(last, month);
  }
  RETURN_IF_ERROR(SumTable(
      stocks, {"品类", "月份", "库存量"}, group_of, groups,
      [&](absl::CivilDay month) { return month == last; },
      [](Group& group, double figure) { group.stock += figure; }));
  for (auto& [name, group] : groups) group.sold /= static_cast<double>(to - from + 1);
  return groups;
}

std::string Yuan(const kefu::common::v1::Money& money) {
  return kefuctl::Grouped(
      fmt::format("{}.{:02}", money.minor_units() / 100, money.minor_units() % 100));
}

std::string Percent(int32_t bps) { return fmt::format("{}.{:02}%", bps / 100, bps % 100); }

void PrintPlan(const kefuctl::Context& context, const wh::AdviseSitesRequest& request,
               const wh::AdviseSitesResponse& response, bool flows) {
  kefuctl::Table sites({{In("仓库", "site")},
                        {In("日出库", "pieces/day"), true},
                        {In("产能占用", "throughput"), true},
                        {In("库存", "stock"), true},
                        {In("仓容占用", "capacity"), true},
                        {In("日租金", "rent/day"), true}});
  for (const wh::OpenSite& site : response.sites()) {
    sites.Add({site.site_id(), kefuctl::Grouped(std::to_string(site.units_per_day())),
               Percent(site.throughput_use_bps()),
               kefuctl::Grouped(std::to_string(site.stock_units())),
               Percent(site.capacity_use_bps()), Yuan(site.daily_rent())});
  }
  context.Print(sites);
  if (flows) {
    kefuctl::Table table(
        {{In("品类组", "demand")}, {In("仓库", "site")}, {In("日件数", "pieces/day"), true}});
    for (const wh::SiteFlow& flow : response.flows()) {
      table.Add({flow.demand_id(), flow.site_id(),
                 kefuctl::Grouped(std::to_string(flow.units_per_day()))});
    }
    context.Print("\n");
    context.Print(table);
  }
  const bool optimal = response.status() == wh::PLAN_STATUS_OPTIMAL;
  context.Print(fmt::format(
      fmt::runtime(
          In("\n需求 {} 个，候选仓 {} 个，开 {} 个；日成本 {} 元，下界 {} 元，差距 {}（{}），"
             "求解 {} 毫秒\n",
             "\n{} demands, {} candidates, {} to open; cost a day CNY {}, best bound CNY {}, "
             "gap {} ({}), solved in {} ms\n")),
      request.demands_size(), request.candidates_size(), response.sites_size(),
      Yuan(response.objective()), Yuan(response.best_bound()), Percent(response.gap_bps()),
      optimal ? In("已证最优", "proven optimal") : In("时限内最好", "best of the time"),
      response.solve_milliseconds()));
}

}  // namespace

absl::StatusOr<wh::AdviseSitesRequest> ReadSiteQuestion(const AdviseOptions& options) {
  wh::AdviseSitesRequest request;
  ASSIGN_OR_RETURN(const Groups groups, ReadGroups(options));
  const double margin = 1 + options.margin_percent / 100.0;
  for (const auto& [name, group] : groups) {
    wh::SiteDemand& demand = *request.add_demands();
    demand.set_demand_id(name);
    demand.set_units_per_day(std::llround(std::ceil(group.sold * margin)));
    demand.set_stock_units(std::llround(std::ceil(group.stock * margin)));
  }
  const std::string file = options.data + "/warehouses.csv";
  ASSIGN_OR_RETURN(const auto rows,
                   ReadColumns(file, 0, {"仓库", "仓容上限", "产能上限", "仓租日成本"}));
  for (const auto& row : rows) {
    wh::CandidateSite& site = *request.add_candidates();
    ASSIGN_OR_RETURN(const double capacity, Number(file, row[1]));
    ASSIGN_OR_RETURN(const double throughput, Number(file, row[2]));
    ASSIGN_OR_RETURN(const double rent, Number(file, row[3]));
    site.set_site_id(row[0]);
    site.set_capacity_units(std::llround(capacity));
    site.set_daily_throughput_units(std::llround(throughput));
    site.mutable_daily_rent()->set_currency_code("CNY");
    site.mutable_daily_rent()->set_minor_units(std::llround(rent * 100));
  }
  request.set_max_sites(options.max_sites);
  request.set_time_limit_seconds(options.time_limit_seconds);
  return request;
}

absl::Status RunAdvise(kefuctl::Context& context, const AdviseOptions& options) {
  ASSIGN_OR_RETURN(const wh::AdviseSitesRequest request, ReadSiteQuestion(options));
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const wh::AdviseSitesResponse response, client->Call(kAdviseSites, request));
  if (context.json()) {
    context.PrintJson(kefuctl::JsonOf(response));
  } else {
    PrintPlan(context, request, response, options.flows);
  }
  return absl::OkStatus();
}

}  // namespace kefu::network

#include "services/warehouse/convert/sites.h"

#include <algorithm>
#include <set>

#include "fmt/format.h"

namespace kefu::warehouse::convert {
namespace {

constexpr int kMaxDemands = 5000, kMaxCandidates = 1000;
constexpr int64_t kMaxPairs = 200'000;
constexpr int64_t kMaxDaily = 1'000'000'000, kMaxStock = 1'000'000'000'000;
constexpr int64_t kMaxRate = 1'000'000'000, kMaxFlat = 1'000'000'000'000;  // minor units
constexpr int64_t kMostSeconds = 300, kDefaultSeconds = 20;
constexpr size_t kMaxRegion = 16;

domain::SiteDemand DemandFrom(const v1::SiteDemand& proto, const std::string& path,
                              FieldViolations& violations) {
  domain::SiteDemand demand{
      .id = Id(proto.demand_id(), path + ".demand_id", violations),
      .region_code = OptionalId(proto.region_code(), path + ".region_code", violations),
      .orders_per_day =
          Whole(proto.orders_per_day(), 0, kMaxDaily, path + ".orders_per_day", violations),
      .units_per_day =
          Whole(proto.units_per_day(), 0, kMaxDaily, path + ".units_per_day", violations),
      .stock_units = Whole(proto.stock_units(), 0, kMaxStock, path + ".stock_units", violations)};
  violations.Check(demand.region_code.size() <= kMaxRegion, path + ".region_code",
                   fmt::format("must have at most {} characters", kMaxRegion));
  if (proto.has_location()) {
    demand.location = PointFrom(proto.location(), path + ".location", violations);
  }
  return demand;
}

domain::CandidateSite SiteFrom(const v1::CandidateSite& proto, const std::string& path,
                               FieldViolations& violations) {
  domain::CandidateSite site{
      .id = Id(proto.site_id(), path + ".site_id", violations),
      .capacity_units =
          Whole(proto.capacity_units(), 1, kMaxStock, path + ".capacity_units", violations),
      .daily_throughput_units = Whole(proto.daily_throughput_units(), 1, kMaxDaily,
                                      path + ".daily_throughput_units", violations),
      .daily_rent = PriceFrom(proto.daily_rent(), path + ".daily_rent", violations),
      .must_open = proto.must_open()};
  if (proto.has_location()) {
    site.location = PointFrom(proto.location(), path + ".location", violations);
  }
  return site;
}

void SetUse(int64_t used, int64_t most, auto set) {
  set(static_cast<int32_t>(std::min<int64_t>(MulDivHalfUp(used, 10'000, most).value_or(0),
                                             std::numeric_limits<int32_t>::max())));
}

}  // namespace

SiteQuestion FromProto(const v1::AdviseSitesRequest& request, FieldViolations& violations) {
  SiteQuestion question{.day = OptionalDay(request.has_day(), request.day(), "day", violations)};
  domain::SiteProblem& problem = question.problem;
  violations.Check(request.demands_size() >= 1 && request.demands_size() <= kMaxDemands, "demands",
                   fmt::format("must have 1 to {} items", kMaxDemands));
  violations.Check(request.candidates_size() <= kMaxCandidates, "candidates",
                   fmt::format("must have at most {} items", kMaxCandidates));
  violations.Check(int64_t{request.demands_size()} * request.candidates_size() <= kMaxPairs,
                   "candidates", fmt::format("times demands must be at most {}", kMaxPairs));
  std::set<std::string> demands, sites;
  for (int i = 0; i < std::min(request.demands_size(), kMaxDemands); ++i) {
    const std::string path = fmt::format("demands[{}]", i);
    problem.demands.push_back(DemandFrom(request.demands(i), path, violations));
    violations.Check(demands.insert(problem.demands.back().id).second, path + ".demand_id",
                     "stands twice");
  }
  for (int j = 0; j < std::min(request.candidates_size(), kMaxCandidates); ++j) {
    const std::string path = fmt::format("candidates[{}]", j);
    problem.sites.push_back(SiteFrom(request.candidates(j), path, violations));
    violations.Check(sites.insert(problem.sites.back().id).second, path + ".site_id",
                     "stands twice");
    violations.Check(
        problem.sites.back().daily_rent.currency == problem.sites.front().daily_rent.currency,
        path + ".daily_rent.currency_code", "must be the same for all candidates");
  }
  problem.minor_per_1000_unit_km = Whole(request.transport_minor_per_1000_unit_km(), 0, kMaxRate,
                                         "transport_minor_per_1000_unit_km", violations);
  problem.flat_minor_per_1000_units =
      Whole(request.flat_transport_minor_per_1000_units(), 0, kMaxFlat,
            "flat_transport_minor_per_1000_units", violations);
  problem.max_sites = Number(request.max_sites(), 0, kMaxCandidates, "max_sites", violations);
  const int64_t seconds =
      Whole(request.time_limit_seconds(), 0, kMostSeconds, "time_limit_seconds", violations);
  question.limit = absl::Seconds(seconds == 0 ? kDefaultSeconds : seconds);
  return question;
}

void Fill(const std::vector<domain::RegionAdvice>& advice, v1::AdviseSitesResponse* response) {
  for (const domain::RegionAdvice& one : advice) {
    v1::RegionAdvice* proto = response->add_regions();
    proto->set_region_code(one.region_code);
    proto->set_orders_per_day(one.orders_per_day);
    proto->set_kind(static_cast<v1::SiteAdviceKind>(one.kind));
    proto->set_threshold(one.threshold);
    if (one.cost_per_day) SetMoney(*one.cost_per_day, proto->mutable_cost_per_day());
    if (one.build_cost) SetMoney(*one.build_cost, proto->mutable_build_cost());
    proto->set_explanation(one.explanation);
  }
}

void Fill(const domain::SiteProblem& problem, const domain::SitePlan& plan,
          v1::AdviseSitesResponse* response) {
  SetMoney(plan.total, response->mutable_objective());
  SetMoney(plan.rent, response->mutable_rent_cost());
  SetMoney(plan.transport, response->mutable_transport_cost());
  for (const domain::SiteLoad& load : plan.sites) {
    const domain::CandidateSite& site = problem.sites[load.site];
    v1::OpenSite* proto = response->add_sites();
    proto->set_site_id(site.id);
    proto->set_units_per_day(load.units_per_day);
    proto->set_stock_units(load.stock_units);
    SetUse(load.units_per_day, site.daily_throughput_units,
           [proto](int32_t bps) { proto->set_throughput_use_bps(bps); });
    SetUse(load.stock_units, site.capacity_units,
           [proto](int32_t bps) { proto->set_capacity_use_bps(bps); });
    SetMoney(site.daily_rent, proto->mutable_daily_rent());
  }
  std::ranges::sort(*response->mutable_sites(), {}, &v1::OpenSite::site_id);
  for (const domain::SiteFlow& flow : plan.flows) {
    v1::SiteFlow* proto = response->add_flows();
    proto->set_site_id(problem.sites[flow.site].id);
    proto->set_demand_id(problem.demands[flow.demand].id);
    proto->set_units_per_day(flow.units_per_day);
    proto->set_distance_metres(flow.distance_metres);
  }
}

}  // namespace kefu::warehouse::convert

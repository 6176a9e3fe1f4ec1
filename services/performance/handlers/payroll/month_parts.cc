// How people's months are shared among an organization's shops (domain::payroll::ShopParts).
#include <algorithm>
#include <functional>
#include <tuple>
#include <utility>

#include "common/status/status_macros.h"
#include "services/performance/domain/payroll/parts.h"
#include "services/performance/handlers/payroll/gathered_month.h"
#include "services/performance/store/months.h"
#include "services/performance/store/payroll.h"
#include "services/performance/store/rollups.h"

namespace kefu::performance {
namespace {

namespace pay = domain::payroll;
using domain::Measure;
using domain::SubjectKind;

int64_t CustomersOf(const domain::Measures& m) {
  return std::max<int64_t>(m[Measure::kConsulted], HasWorked(m) ? 1 : 0);
}

void Add(const std::vector<int64_t>& weights, std::vector<int64_t>& sum) {
  sum.resize(weights.size());
  std::ranges::transform(sum, weights, sum.begin(), std::plus());
}

// 1 at each shop where anybody had customers; nothing when nobody had any.
std::vector<int64_t> AtWork(const std::map<std::string, std::vector<int64_t>>& customers) {
  std::vector<int64_t> shops;
  for (const auto& [agent_id, of_agent] : customers) Add(of_agent, shops);
  for (int64_t& shop : shops) shop = std::min<int64_t>(shop, 1);
  return shops;
}

}  // namespace

bool MonthLoader::IsEmployedIn(const std::string& agent_id, absl::CivilDay first,
                               absl::CivilDay last) const {
  const auto found = employments_.find(agent_id);
  if (found == employments_.end()) return false;
  for (absl::CivilDay day = first; day <= last; ++day) {
    if (domain::EmployedOn(found->second, day) != nullptr && !OfBase(agent_id, day)) return true;
  }
  return false;
}

std::optional<size_t> MonthLoader::PositionIn(const std::set<std::string>& sharing,
                                              const std::string& shop_id) const {
  const auto shop = std::ranges::lower_bound(shops_, shop_id, {}, &domain::Settings::shop_id);
  if (shop == shops_.end() || shop->shop_id != shop_id || !sharing.contains(shop_id)) {
    return std::nullopt;
  }
  return shop - shops_.begin();
}

void MonthLoader::NoteShared(absl::CivilDay first, absl::CivilDay last) {
  if (!shared_days_) shared_days_ = {first, last};
  shared_days_->first = std::min(shared_days_->first, first);
  shared_days_->last = std::max(shared_days_->last, last);
}

// By the definition in force now: what has been fixed by another stays. The days on which an agent
// was a base's are the base's.
absl::StatusOr<MonthLoader::Weights> MonthLoader::CustomersByShop(
    const std::set<std::string>& sharing, absl::CivilDay first) {
  const absl::CivilDay last = LastDayOf(first);
  NoteShared(first, last);
  ASSIGN_OR_RETURN(const auto sums,
                   store::SumMonthAtShops(t_, scope_.scope.org_id, scope_.definition->Key(),
                                          absl::CivilMonth(first), SubjectKind::kAgent));
  Weights customers;
  std::set<std::string> changing;
  for (const store::SumsAtShop& sum : sums) {
    const std::string& agent_id = sum.subject.id;
    const std::optional<size_t> shop = PositionIn(sharing, sum.shop_id);
    const int64_t count = CustomersOf(sum.measures);
    if (!shop || count == 0) continue;
    if (ChangesWithin(agent_id, first, last, /*grades=*/false)) {
      changing.insert(agent_id);
    } else if (!OfBase(agent_id, first)) {
      std::vector<int64_t>& of_agent = customers[agent_id];
      of_agent.resize(shops_.size());
      of_agent[*shop] = count;
    }
  }
  ASSIGN_OR_RETURN(auto by_month, CustomersOfDays(changing, sharing, first, last));
  customers.merge(by_month[first]);
  return customers;
}

absl::StatusOr<std::map<absl::CivilDay, MonthLoader::Weights>> MonthLoader::CustomersOfDays(
    const std::set<std::string>& agents, const std::set<std::string>& sharing, absl::CivilDay first,
    absl::CivilDay last) {
  NoteShared(first, last);
  ASSIGN_OR_RETURN(const auto days,
                   store::LoadDaysAtShops(t_, scope_.scope.org_id, scope_.definition->Key(), first,
                                          last, agents));
  std::map<std::tuple<absl::CivilDay, std::string, size_t>, domain::Measures> sums;
  for (const store::SumsAtShop& day : days) {
    const std::optional<size_t> shop = PositionIn(sharing, day.shop_id);
    if (!shop || OfBase(day.subject.id, day.day)) continue;
    sums[{absl::CivilDay(absl::CivilMonth(day.day)), day.subject.id, *shop}].Merge(day.measures);
  }
  std::map<absl::CivilDay, Weights> months;
  for (const auto& [key, measures] : sums) {
    const auto& [month, agent_id, shop] = key;
    const int64_t count = CustomersOf(measures);
    if (count == 0) continue;
    std::vector<int64_t>& of_agent = months[month][agent_id];
    of_agent.resize(shops_.size());
    of_agent[shop] = count;
  }
  return months;
}

std::vector<int64_t> MonthLoader::OneAt(const Month& month,
                                        const std::set<std::string>* shop_ids) const {
  std::vector<int64_t> weights(shops_.size());
  for (size_t i = 0; i < shops_.size(); ++i) {
    const std::string& shop_id = shops_[i].shop_id;
    weights[i] =
        month.sharing.contains(shop_id) && (shop_ids == nullptr || shop_ids->contains(shop_id));
  }
  return weights;
}

// Adds the weights of whoever had no customers: see ShopParts.
absl::Status MonthLoader::PlaceIdle(const Month& month, const store::PayParts& fixed,
                                    Weights& weights) {
  const Weights customers = weights;
  for (const auto& [agent_id, person] : month.attendance) {
    if (customers.contains(agent_id) || fixed.contains(agent_id)) continue;
    std::vector<int64_t> told = OneAt(month, &person.shop_ids);
    const bool here = std::ranges::any_of(told, [](int64_t weight) { return weight > 0; });
    if (here) weights[agent_id] = std::move(told);
  }
  std::set<std::string> idle;
  for (const auto& [agent_id, employment] : employments_) {
    if (!weights.contains(agent_id) && !fixed.contains(agent_id) &&
        IsEmployedIn(agent_id, month.first, month.last)) {
      idle.insert(agent_id);
    }
  }
  if (idle.empty()) return absl::OkStatus();
  // A shop where nobody works any more, or has not begun to, closes no month and pays nobody.
  std::vector<int64_t> at_work = AtWork(customers);
  for (int back = 1; back <= month.placed_back_months && at_work.empty(); ++back) {
    ASSIGN_OR_RETURN(const Weights earlier,
                     CustomersByShop(month.sharing, MonthBefore(month.first, back)));
    at_work = AtWork(earlier);
  }
  if (at_work.empty()) at_work = OneAt(month, nullptr);
  RETURN_IF_ERROR(PlaceByDays(month, at_work, idle, weights));
  return idle.empty() ? absl::OkStatus() : PlaceByTeams(month, idle, customers, at_work, weights);
}

absl::Status MonthLoader::PlaceByDays(const Month& month, const std::vector<int64_t>& at_work,
                                      std::set<std::string>& idle, Weights& weights) {
  ASSIGN_OR_RETURN(auto earlier, CustomersOfDays(idle, month.sharing,
                                                 MonthBefore(month.first, month.placed_back_months),
                                                 month.first - 1));
  for (auto back = earlier.rbegin(); back != earlier.rend(); ++back) {
    for (auto& [agent_id, of_agent] : back->second) {
      std::ranges::transform(of_agent, at_work, of_agent.begin(), std::multiplies());
      const bool placed = std::ranges::any_of(of_agent, [](int64_t weight) { return weight > 0; });
      if (placed && idle.erase(agent_id) > 0) weights[agent_id] = std::move(of_agent);
    }
  }
  return absl::OkStatus();
}

// Where the members of their teams of the month's last day had customers, else at every shop at
// work.
absl::Status MonthLoader::PlaceByTeams(const Month& month, const std::set<std::string>& idle,
                                       const Weights& customers,
                                       const std::vector<int64_t>& at_work, Weights& weights) {
  ASSIGN_OR_RETURN(const auto teams, store::TeamsOnDay(t_, scope_.scope.org_id, month.last));
  const auto teams_of = [&](const std::string& agent_id) {
    const auto found = teams.find(agent_id);
    return found == teams.end() ? std::vector<std::string>() : found->second;
  };
  std::map<std::string, std::vector<int64_t>> of_team;
  for (const auto& [agent_id, of_agent] : customers) {
    for (const std::string& team_id : teams_of(agent_id)) Add(of_agent, of_team[team_id]);
  }
  for (const std::string& agent_id : idle) {
    std::vector<int64_t> sum;
    for (const std::string& team_id : teams_of(agent_id)) {
      const auto team = of_team.find(team_id);
      if (team != of_team.end()) Add(team->second, sum);
    }
    weights[agent_id] = sum.empty() ? at_work : std::move(sum);
  }
  return absl::OkStatus();
}

// The weights of everybody who may be paid here: fixed ones, and of others as they are now.
absl::StatusOr<MonthLoader::Weights> MonthLoader::WeightsOf(const Month& month,
                                                            const store::PayParts& fixed,
                                                            bool others) {
  std::set<std::string> unfixed;
  for (const auto& [agent_id, agent] : month.agents) unfixed.insert(agent_id);
  for (const auto& [agent_id, person] : month.attendance) unfixed.insert(agent_id);
  for (const auto& [agent_id, employment] : employments_) {
    if (IsEmployedIn(agent_id, month.first, month.last)) unfixed.insert(agent_id);
  }
  std::erase_if(unfixed, [&](const std::string& agent_id) { return fixed.contains(agent_id); });
  Weights weights;
  if (!others) {
    std::vector<int64_t> all_here(shops_.size());
    for (const size_t shop : month.here) all_here[shop] = 1;
    for (const std::string& agent_id : unfixed) weights[agent_id] = all_here;
  } else if (!unfixed.empty()) {
    ASSIGN_OR_RETURN(weights, CustomersByShop(month.sharing, month.first));
    RETURN_IF_ERROR(PlaceIdle(month, fixed, weights));
    std::vector<std::string> currencies;
    for (const domain::Settings& shop : shops_) currencies.push_back(shop.currency_code);
    for (auto& [agent_id, of_agent] : weights) pay::KeepOneCurrency(currencies, of_agent);
  }
  for (const auto& [agent_id, by_shop] : fixed) {
    std::vector<int64_t>& of_agent = weights[agent_id];
    of_agent.assign(shops_.size(), 0);
    for (size_t i = 0; i < shops_.size(); ++i) {
      const auto found = by_shop.find(shops_[i].shop_id);
      if (found != by_shop.end()) of_agent[i] = found->second;
    }
  }
  return weights;
}

// The shops that are paid here, and whether others share people's months with them.
std::vector<size_t> MonthLoader::ShopsHere(const Month& month, bool* others) const {
  std::vector<size_t> here;
  std::set<std::string> elsewhere = month.sharing;
  for (size_t i = 0; i < shops_.size(); ++i) {
    const bool is_here = std::ranges::any_of(
        counted_, [&](const ShopScope* shop) { return shop->scope.shop_id == shops_[i].shop_id; });
    if (!is_here) continue;
    here.push_back(i);
    elsewhere.erase(shops_[i].shop_id);
  }
  *others = !elsewhere.empty();
  return here;
}

// All who are employed and paid here, and which part of everybody's month is.
absl::Status MonthLoader::AddEmployed(Month& month) {
  bool others = false;
  month.here = ShopsHere(month, &others);
  ASSIGN_OR_RETURN(const store::PayParts fixed,
                   store::LoadPayParts(t_, scope_.scope.org_id, month.first));
  ASSIGN_OR_RETURN(month.weights, WeightsOf(month, fixed, others));
  std::map<std::string, int>& elsewhere = elsewhere_[month.first];
  elsewhere.clear();
  for (const auto& [agent_id, of_agent] : month.weights) {
    const bool employed = IsEmployedIn(agent_id, month.first, month.last);
    for (size_t i = 0; i < of_agent.size() && employed; ++i) {
      const bool here = std::ranges::find(month.here, i) != month.here.end();
      if (of_agent[i] > 0 && !here) ++elsewhere[shops_[i].shop_id];
    }
    if (std::ranges::none_of(month.here, [&](size_t shop) { return of_agent[shop] > 0; })) continue;
    if (month.attendance.contains(agent_id) || employed) month.agents[agent_id];
    if (fixed.contains(agent_id) || !month.agents.contains(agent_id)) continue;
    for (size_t i = 0; i < of_agent.size(); ++i) {
      if (of_agent[i] == 0) continue;
      new_parts_[month.first][agent_id][shops_[i].shop_id] = of_agent[i];
    }
  }
  return absl::OkStatus();
}

pay::ShopParts MonthLoader::PartsOf(const Month& month, const std::string& agent_id) const {
  const auto found = month.weights.find(agent_id);
  return {found == month.weights.end() ? std::vector<int64_t>(shops_.size()) : found->second,
          month.here};
}

}  // namespace kefu::performance

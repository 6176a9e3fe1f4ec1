#include "bench/replenishment/backtest.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <functional>
#include <random>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"

namespace kefu::bench {
namespace {

// "2023/6/18".
bool ParseDay(std::string_view text, absl::CivilDay& day) {
  const std::vector<std::string> parts =
      absl::StrSplit(absl::string_view(text.data(), text.size()), '/');
  int64_t year, month, number;
  if (parts.size() != 3 || !absl::SimpleAtoi(parts[0], &year) ||
      !absl::SimpleAtoi(parts[1], &month) || !absl::SimpleAtoi(parts[2], &number)) {
    return false;
  }
  day = absl::CivilDay(year, month, number);
  return day.month() == month && day.day() == number;
}

// Rows "id,day,quantity" behind a header.
absl::Status ReadRows(
    const std::string& path,
    const std::function<void(const std::string&, absl::CivilDay, int64_t)>& take) {
  std::ifstream file(path);
  if (!file) return absl::InvalidArgumentError(fmt::format("{}: cannot be read", path));
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (number == 1 || absl::StripAsciiWhitespace(line).empty()) continue;
    const std::vector<std::string> fields = absl::StrSplit(line, ',');
    absl::CivilDay day;
    int64_t quantity = 0;
    if (fields.size() != 3 || !ParseDay(fields[1], day) ||
        !absl::SimpleAtoi(absl::StripAsciiWhitespace(fields[2]), &quantity)) {
      return absl::InvalidArgumentError(
          fmt::format("{}:{}: must be a category, a day and a number", path, number));
    }
    take(fields[0], day, quantity);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<Category>> LoadCategories(const std::string& folder,
                                                     absl::CivilDay month) {
  std::map<std::string, Category> categories;
  RETURN_IF_ERROR(ReadRows(folder + "/category_sales_daily.csv",
                           [&](const std::string& id, absl::CivilDay day, int64_t quantity) {
                             categories[id].sales[day] += quantity;
                           }));
  RETURN_IF_ERROR(ReadRows(folder + "/category_stock_monthly.csv",
                           [&](const std::string& id, absl::CivilDay day, int64_t quantity) {
                             if (day == month) categories[id].opening_stock = quantity;
                           }));
  std::vector<Category> result;
  for (auto& [id, category] : categories) {
    category.id = id;
    result.push_back(std::move(category));
  }
  return result;
}

std::vector<Category> MakeCategories(int count, absl::CivilDay month, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<Category> categories;
  for (int c = 0; c < count; ++c) {
    Category category;
    category.id = fmt::format("category{:03}", c);
    const double level = std::exp(std::normal_distribution(4.0, 1.5)(random));
    const double trend = std::normal_distribution(0.0, 0.0015)(random);
    const bool seldom = c % 6 == 5;
    for (absl::CivilDay day = month - 300; day < month + 30; ++day) {
      if (day >= month - 220 && day < month - 120) continue;  // the gap
      const int weekday = static_cast<int>(absl::GetWeekday(day));
      double mean =
          level * (1 + trend * static_cast<double>(day - month)) * (weekday >= 5 ? 1.4 : 0.9);
      if (day >= month + 15 && day < month + 19) mean *= 1.8;  // the campaign
      if (seldom) mean = random() % 5 == 0 ? mean : 0;
      if (mean <= 0) continue;
      const double noise = std::exp(std::normal_distribution(-0.02, 0.2)(random));
      const int64_t sold = std::poisson_distribution<int64_t>(mean * noise)(random);
      if (sold > 0) category.sales[day] = sold;
    }
    category.opening_stock = static_cast<int64_t>(level * 8);
    categories.push_back(std::move(category));
  }
  return categories;
}

int64_t SalesOf(const Category& category, absl::CivilDay first, absl::CivilDay last) {
  int64_t sum = 0;
  for (auto day = category.sales.lower_bound(first);
       day != category.sales.end() && day->first <= last; ++day) {
    sum += day->second;
  }
  return sum;
}

void Outcome::Add(const Outcome& other) {
  demand += other.demand;
  served += other.served;
  stock_days += other.stock_days;
  closing_stock += other.closing_stock;
  ordered += other.ordered;
  orders += other.orders;
}

Outcome Simulate(const Category& category, absl::CivilDay first, int days, int64_t opening,
                 int lead_days, const Rule& rule) {
  Outcome outcome;
  int64_t on_hand = opening, on_order = 0;
  std::vector<int64_t> arrivals(days + lead_days + 1);
  for (int day = 0; day < days; ++day) {
    on_hand += arrivals[day];
    on_order -= arrivals[day];
    int64_t order = day == 0 ? rule.first_day_order : 0;
    if (!rule.levels.empty()) {
      const Rule::Level& level = rule.levels[day];
      const int64_t position = on_hand + on_order;
      order =
          position <= level.order_point ? std::max<int64_t>(0, level.order_up_to - position) : 0;
    }
    if (order > 0) {
      ++outcome.orders;
      outcome.ordered += order;
      on_order += order;
      arrivals[day + lead_days] += order;
      if (lead_days == 0) {
        on_hand += order;
        on_order -= order;
      }
    }
    const auto sale = category.sales.find(first + day);
    const int64_t demand = sale == category.sales.end() ? 0 : sale->second;
    const int64_t served = std::min(demand, on_hand);
    on_hand -= served;
    outcome.demand += demand;
    outcome.served += served;
    outcome.stock_days += on_hand;
  }
  outcome.closing_stock = on_hand;
  return outcome;
}

}  // namespace kefu::bench

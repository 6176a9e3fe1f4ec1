#include "services/warehouse/domain/counts.h"

#include <algorithm>
#include <cstdlib>

#include "common/status/status_macros.h"
#include "fmt/format.h"
#include "services/warehouse/errors_outbound.h"

namespace kefu::warehouse::domain {
namespace {

// part / whole in ten-thousandths, half up.
int Bps(int64_t part, int64_t whole) {
  return static_cast<int>((static_cast<__int128>(part) * 20'000 + whole) /
                          (static_cast<__int128>(whole) * 2));
}

std::map<TotalKey, int64_t> ByTotal(std::span<const Difference> differences) {
  std::map<TotalKey, int64_t> sums;
  for (const Difference& difference : differences) {
    sums[difference.key.total] += difference.quantity;
  }
  return sums;
}

}  // namespace

bool WithinTolerance(const CountAttempt& attempt, const Sku& sku, const OutboundPolicy& policy) {
  const int64_t difference = std::abs(attempt.difference());
  if (difference == 0) return true;
  if (sku.list_price && static_cast<__int128>(difference) * sku.list_price->minor >
                            policy.recount_tolerance_value_minor) {
    return false;
  }
  return difference <= policy.recount_tolerance_pieces ||
         static_cast<__int128>(difference) * 10'000 <=
             static_cast<__int128>(attempt.expected) * policy.recount_tolerance_bps;
}

absl::Status AddAttempt(CountLine& line, CountAttempt attempt, const Sku& sku,
                        const OutboundPolicy& policy) {
  if (line.state == CountLineState::kSettled) {
    return error::CountState(fmt::format("line {}", line.number), "SETTLED", "count");
  }
  if (std::ranges::any_of(line.attempts,
                          [&](const CountAttempt& a) { return a.counter == attempt.counter; })) {
    return error::CountSamePerson(line.number, attempt.counter);
  }
  const bool agreed =
      !line.attempts.empty() && line.attempts.back().difference() == attempt.difference();
  const bool settled = agreed || WithinTolerance(attempt, sku, policy) ||
                       line.attempts.size() + 1 >= static_cast<size_t>(policy.max_counts);
  line.attempts.push_back(std::move(attempt));
  line.state = settled ? CountLineState::kSettled : CountLineState::kRecount;
  return absl::OkStatus();
}

void AfterSubmit(Count& count, absl::Time now) {
  if (std::ranges::all_of(count.lines, [](const CountLine& line) {
        return line.state == CountLineState::kSettled;
      })) {
    count.state = CountState::kSubmitted;
  }
  ++count.info.version;
  count.info.update_time = now;
}

absl::Status RequireState(const Count& count, std::span<const CountState> states,
                          std::string_view verb) {
  if (std::ranges::find(states, count.state) != states.end()) return absl::OkStatus();
  return error::CountState(fmt::format("count {}", count.id), NameOf(count.state), verb);
}

absl::Status CheckApprover(const Count& count, std::string_view approver) {
  for (const CountLine& line : count.lines) {
    for (const CountAttempt& attempt : line.attempts) {
      if (attempt.counter == approver) return error::CountSelfApproval(count.id);
    }
  }
  return absl::OkStatus();
}

std::vector<TotalKey> BelowReserved(std::span<const Difference> differences, const Totals& totals) {
  std::vector<TotalKey> below;
  for (const auto& [key, change] : ByTotal(differences)) {
    const auto total = totals.find(key);
    const StockTotal none{};
    const StockTotal& now = total == totals.end() ? none : total->second;
    if (now.on_hand + change < now.reserved) below.push_back(key);
  }
  return below;
}

absl::StatusOr<std::vector<Movement>> PlanCount(std::span<const Difference> differences,
                                                const Totals& totals, const Holders& holders,
                                                std::string_view reference, absl::CivilDay day) {
  std::vector<error::Fault> faults;
  const auto sums = ByTotal(differences);
  for (const TotalKey& key : BelowReserved(differences, totals)) {
    const StockTotal& total = totals.at(key);
    const auto by = holders.find(key);
    faults.push_back(
        {fmt::format("{}/{}/{}", key.node_id, key.sku_id, key.owner_id),
         fmt::format(
             "{} would be left and {} are promised: release {} of {}", total.on_hand + sums.at(key),
             total.reserved, total.reserved - total.on_hand - sums.at(key),
             by == holders.end() ? "them" : fmt::format("{}", fmt::join(by->second, ", ")))});
  }
  if (!faults.empty()) return error::CountBelowReserved(faults);
  // What comes in goes first, so that what leaves finds it.
  std::vector<Movement> movements, out;
  for (const Difference& difference : differences) {
    if (difference.quantity == 0) continue;
    const bool more = difference.quantity > 0;
    Movement movement{.key = difference.key,
                      .from = more ? LedgerAccount::kAdjustment : LedgerAccount::kFree,
                      .to = more ? LedgerAccount::kFree : LedgerAccount::kAdjustment,
                      .quantity = std::abs(difference.quantity),
                      .reason = "Count",
                      .reference = std::string(reference),
                      .note = "",
                      .business_date = day};
    (more ? movements : out).push_back(std::move(movement));
  }
  movements.insert(movements.end(), out.begin(), out.end());
  return movements;
}

Accuracy AccuracyOf(const Count& count, const std::map<std::string, Sku>& skus) {
  Accuracy accuracy;
  for (const CountLine& line : count.lines) {
    if (line.state != CountLineState::kSettled) continue;
    ++accuracy.lines;
    const int64_t difference = line.difference();
    accuracy.exact_lines += difference == 0 ? 1 : 0;
    accuracy.expected += line.attempts.back().expected;
    accuracy.different += std::abs(difference);
    const auto sku = skus.find(line.key.total.sku_id);
    if (difference == 0 || sku == skus.end() || !sku->second.list_price) continue;
    const Money& price = *sku->second.list_price;
    const __int128 value = static_cast<__int128>(std::abs(difference)) * price.minor;
    int64_t& sum = (difference > 0 ? accuracy.surplus_minor : accuracy.loss_minor)[price.currency];
    sum = static_cast<int64_t>(std::min<__int128>(sum + value, INT64_MAX));
  }
  if (accuracy.lines > 0) accuracy.line_bps = Bps(accuracy.exact_lines, accuracy.lines);
  if (accuracy.expected > 0) {
    accuracy.piece_bps =
        Bps(std::max<int64_t>(0, accuracy.expected - accuracy.different), accuracy.expected);
  } else if (accuracy.different > 0) {
    accuracy.piece_bps = 0;
  }
  return accuracy;
}

std::map<std::string, AbcClass> ClassifyByPicks(const std::map<std::string, int64_t>& picks,
                                                const OutboundPolicy& policy) {
  std::vector<std::pair<std::string, int64_t>> ranked(picks.begin(), picks.end());
  std::ranges::stable_sort(ranked,
                           [](const auto& a, const auto& b) { return a.second > b.second; });
  int64_t all = 0;
  for (const auto& [sku, count] : ranked) all += count;
  std::map<std::string, AbcClass> classes;
  int64_t before = 0;
  for (const auto& [sku, count] : ranked) {
    const auto share = static_cast<__int128>(before) * 10'000;
    classes[sku] = share < static_cast<__int128>(all) * policy.abc_a_bps   ? AbcClass::kA
                   : share < static_cast<__int128>(all) * policy.abc_b_bps ? AbcClass::kB
                                                                           : AbcClass::kC;
    before += count;
  }
  return classes;
}

}  // namespace kefu::warehouse::domain

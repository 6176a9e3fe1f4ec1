#include "tests/chaos/history.h"

#include <algorithm>
#include <map>
#include <utility>

#include "fmt/format.h"

namespace kefu::chaos {
namespace {

constexpr size_t kMostTold = 20;
constexpr db::Sql kEffects{
    "SELECT l.reference, l.quantity, r.order_id, r.state FROM ledger_entry AS l"
    " LEFT JOIN reservation AS r ON r.org_id = l.org_id AND r.reservation_id = l.reference"
    " WHERE l.to_account = 'RESERVED' ORDER BY l.node_id, l.entry_number"};
constexpr db::Sql kReservations{"SELECT COUNT(*) FROM reservation"};

class Checker {
 public:
  Checker(const std::vector<Operation>& history, int64_t units, db::Database& database)
      : units_(units), database_(database) {
    for (const Operation& operation : history) by_id_[operation.request_id] = &operation;
    Expect(by_id_.size() == history.size(), "two operations share a request id");
  }

  std::vector<std::string> Run() {
    ReplayLedger();
    CheckAnswers();
    CheckRefusals();
    if (told_.size() > kMostTold) told_.resize(kMostTold);
    return std::move(told_);
  }

 private:
  void Expect(bool holds, std::string words) {
    if (!holds) told_.push_back(std::move(words));
  }

  // Takes the ledger's entries through the model, one after the other.
  void ReplayLedger() {
    const auto rows = database_.Read(absl::InfiniteFuture(), kEffects);
    if (!rows.ok()) return told_.push_back(rows.status().ToString());
    absl::Time latest_begin = absl::InfinitePast();
    for (const db::Row row : *rows) {
      taken_ += row.Int(1);
      Expect(taken_ <= units_, fmt::format("unit {} of {} is reserved", taken_, units_));
      const auto operation = by_id_.find(row.Text(2));
      if (operation == by_id_.end()) {
        told_.push_back(fmt::format("reservation {} was asked for by nobody", row.Text(0)));
        continue;
      }
      const Operation& asked = *operation->second;
      const auto [made, first] = made_.emplace(asked.request_id, row.Str(0));
      Expect(first, fmt::format("{} made {} and {}", asked.request_id, made->second, row.Text(0)));
      Expect(asked.ended >= latest_begin,
             fmt::format("{} took effect after one that began later than it ended", made->first));
      latest_begin = std::max(latest_begin, asked.begun);
      last_effect_begun_ = latest_begin;
    }
    const auto count = database_.Read(absl::InfiniteFuture(), kReservations);
    if (!count.ok()) return told_.push_back(count.status().ToString());
    Expect(count->front().Int(0) == static_cast<int64_t>(rows->size()),
           "reservations and ledger entries are not as many");
  }

  void CheckAnswers() {
    for (const auto& [id, operation] : by_id_) {
      const auto made = made_.find(id);
      Expect(operation->reserved != operation->refused,
             fmt::format("{} was granted and refused, or neither", id));
      if (!operation->reserved) {
        Expect(made == made_.end(), fmt::format("{} was refused and took effect", id));
        continue;
      }
      Expect(operation->answered.size() == 1,
             fmt::format("{} was answered with {} reservations", id, operation->answered.size()));
      Expect(made != made_.end() && operation->answered.contains(made->second),
             fmt::format("{} was acknowledged and is not in the ledger", id));
    }
  }

  // Stock is only taken: refusals are right from the last effect on, and from then on only.
  void CheckRefusals() {
    absl::Time first_refused = absl::InfiniteFuture();
    for (const auto& [id, operation] : by_id_) {
      if (operation->reserved) continue;
      first_refused = std::min(first_refused, operation->ended);
      Expect(taken_ == units_, fmt::format("{} was refused while there was stock", id));
    }
    Expect(first_refused >= last_effect_begun_,
           "a piece was granted to one who came after another was refused");
  }

  const int64_t units_;
  db::Database& database_;
  std::map<std::string, const Operation*, std::less<>> by_id_;
  std::map<std::string, std::string> made_;  // request id -> reservation
  int64_t taken_ = 0;
  absl::Time last_effect_begun_ = absl::InfinitePast();  // the latest begin of those that took
  std::vector<std::string> told_;
};

}  // namespace

void History::Add(Operation operation) {
  const std::lock_guard lock(mutex_);
  operations_.push_back(std::move(operation));
}

std::vector<Operation> History::Take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(operations_, {});
}

std::vector<std::string> Contradictions(const std::vector<Operation>& history, int64_t units,
                                        db::Database& database) {
  return Checker(history, units, database).Run();
}

}  // namespace kefu::chaos

#include "services/performance/recompute/recompute.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <utility>

#include "common/convert/fields.h"
#include "common/events/outbox.h"
#include "common/obs/log.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "kefu/performance/v1/events.pb.h"
#include "services/performance/domain/definitions.h"
#include "services/performance/recompute/day_loader.h"
#include "services/performance/recompute/definition_book.h"
#include "services/performance/recompute/screener.h"
#include "services/performance/store/conservation.h"
#include "services/performance/store/credit_days.h"
#include "services/performance/store/screening.h"

namespace kefu::performance {
namespace {

// A second round catches the days that the first has marked; credits settle then, so a third finds
// none.
constexpr int kRounds = 3;

// Around a period: conversations begun before it reach it, and attribution looks as far back and
// ahead as any definition may.
constexpr int kDaysBefore = domain::kMaxConversationDays + domain::kMaxAttributionDays;
constexpr int kDaysAfter = domain::kMaxAttributionDays;
// All that a DATE holds.
constexpr absl::CivilDay kFirstDay(1, 1, 1), kLastDay(9999, 12, 31);

// Whether the next day would fail alike.
bool IsOutage(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
}

// Stores what has changed of the day's credits; returns the orders whose credit did.
absl::StatusOr<std::vector<std::string>> UpdateCredits(
    db::Transaction& t, const store::Scope& scope, const store::Mark& mark,
    const std::map<std::string, domain::Attribution>& computed) {
  const auto& [day, definition] = mark;
  ASSIGN_OR_RETURN(const auto stored, store::LoadCredits(t, scope, definition, day));
  std::map<std::string, store::Credit> changed;
  std::vector<std::string> gone, touched;
  for (const auto& [order_id, attribution] : computed) {
    const store::Credit credit{attribution.agent_id, attribution.conversation_id};
    const auto old = stored.find(order_id);
    if (old != stored.end() && old->second == credit) continue;
    changed[order_id] = credit;
    touched.push_back(order_id);
  }
  for (const auto& [order_id, credit] : stored) {
    if (computed.contains(order_id)) continue;
    gone.push_back(order_id);
    touched.push_back(order_id);
  }
  RETURN_IF_ERROR(store::SaveCredits(t, scope, definition, day, changed, gone));
  return touched;
}

// Screens a marked day. Imports lock the shop's settings and then marks: so does this, and holds
// them for what it stores only, unless facts came in while it was looking. Nothing: there is no
// mark.
absl::StatusOr<std::set<absl::CivilDay>> RunScreening(db::Database& database,
                                                      const store::Scope& scope,
                                                      const store::Mark& mark,
                                                      absl::Time deadline) {
  using Found = std::optional<ScreenedDay>;
  ASSIGN_OR_RETURN(
      const Found found,
      database.RunInTransaction(deadline, [&](db::Transaction& t) -> absl::StatusOr<Found> {
        ASSIGN_OR_RETURN(const auto marks,
                         store::MarkedDays(t, scope, mark.definition, mark.day, mark.day));
        if (marks.empty()) return std::nullopt;
        return FindScreened(t, scope, mark.day);
      }));
  std::set<absl::CivilDay> marked;
  if (!found) return marked;
  return database.RunInTransaction(
      deadline, [&](db::Transaction& t) -> absl::StatusOr<std::set<absl::CivilDay>> {
        RETURN_IF_ERROR(store::LoadSettings(t, scope, /*lock=*/true).status());
        ASSIGN_OR_RETURN(const bool still, store::LockMark(t, scope, mark));
        if (!still) return std::set<absl::CivilDay>();
        ASSIGN_OR_RETURN(const int64_t version, store::FactsVersion(t, scope));
        ASSIGN_OR_RETURN(auto days, version == found->facts_version
                                        ? StoreScreened(t, scope, mark.day, *found)
                                        : ScreenDay(t, scope, mark.day));
        RETURN_IF_ERROR(store::ClearMark(t, scope, mark));
        return days;
      });
}

// How many days before a period screening may change its figures: what is fraud makes nobody a
// buyer who comes back. Nothing: no day of the shop waits.
absl::StatusOr<std::optional<int>> DaysLookedBack(db::Transaction& t, const store::Scope& scope,
                                                  std::string_view definition) {
  ASSIGN_OR_RETURN(const bool any, store::AnyMarks(t, scope));
  if (!any) return std::nullopt;
  std::vector<DefinitionPtr> asked;
  if (definition.empty()) {
    ASSIGN_OR_RETURN(asked, ActiveDefinitions(t, scope));
  } else {
    ASSIGN_OR_RETURN(asked.emplace_back(), FindDefinition(t, scope.org_id, definition));
  }
  int days = 0;
  for (const DefinitionPtr& each : asked) days = std::max(days, each->repurchase_days);
  return days + domain::kMaxAttributionDays;
}

// The days outside of [first, last] that wait to be computed, or for the screening of what they
// depend on, and that decide whose refunds and reviews of the period are.
absl::StatusOr<std::set<absl::CivilDay>> CreditsBehind(db::Transaction& t,
                                                       const store::Scope& scope,
                                                       std::string_view definition,
                                                       absl::CivilDay first, absl::CivilDay last) {
  ASSIGN_OR_RETURN(const auto marks, store::MarkedDays(t, scope, "", kFirstDay, kLastDay));
  std::set<absl::CivilDay> unscreened, behind;
  std::map<std::string, std::set<absl::CivilDay>> marked;  // by definition
  for (const store::Mark& mark : marks) {
    if (mark.definition == store::kScreening) {
      unscreened.insert(mark.day);
    } else if (definition.empty() || mark.definition == definition) {
      marked[mark.definition].insert(mark.day);
    }
  }
  std::set<absl::CivilDay> around;  // what is not screened decides
  for (const absl::CivilDay day : unscreened) {
    for (int i = -kDaysAfter; i <= kDaysBefore; ++i) around.insert(day + i);
  }
  if (!around.empty()) marked.try_emplace(std::string(definition));
  for (auto& [key, days] : marked) {
    days.insert(around.begin(), around.end());
    std::erase_if(days, [&](absl::CivilDay day) { return first <= day && day <= last; });
    ASSIGN_OR_RETURN(auto found, store::DaysWithFollowUps(t, scope, key, days, first, last));
    behind.merge(found);
  }
  return behind;
}

}  // namespace

absl::StatusOr<Recomputer::Done> Recomputer::RunDay(DayLoader& loader, const store::Scope& scope,
                                                    const store::Mark& mark, absl::Time deadline) {
  const auto& [day, key] = mark;
  if (key == store::kScreening) {
    ASSIGN_OR_RETURN(auto days, RunScreening(database_, scope, mark, deadline));
    return Done{.marked = std::move(days)};
  }
  return database_.RunInTransaction(deadline, [&](db::Transaction& t) -> absl::StatusOr<Done> {
    Done done;
    ASSIGN_OR_RETURN(const bool marked, store::LockMark(t, scope, mark));
    if (!marked) return done;
    ASSIGN_OR_RETURN(const auto settings, store::LoadSettings(t, scope));
    if (!settings) return done;
    ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(settings->time_zone));
    ASSIGN_OR_RETURN(const auto definition, FindDefinition(t, scope.org_id, key));
    RETURN_IF_ERROR(store::LockCreditsOfFollowUps(t, scope, key, day));
    RETURN_IF_ERROR(store::LockTeamsOnDay(t, scope.org_id, day));
    ASSIGN_OR_RETURN(LoadedDay loaded, loader.Load(t, *definition, day));
    domain::DayResult result = domain::ComputeDay(loaded.facts, *definition, zone);
    ASSIGN_OR_RETURN(const auto touched, UpdateCredits(t, scope, mark, result.credits));
    const std::vector<std::string_view> orders(touched.begin(), touched.end());
    ASSIGN_OR_RETURN(auto follow_ups, store::DaysOfFollowUps(t, scope, orders));
    if (follow_ups.erase(day) > 0) {
      RETURN_IF_ERROR(loader.ReloadFollowUps(t, *definition, loaded));
      result = domain::ComputeDay(loaded.facts, *definition, zone);
    }
    RETURN_IF_ERROR(store::SaveDay(t, scope, key, day, result.measures));
    RETURN_IF_ERROR(store::NoteUnchecked(t, scope, mark));
    v1::DaysRecomputed event;
    event.set_shop_id(scope.shop_id);
    event.set_definition(key);
    *event.add_days() = kefu::convert::ToProto(day);
    RETURN_IF_ERROR(events::Append(t, scope.org_id, scope.shop_id, event, clock_.Now()));
    RETURN_IF_ERROR(store::ClearMark(t, scope, mark));
    RETURN_IF_ERROR(store::MarkDaysFor(t, scope, key, follow_ups));
    done = {.computed = true, .marked = std::move(follow_ups)};
    return done;
  });
}

absl::Status Recomputer::Screen(const store::Scope& scope, absl::CivilDay first,
                                absl::CivilDay last, absl::Time deadline) {
  DayLoader loader(scope);
  ASSIGN_OR_RETURN(const auto marks, database_.RunInTransaction(deadline, [&](db::Transaction& t) {
    return store::MarkedDays(t, scope, store::kScreening, first, last);
  }));
  for (const store::Mark& mark : marks)
    RETURN_IF_ERROR(RunDay(loader, scope, mark, deadline).status());
  return absl::OkStatus();
}

absl::Status Recomputer::ScreenAround(const store::Scope& scope, absl::CivilDay first,
                                      absl::CivilDay last, absl::Time deadline) {
  return Screen(scope, std::max(first, kFirstDay + kDaysBefore) - kDaysBefore,
                std::min(last, kLastDay - kDaysAfter) + kDaysAfter, deadline);
}

absl::StatusOr<int> Recomputer::RunTouched(const store::Scope& scope, std::set<absl::CivilDay> days,
                                           const std::set<absl::CivilDay>& first_days,
                                           absl::Time deadline) {
  DayLoader loader(scope);
  for (const absl::CivilDay day : first_days) {
    ASSIGN_OR_RETURN(Done done,
                     RunDay(loader, scope, {day, std::string(store::kScreening)}, deadline));
    days.merge(done.marked);
  }
  int computed = 0;
  for (int round = 0; round < kRounds && !days.empty(); ++round) {
    ASSIGN_OR_RETURN(auto marks, database_.RunInTransaction(deadline, [&](db::Transaction& t) {
      return store::MarkedDays(t, scope, "", *days.begin(), *days.rbegin());
    }));
    std::set<absl::CivilDay> marked;
    for (const store::Mark& mark : marks) {
      if (!days.contains(mark.day) || mark.definition == store::kScreening) continue;
      ASSIGN_OR_RETURN(Done done, RunDay(loader, scope, mark, deadline));
      marked.merge(done.marked);
      if (done.computed) ++computed;
    }
    days = std::move(marked);
  }
  if (computed > 0 && notify_) notify_();
  return computed;
}

absl::StatusOr<int> Recomputer::Run(const store::Scope& scope, std::string_view definition,
                                    absl::CivilDay first, absl::CivilDay last,
                                    absl::Time deadline) {
  ASSIGN_OR_RETURN(const std::optional<int> before,
                   database_.RunInTransaction(deadline, [&](db::Transaction& t) {
                     return DaysLookedBack(t, scope, definition);
                   }));
  if (!before) return 0;
  DayLoader loader(scope);
  if (*before > kDaysBefore)
    RETURN_IF_ERROR(Screen(scope, std::max(first, kFirstDay + *before) - *before, first, deadline));
  RETURN_IF_ERROR(ScreenAround(scope, first, last, deadline));
  ASSIGN_OR_RETURN(const std::set<absl::CivilDay> credits,
                   database_.RunInTransaction(deadline, [&](db::Transaction& t) {
                     return CreditsBehind(t, scope, definition, first, last);
                   }));
  for (const absl::CivilDay day : credits) RETURN_IF_ERROR(ScreenAround(scope, day, day, deadline));
  int computed = 0;
  if (!credits.empty()) {
    ASSIGN_OR_RETURN(
        const auto marks, database_.RunInTransaction(deadline, [&](db::Transaction& t) {
          return store::MarkedDays(t, scope, definition, *credits.begin(), *credits.rbegin());
        }));
    for (const store::Mark& mark : marks) {
      if (!credits.contains(mark.day) || mark.definition == store::kScreening) continue;
      ASSIGN_OR_RETURN(const Done done, RunDay(loader, scope, mark, deadline));
      if (done.computed) ++computed;
    }
  }
  for (int round = 0; round < kRounds; ++round) {
    ASSIGN_OR_RETURN(const auto marks,
                     database_.RunInTransaction(deadline, [&](db::Transaction& t) {
                       return store::MarkedDays(t, scope, definition, first, last);
                     }));
    if (marks.empty()) break;
    for (const store::Mark& mark : marks) {
      ASSIGN_OR_RETURN(const Done done, RunDay(loader, scope, mark, deadline));
      if (done.computed) ++computed;
    }
    if (notify_) notify_();
  }
  return computed;
}

absl::Status Recomputer::RunQuiet(Look& look, absl::Time deadline,
                                  const std::function<bool()>& stopping, int most) {
  ASSIGN_OR_RETURN(auto marks, database_.RunInTransaction(deadline, [&](db::Transaction& t) {
    return store::AllMarks(t, look.after, most);
  }));
  const store::MarksByScope before = std::exchange(look.seen, {});
  if (!look.again) {
    look.again = !marks.empty();
    look.seen = std::move(marks);
    if (!look.again) look.after = {};
    return absl::OkStatus();
  }
  int count = 0;
  for (const auto& [scope, of_shop] : marks) count += static_cast<int>(of_shop.size());
  bool computed = false;
  absl::Status failed;
  for (const auto& [scope, of_shop] : marks) {
    const auto known = before.find(scope);
    if (known == before.end()) continue;
    DayLoader loader(scope);
    for (const auto& [mark, count] : of_shop) {
      const auto old = known->second.find(mark);
      if (old == known->second.end() || old->second != count) continue;
      if ((stopping && stopping()) || IsOutage(failed)) break;
      const absl::StatusOr<Done> done = RunDay(loader, scope, mark, deadline);
      if (done.ok()) {
        computed = computed || done->computed;
      } else {
        failed = done.status();
      }
    }
  }
  if (computed && notify_) notify_();
  if (count >= most) {
    const auto& [scope, of_shop] = *marks.rbegin();
    look.after = {scope, of_shop.rbegin()->first};
    look.again = false;
  } else if (look.after.scope == store::Scope{}) {
    look.seen = std::move(marks);  // all that there are: the next look goes on from these
  } else {
    look.after = {};
    look.again = false;
  }
  return failed;
}

void RecomputeJob::Start() {
  thread_ = std::thread([this] {
    Recomputer::Look look;
    std::unique_lock lock(mutex_);
    while (
        !wake_.wait_for(lock, absl::ToChronoNanoseconds(interval_), [this] { return stopping_; })) {
      lock.unlock();
      const absl::Status status =
          recomputer_.RunQuiet(look, absl::Now() + absl::Minutes(10), [this] {
            std::lock_guard stop_lock(mutex_);
            return stopping_;
          });
      if (!status.ok())
        obs::Log(obs::Level::kWarning, "recomputing marked days failed; tried again",
                 {{"status", status}});
      lock.lock();
    }
  });
}

void RecomputeJob::Stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

}  // namespace kefu::performance

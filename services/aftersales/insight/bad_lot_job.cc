#include "services/aftersales/insight/bad_lot_job.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "common/events/outbox.h"
#include "common/obs/log.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "services/aftersales/convert/insight.h"
#include "services/aftersales/store/bad_lots.h"
#include "services/aftersales/store/policies.h"
#include "services/aftersales/store/shipped.h"

namespace kefu::aftersales {
namespace {

using domain::insight::BadLot;
using domain::insight::Series;
using domain::insight::SeriesKey;
using domain::insight::Warning;

// Of all organizations together; a database that hangs does not stop the job for good.
constexpr absl::Duration kRunLimit = absl::Hours(1);
// The longest period of a policy: older shipments make no organization worth a look.
constexpr int kLongestPeriod = 366;

absl::TimeZone DefaultZone() { return LoadZone(store::kDefaultZone).value_or(absl::UTCTimeZone()); }

// What a look works on.
struct World {
  absl::CivilDay first, today;
  domain::insight::BadLotPolicy policy;
  std::map<std::string, std::string> zones;  // by shop
  std::map<SeriesKey, std::vector<Warning>> warnings;
};

absl::StatusOr<World> LoadWorld(db::Transaction& t, const std::string& org_id, absl::CivilDay today,
                                absl::Time now) {
  World world{.today = today};
  ASSIGN_OR_RETURN(world.policy, store::BadLotPolicyAt(t, org_id, now));
  ASSIGN_OR_RETURN(world.zones, store::ZonesOf(t, org_id));
  ASSIGN_OR_RETURN(const std::vector<Warning> warnings, store::AllWarnings(t, org_id));
  for (const Warning& one : warnings) world.warnings[one.lot.key].push_back(one);
  world.first = today - (world.policy.period_days - 1);
  return world;
}

class DayOfCase {
 public:
  explicit DayOfCase(const std::map<std::string, std::string>& zones) : names_(zones) {}
  absl::CivilDay operator()(const store::CaseAboutGoods& one) {
    const auto known = zones_.find(one.shop_id);
    if (known != zones_.end()) return DayOf(one.receive_time, known->second);
    const auto name = names_.find(one.shop_id);
    const absl::TimeZone zone =
        name == names_.end() ? DefaultZone() : LoadZone(name->second).value_or(DefaultZone());
    zones_.emplace(one.shop_id, zone);
    return DayOf(one.receive_time, zone);
  }

 private:
  const std::map<std::string, std::string>& names_;
  std::map<std::string, absl::TimeZone> zones_;
};

// Day by day, so that no answer of the database is larger than a day's cases.
absl::StatusOr<domain::insight::Complaints> Gather(db::Database& database,
                                                   const std::string& org_id, const World& world,
                                                   absl::Time deadline) {
  domain::insight::Complaints complaints(world.first, world.today, world.policy.horizon_days);
  DayOfCase day_of(world.zones);
  const std::string kinds = store::NamesOf(world.policy.kinds);
  // Zones differ by less than a day from any other; what lies outside is left out by its day.
  for (absl::CivilDay day = world.first - 1; day <= world.today + 1; ++day) {
    const absl::TimeZone utc = absl::UTCTimeZone();
    ASSIGN_OR_RETURN(const auto cases, database.RunInTransaction(deadline, [&](db::Transaction& t) {
      return store::CasesAboutGoods(t, org_id, kinds, absl::FromCivil(day, utc),
                                    absl::FromCivil(day + 1, utc));
    }));
    for (const store::CaseAboutGoods& one : cases) {
      complaints.Add(
          {one.shop_id, one.order_id, one.case_id, one.series, one.ship_day, day_of(one)});
    }
  }
  return complaints;
}

// What people have said of a series: its later windows, and what is no measure for others.
void Respect(const std::vector<Warning>& warnings, Series& series) {
  for (const Warning& one : warnings) {
    if (!one.judged_to) continue;
    series.judged_to = one.judged_to;
    if (one.state != domain::insight::WarningState::kConfirmed) continue;
    std::erase_if(series.days, [&](const domain::insight::SeriesDay& day) {
      return day.day >= one.lot.since && day.day <= *one.judged_to;
    });
  }
}

// All series of the SKUs of which any has complaints enough.
absl::StatusOr<std::vector<Series>> LoadSeries(db::Database& database, const std::string& org_id,
                                               const World& world,
                                               const domain::insight::Complaints& complaints,
                                               absl::Time deadline) {
  std::set<std::string> skus;
  for (const auto& [key, of_series] : complaints.by_series()) {
    if (of_series.size() >= static_cast<size_t>(world.policy.least_cases)) skus.insert(key.sku);
  }
  std::vector<Series> all;
  for (const std::string& sku : skus) {
    ASSIGN_OR_RETURN(std::vector<Series> series,
                     database.RunInTransaction(deadline, [&](db::Transaction& t) {
                       return store::SeriesOf(t, org_id, sku, world.first, world.today);
                     }));
    for (Series& one : series) {
      const auto warnings = world.warnings.find(one.key);
      if (warnings != world.warnings.end()) Respect(warnings->second, one);
      complaints.Fill(one);
      all.push_back(std::move(one));
    }
  }
  return all;
}

domain::insight::WarningRows RowsOf(const Series& series,
                                    const domain::insight::Complaints& complaints,
                                    const domain::insight::DelayDistribution& delays,
                                    absl::CivilDay today) {
  return {series.days, domain::insight::ExposureOf(series, delays, today),
          complaints.by_series().at(series.key)};
}

}  // namespace

BadLotJob::BadLotJob(db::Database& database, const Clock& clock, IdGenerator& ids,
                     std::function<void()> notify, obs::Metrics* metrics, absl::Duration interval)
    : database_(database),
      clock_(clock),
      ids_(ids),
      notify_(std::move(notify)),
      told_(obs::CounterOf(metrics, "kefu_aftersales_bad_lot_warnings_total",
                           "Warnings of bad lots that were told", {})),
      repeater_(interval) {}

absl::StatusOr<int> BadLotJob::Look(const std::string& org_id, absl::CivilDay day,
                                    absl::Time deadline) {
  const absl::Time now = FromMicros(ToMicros(clock_.Now()));
  ASSIGN_OR_RETURN(const World world, database_.RunInTransaction(deadline, [&](auto& t) {
    return LoadWorld(t, org_id, day, now);
  }));
  ASSIGN_OR_RETURN(const auto complaints, Gather(database_, org_id, world, deadline));
  ASSIGN_OR_RETURN(const std::vector<Series> series,
                   LoadSeries(database_, org_id, world, complaints, deadline));
  ASSIGN_OR_RETURN(const int64_t tests, database_.RunInTransaction(deadline, [&](auto& t) {
    return store::CountSeries(t, org_id, world.first, world.today);
  }));
  const domain::insight::DelayDistribution delays(complaints.Delays(), world.policy.horizon_days);
  std::vector<BadLot> found =
      domain::insight::FindBadLots(series, tests, delays, world.today, world.policy);
  std::ranges::sort(found, {}, &BadLot::key);  // the order in which rows are locked
  return database_.RunInTransaction(deadline, [&](db::Transaction& t) -> absl::StatusOr<int> {
    ASSIGN_OR_RETURN(const bool first,
                     store::AddLook(t, {org_id, day, world.policy.org_id, world.policy.version,
                                        tests, delays, now}));
    int told = 0;
    for (const BadLot& lot : found) {
      if (!first) break;  // another replica has written what it found
      ASSIGN_OR_RETURN(const auto known, store::LockWarningsOf(t, org_id, lot.key));
      std::optional<Warning> warning = domain::insight::Keep(known, lot, day, now);
      if (!warning) continue;
      const bool is_new = warning->warning_id.empty();
      if (is_new) {
        warning->org_id = org_id;
        warning->warning_id = ids_.Next();
      }
      RETURN_IF_ERROR(store::SaveWarning(t, *warning));
      const auto& rows = *std::ranges::find(series, lot.key, &Series::key);
      RETURN_IF_ERROR(store::SaveRows(t, *warning, RowsOf(rows, complaints, delays, world.today)));
      if (!is_new) continue;
      v1::BadLotSuspected event;
      *event.mutable_warning() = convert::ToProto(*warning);
      RETURN_IF_ERROR(events::Append(t, org_id, warning->warning_id, event, now));
      ++told;
    }
    if (told > 0) t.AfterCommit(notify_);
    return told;
  });
}

absl::StatusOr<int> BadLotJob::RunOnce(absl::Time deadline) {
  const absl::CivilDay day = DayOf(clock_.Now(), DefaultZone()) - 1;
  ASSIGN_OR_RETURN(const auto org_ids, database_.RunInTransaction(deadline, [&](auto& t) {
    return store::OrganizationsThatShip(t, day - kLongestPeriod);
  }));
  int told = 0;
  absl::Status failed;
  for (const std::string& org_id : org_ids) {
    if (repeater_.stopping()) break;
    ASSIGN_OR_RETURN(const auto last, database_.RunInTransaction(deadline, [&](auto& t) {
      return store::LastLook(t, org_id);
    }));
    if (last && *last >= day) continue;
    const absl::StatusOr<int> found = Look(org_id, day, deadline);
    if (found.ok()) {
      told_.Add(*found);
      told += *found;
    } else {
      failed = found.status();
    }
  }
  if (!failed.ok()) return failed;
  return told;
}

void BadLotJob::Start() {
  repeater_.Start([this] {
    const absl::Status status = RunOnce(absl::Now() + kRunLimit).status();
    if (!status.ok()) {
      obs::Log(obs::Level::kWarning, "looking for bad lots failed; tried again",
               {{"status", status}});
    }
    return false;
  });
}

}  // namespace kefu::aftersales

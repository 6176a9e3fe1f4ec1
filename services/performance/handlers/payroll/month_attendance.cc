// Which attendance records a month's pay counts.
#include <algorithm>
#include <set>
#include <utility>

#include "common/status/status_macros.h"
#include "services/performance/convert/people.h"
#include "services/performance/handlers/payroll/month_loader.h"
#include "services/performance/store/people.h"

namespace kefu::performance {

absl::StatusOr<std::vector<domain::Attendance>> MonthLoader::Attendance(const store::Scope& shop,
                                                                        absl::CivilDay month) {
  ASSIGN_OR_RETURN(const auto bodies, store::LoadPeopleFacts(t_, store::PeopleFact::kAttendance,
                                                             shop, month, LastDayOf(month)));
  ASSIGN_OR_RETURN(auto records, convert::AttendanceFromBodies(bodies));
  std::erase_if(records, [&](const domain::Attendance& record) {
    return OfBase(record.agent_id, record.day);
  });
  return records;
}

// A record that several shops were told alike is one: the first of them counts it. Where pay goes
// by shop, its time counts in each, as each pays its part of what is earned by time.
absl::StatusOr<std::vector<std::vector<domain::Attendance>>> MonthLoader::CountedAttendance(
    absl::CivilDay month) {
  std::vector<std::vector<domain::Attendance>> counted;
  std::map<std::string, std::vector<domain::Attendance>> told;  // by id, in the shops before
  for (const domain::Settings& shop : shops_) {
    if (counted.size() == scope_.shops.size()) break;
    ASSIGN_OR_RETURN(auto records, Attendance({scope_.scope.org_id, shop.shop_id}, month));
    const bool here = scope_.shops[counted.size()].scope.shop_id == shop.shop_id;
    std::set<std::string> by_month;  // who have a record of the month, which leaves their days out
    for (const domain::Attendance& record : records) {
      if (record.whole_month) by_month.insert(record.agent_id);
    }
    std::vector<domain::Attendance> of_shop;
    for (domain::Attendance& record : records) {
      if (!record.whole_month && by_month.contains(record.agent_id)) continue;
      std::vector<domain::Attendance>& alike = told[domain::AttendanceId(record)];
      if (std::ranges::find(alike, record) == alike.end()) {
        alike.push_back(record);
        of_shop.push_back(std::move(record));
      } else if (!scope_.scope.shop_id.empty()) {
        of_shop.push_back(domain::TimeOnly(std::move(record)));
      }
    }
    if (here) counted.push_back(std::move(of_shop));
  }
  return counted;
}

}  // namespace kefu::performance

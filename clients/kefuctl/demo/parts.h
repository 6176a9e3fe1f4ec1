// The parts of the generator; each draws from a random stream of its own.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "clients/kefuctl/demo/dataset.h"
#include "clients/kefuctl/demo/random.h"

namespace kefu::demo {

enum class Shift { kNone, kDay, kEvening, kNight };

// What an agent is like; the rest follows from it.
struct Profile {
  std::string_view key, name, nick;
  std::string_view team;  // empty: none
  std::string_view tier, grade;
  bool management;
  int months;        // employed before the first of the month
  int tier_months;   // in the tier
  int pace_seconds;  // median time to answer
  int closing;       // of a thousand inquiries answered, so many end in an order
  int share;         // of the conversations, relative to colleagues
  Shift shift;
};
std::span<const Profile> Profiles();
bool OfBase(const Profile& profile);

// Days on which the platforms hold a campaign, by month; two each.
bool IsCampaign(absl::CivilDay day);
// How much busier than usual, per mille.
int Rush(absl::CivilDay day);

// The teams to which an agent belongs on a day, transfers heeded.
std::string_view TeamOn(const Dataset& data, const Profile& profile, absl::CivilDay day);

// Seconds since the epoch at the start of a day in the shops' zone.
int64_t DayStart(absl::CivilDay day);
void SetTime(int64_t seconds, google::protobuf::Timestamp* out, int millis = 0);
void SetDay(absl::CivilDay day, kefu::common::v1::Date* out);
void SetMoney(int64_t minor, kefu::common::v1::Money* out);

void MakePeople(Dataset& data);
void MakeWarehouse(Dataset& data);
// Needs people and SKUs.
void MakeTraffic(Dataset& data, ShopPlan& shop);
// Need the shops' orders.
void MakeCases(Dataset& data);
void MakeReservations(Dataset& data);

}  // namespace kefu::demo

#include "clients/kefuctl/demo/parts.h"

namespace kefu::demo {
namespace {

constexpr int64_t kDay = 86'400;

void Append(const google::protobuf::MessageLite& message, std::string& out) {
  const std::string bytes = message.SerializeAsString();
  out += std::to_string(bytes.size()) + ":" + bytes;
}
void Append(std::string_view text, std::string& out) {
  out += std::to_string(text.size()) + ":";
  out += text;
}
void Append(absl::CivilDay day, std::string& out) {
  Append(std::to_string(day - absl::CivilDay(1970, 1, 1)), out);
}
template <class T>
void Append(const Keyed<T>& keyed, std::string& out) {
  Append(std::string_view(keyed.key), out);
  Append(keyed.value, out);
}
void Append(const AgentPlan& plan, std::string& out) {
  for (const std::string_view text : {plan.key, plan.tier_id, plan.grade_id}) Append(text, out);
  Append(plan.agent, out);
  Append(plan.tier_day, out);
}
void Append(const Transfer& transfer, std::string& out) {
  Append(std::string_view(transfer.agent), out);
  Append(std::string_view(transfer.team), out);
  Append(transfer.day, out);
}
void Append(const CasePlan& plan, std::string& out) {
  Append(plan.record, out);
  for (const CaseStep& step : plan.steps) {
    Append(std::string_view(step.text), out);
    Append(std::to_string(static_cast<int>(step.verb)) + "/" + std::to_string(step.result) + "/" +
               std::to_string(step.answer_seconds.value_or(0)) + "/" +
               std::to_string(step.cost_minor),
           out);
  }
}
void Append(const ReservationPlan& plan, std::string& out) {
  Append(plan.reservation, out);
  Append(std::to_string(plan.end), out);
}
template <class T>
void AppendAll(const std::vector<T>& items, std::string& out) {
  for (const T& item : items) Append(item, out);
}
void Append(const ShopPlan& shop, std::string& out) {
  Append(std::string_view(shop.key), out);
  Append(shop.shop, out);
  AppendAll(shop.conversations, out);
  AppendAll(shop.orders, out);
  AppendAll(shop.refunds, out);
  AppendAll(shop.reviews, out);
}

}  // namespace

// November and June have the platforms' own days; other months an ordinary pair.
bool IsCampaign(absl::CivilDay day) {
  switch (day.month()) {
    case 6:
      return day.day() == 1 || day.day() == 18;
    case 11:
      return day.day() == 1 || day.day() == 11;
    case 12:
      return day.day() == 1 || day.day() == 12;
    default:
      return day.day() == 8 || day.day() == 18;
  }
}

int Rush(absl::CivilDay day) {
  if (IsCampaign(day)) return day.day() == 1 || day.day() == 8 ? 1900 : 3100;
  if (IsCampaign(day + 1) || IsCampaign(day - 1)) return 1250;
  switch (absl::GetWeekday(day)) {
    case absl::Weekday::saturday:
    case absl::Weekday::sunday:
      return 1120;
    default:
      return 930;
  }
}

int64_t DayStart(absl::CivilDay day) {
  return (day - absl::CivilDay(1970, 1, 1)) * kDay - kZoneOffsetSeconds;
}

void SetTime(int64_t seconds, google::protobuf::Timestamp* out, int millis) {
  out->set_seconds(seconds);
  out->set_nanos(millis * 1'000'000);
}

void SetDay(absl::CivilDay day, kefu::common::v1::Date* out) {
  out->set_year(static_cast<int32_t>(day.year()));
  out->set_month(day.month());
  out->set_day(day.day());
}

void SetMoney(int64_t minor, kefu::common::v1::Money* out) {
  out->set_currency_code(std::string(kCurrency));
  out->set_minor_units(minor);
}

Dataset Generate(uint64_t seed, absl::CivilDay today) {
  Dataset data;
  data.seed = seed;
  data.today = today;
  const absl::CivilMonth month = absl::CivilMonth(today) - 1;
  data.first = absl::CivilDay(month);
  data.last = absl::CivilDay(month + 1) - 1;
  MakePeople(data);
  MakeWarehouse(data);
  for (ShopPlan& shop : data.shops) MakeTraffic(data, shop);
  MakeCases(data);
  MakeReservations(data);
  return data;
}

std::string Serialize(const Dataset& data) {
  std::string out;
  Append(data.organization, out);
  AppendAll(data.sites, out);
  AppendAll(data.teams, out);
  AppendAll(data.agents, out);
  AppendAll(data.transfers, out);
  AppendAll(data.tier_changes, out);
  AppendAll(data.assignments, out);
  for (const ShopPlan& shop : data.shops) Append(shop, out);
  AppendAll(data.cases, out);
  AppendAll(data.nodes, out);
  AppendAll(data.skus, out);
  AppendAll(data.receipts, out);
  AppendAll(data.reservations, out);
  return out;
}

}  // namespace kefu::demo

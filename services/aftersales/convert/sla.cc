#include "services/aftersales/convert/sla.h"

#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "common/convert/fields.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "services/aftersales/convert/cases.h"
#include "services/aftersales/convert/platform.h"

namespace kefu::aftersales::convert {
namespace {

namespace fields = ::kefu::convert;

// Bounds on lists and words: far above what a policy needs, low enough for one event.
constexpr int kMaxRules = 200, kMaxIntervals = 12, kMaxDays = 400, kMaxSuspensions = 50;
constexpr int kMaxSteps = 20;
constexpr int kMaxLabel = 100;
constexpr int64_t kMaxSeconds = int64_t{366} * 86'400;  // beyond a year it is no deadline

// Takes what a check of the domain found under `from` as faults under `to`.
void TakeOver(const absl::Status& status, std::string_view from, const std::string& to,
              FieldViolations& violations) {
  const auto detail = GetDetail<google::rpc::BadRequest>(status);
  if (!detail) return;
  for (const auto& fault : detail->field_violations()) {
    violations.Add(to + fault.field().substr(from.size()), fault.description());
  }
}

std::vector<OpenInterval> IntervalsFromProto(
    const google::protobuf::RepeatedPtrField<v1::SlaInterval>& protos, const std::string& path,
    FieldViolations& violations) {
  violations.Check(protos.size() <= kMaxIntervals, path,
                   fmt::format("must have at most {} items", kMaxIntervals));
  BusinessCalendarOptions options;
  for (const v1::SlaInterval& proto : protos) {
    options.weekly[0].push_back({{proto.open_seconds()}, {proto.close_seconds()}});
  }
  TakeOver(BusinessCalendar::Create(options).status(), "weekly[0]", path, violations);
  return std::move(options.weekly[0]);
}

CutoffRule CutoffFromProto(const v1::SlaCutoff& proto, const std::string& path,
                           FieldViolations& violations) {
  const CutoffRule rule{.cutoff = {proto.cutoff_seconds()},
                        .due_before = {proto.due_before_seconds()},
                        .due_before_days = proto.due_before_days(),
                        .due_after = {proto.due_after_seconds()},
                        .due_after_days = proto.due_after_days()};
  TakeOver(ValidateCutoffRule(rule), "", path + ".", violations);
  return rule;
}

domain::ClockRule RuleFromProto(const v1::SlaRule& proto, const std::string& path, bool has_hours,
                                FieldViolations& violations) {
  domain::ClockRule rule;
  rule.clock = static_cast<domain::ClockKind>(
      fields::RequiredEnum<v1::ClockKind>(proto.clock(), path + ".clock", violations));
  rule.only = static_cast<domain::CaseKind>(
      fields::OptionalEnum<v1::CaseKind>(proto.case_kind(), path + ".case_kind", violations));
  rule.priority = static_cast<domain::CasePriority>(
      fields::OptionalEnum<v1::CasePriority>(proto.priority(), path + ".priority", violations));
  violations.Check(proto.due_case() != v1::SlaRule::DUE_NOT_SET, path,
                   "must set duration_seconds or cutoff");
  const int64_t warn = fields::Number(proto.warn_before_seconds(), 0, kMaxSeconds,
                                      path + ".warn_before_seconds", violations);
  rule.warn_before = absl::Seconds(warn);
  if (proto.has_cutoff()) {
    rule.cutoff = CutoffFromProto(proto.cutoff(), path + ".cutoff", violations);
  } else if (proto.due_case() == v1::SlaRule::kDurationSeconds) {
    const int64_t seconds = fields::Number(proto.duration_seconds(), 1, kMaxSeconds,
                                           path + ".duration_seconds", violations);
    rule.duration = absl::Seconds(seconds);
    violations.Check(warn < proto.duration_seconds(), path + ".warn_before_seconds",
                     "must be less than the duration");
  }
  rule.business_hours = proto.business_hours();
  rule.pausable = proto.pausable();
  violations.Check(!rule.business_hours || has_hours, path + ".business_hours",
                   "needs hours: weekdays has none");
  return rule;
}

void RulesFromProto(const v1::SlaPolicy& proto, domain::SlaPolicy& policy,
                    FieldViolations& violations) {
  violations.Check(proto.rules_size() > 0 || proto.withdrawn(), "rules", "must not be empty");
  violations.Check(proto.rules_size() <= kMaxRules, "rules",
                   fmt::format("must have at most {} items", kMaxRules));
  const bool has_hours =
      std::ranges::any_of(policy.weekly, [](const auto& hours) { return !hours.empty(); });
  std::set<std::tuple<domain::ClockKind, domain::CaseKind, domain::CasePriority>> seen;
  for (int i = 0; i < proto.rules_size(); ++i) {
    const std::string path = fmt::format("rules[{}]", i);
    const domain::ClockRule rule = RuleFromProto(proto.rules(i), path, has_hours, violations);
    violations.Check(seen.emplace(rule.clock, rule.only, rule.priority).second, path,
                     "is the second one for this clock, kind and priority");
    policy.rules.push_back(rule);
  }
}

void HoursFromProto(const v1::SlaPolicy& proto, domain::SlaPolicy& policy,
                    FieldViolations& violations) {
  std::set<int> seen;
  for (int i = 0; i < proto.weekdays_size(); ++i) {
    const std::string path = fmt::format("weekdays[{}]", i);
    const int weekday =
        fields::Number(proto.weekdays(i).weekday(), 1, 7, path + ".weekday", violations);
    violations.Check(seen.insert(weekday).second, path + ".weekday", "is named twice");
    policy.weekly.at(weekday - 1) =
        IntervalsFromProto(proto.weekdays(i).intervals(), path + ".intervals", violations);
  }
  policy.makeup = IntervalsFromProto(proto.makeup_intervals(), "makeup_intervals", violations);
  violations.Check(proto.days_size() <= kMaxDays, "days",
                   fmt::format("must have at most {} items", kMaxDays));
  for (int i = 0; i < proto.days_size(); ++i) {
    const v1::SlaDay& day = proto.days(i);
    const std::string path = fmt::format("days[{}]", i);
    const absl::CivilDay date =
        fields::RequiredDay(day.has_date(), day.date(), path + ".date", violations);
    violations.Check(!policy.days.contains(date), path + ".date", "is named twice");
    policy.days[date] = {
        IntervalsFromProto(day.intervals(), path + ".intervals", violations),
        fields::OptionalText(day.display_name(), kMaxLabel, path + ".display_name", violations)};
  }
}

void SuspensionsFromProto(const v1::SlaPolicy& proto, domain::SlaPolicy& policy,
                          FieldViolations& violations) {
  violations.Check(proto.suspensions_size() <= kMaxSuspensions, "suspensions",
                   fmt::format("must have at most {} items", kMaxSuspensions));
  for (int i = 0; i < proto.suspensions_size(); ++i) {
    const v1::SlaSuspension& suspension = proto.suspensions(i);
    const std::string path = fmt::format("suspensions[{}]", i);
    violations.Check(suspension.has_start_time(), path + ".start_time", "must be set");
    violations.Check(suspension.has_end_time(), path + ".end_time", "must be set");
    const auto instant = [&](const auto& time, const char* field) {
      return FromMicros(ToMicros(fields::Instant(time, path + field, violations)));
    };
    const domain::NamedSuspension each{
        instant(suspension.start_time(), ".start_time"),
        instant(suspension.end_time(), ".end_time"),
        fields::Text(suspension.display_name(), kMaxLabel, path + ".display_name", violations)};
    if (suspension.has_start_time() && suspension.has_end_time()) {
      violations.Check(each.from < each.to && each.to - each.from <= absl::Seconds(kMaxSeconds),
                       path + ".end_time", "must be after the start, by 366 days at most");
    }
    policy.suspensions.push_back(each);
  }
}

void StepsFromProto(const v1::SlaPolicy& proto, domain::SlaPolicy& policy,
                    FieldViolations& violations) {
  violations.Check(proto.steps_size() <= kMaxSteps, "steps",
                   fmt::format("must have at most {} items", kMaxSteps));
  std::set<std::tuple<domain::ClockKind, int64_t, domain::Recipient>> seen;
  for (int i = 0; i < proto.steps_size(); ++i) {
    const v1::SlaStep& step = proto.steps(i);
    const std::string path = fmt::format("steps[{}]", i);
    const auto clock = static_cast<domain::ClockKind>(
        fields::OptionalEnum<v1::ClockKind>(step.clock(), path + ".clock", violations));
    const int64_t offset = fields::Number(step.offset_seconds(), -kMaxSeconds, kMaxSeconds,
                                          path + ".offset_seconds", violations);
    const auto recipient = static_cast<domain::Recipient>(
        fields::RequiredEnum<v1::SlaRecipient>(step.recipient(), path + ".recipient", violations));
    violations.Check(seen.emplace(clock, offset, recipient).second, path, "stands twice");
    policy.steps.push_back({clock, absl::Seconds(offset), recipient});
  }
  std::ranges::stable_sort(policy.steps, {}, &domain::EscalationStep::offset);
}

void AddIntervals(const std::vector<OpenInterval>& intervals,
                  google::protobuf::RepeatedPtrField<v1::SlaInterval>* out) {
  for (const OpenInterval& each : intervals) {
    v1::SlaInterval& added = *out->Add();
    added.set_open_seconds(each.open.seconds);
    added.set_close_seconds(each.close.seconds);
  }
}

}  // namespace

domain::SlaPolicy FromProto(const v1::SlaPolicy& proto, absl::Time now,
                            FieldViolations& violations) {
  domain::SlaPolicy policy;
  policy.display_name =
      fields::OptionalText(proto.display_name(), fields::kMaxName, "display_name", violations);
  policy.scope.shop_id = fields::OptionalId(proto.shop_id(), "shop_id", violations);
  policy.scope.platform = PlatformFromProto(proto.platform(), violations);
  policy.scope.base_id = fields::OptionalId(proto.base_id(), "base_id", violations);
  policy.scope.contract_id = fields::OptionalId(proto.contract_id(), "contract_id", violations);
  policy.effective = now;
  if (proto.has_effective_time()) {
    policy.effective =
        FromMicros(ToMicros(fields::Instant(proto.effective_time(), "effective_time", violations)));
    violations.Check(policy.effective >= now, "effective_time", "must not be in the past");
  }
  policy.withdrawn = proto.withdrawn();
  const bool bare = proto.rules().empty() && proto.weekdays().empty() &&
                    proto.makeup_intervals().empty() && !proto.china_holidays() &&
                    proto.days().empty() && proto.suspensions().empty() && proto.steps().empty();
  violations.Check(!policy.withdrawn || bare, "withdrawn", "goes with the scope only");
  policy.china_holidays = proto.china_holidays();
  HoursFromProto(proto, policy, violations);
  RulesFromProto(proto, policy, violations);
  SuspensionsFromProto(proto, policy, violations);
  StepsFromProto(proto, policy, violations);
  return policy;
}

v1::SlaPolicy ToProto(const domain::SlaPolicy& policy) {
  v1::SlaPolicy proto;
  proto.set_policy_id(policy.ref.policy_id);
  proto.set_version(policy.ref.version);
  proto.set_display_name(policy.display_name);
  proto.set_shop_id(policy.scope.shop_id);
  proto.set_platform(policy.scope.platform);
  proto.set_base_id(policy.scope.base_id);
  proto.set_contract_id(policy.scope.contract_id);
  // The shipped ones have always been.
  if (!policy.ref.org_id.empty()) {
    *proto.mutable_effective_time() = fields::ToProto(policy.effective);
    *proto.mutable_create_time() = fields::ToProto(policy.create_time);
  }
  proto.set_withdrawn(policy.withdrawn);
  for (const domain::ClockRule& rule : policy.rules) *proto.add_rules() = ToProto(rule);
  for (int day = 0; day < 7; ++day) {
    if (policy.weekly[day].empty()) continue;
    v1::SlaWeekday& added = *proto.add_weekdays();
    added.set_weekday(day + 1);
    AddIntervals(policy.weekly[day], added.mutable_intervals());
  }
  AddIntervals(policy.makeup, proto.mutable_makeup_intervals());
  proto.set_china_holidays(policy.china_holidays);
  for (const auto& [date, day] : policy.days) {
    v1::SlaDay& added = *proto.add_days();
    *added.mutable_date() = fields::ToProto(date);
    AddIntervals(day.hours, added.mutable_intervals());
    added.set_display_name(day.name);
  }
  for (const domain::NamedSuspension& each : policy.suspensions) {
    v1::SlaSuspension& added = *proto.add_suspensions();
    *added.mutable_start_time() = fields::ToProto(each.from);
    *added.mutable_end_time() = fields::ToProto(each.to);
    added.set_display_name(each.name);
  }
  for (const domain::EscalationStep& step : policy.steps) {
    v1::SlaStep& added = *proto.add_steps();
    added.set_clock(static_cast<v1::ClockKind>(step.clock));
    added.set_offset_seconds(absl::ToInt64Seconds(step.offset));
    added.set_recipient(static_cast<v1::SlaRecipient>(step.recipient));
  }
  proto.set_actor(policy.actor);
  return proto;
}

v1::SlaRule ToProto(const domain::ClockRule& rule) {
  v1::SlaRule proto;
  proto.set_clock(static_cast<v1::ClockKind>(rule.clock));
  proto.set_case_kind(static_cast<v1::CaseKind>(rule.only));
  proto.set_priority(static_cast<v1::CasePriority>(rule.priority));
  if (rule.cutoff) {
    v1::SlaCutoff& cutoff = *proto.mutable_cutoff();
    cutoff.set_cutoff_seconds(rule.cutoff->cutoff.seconds);
    cutoff.set_due_before_seconds(rule.cutoff->due_before.seconds);
    cutoff.set_due_before_days(rule.cutoff->due_before_days);
    cutoff.set_due_after_seconds(rule.cutoff->due_after.seconds);
    cutoff.set_due_after_days(rule.cutoff->due_after_days);
  } else {
    proto.set_duration_seconds(absl::ToInt64Seconds(rule.duration));
  }
  proto.set_business_hours(rule.business_hours);
  proto.set_pausable(rule.pausable);
  proto.set_warn_before_seconds(absl::ToInt64Seconds(rule.warn_before));
  return proto;
}

v1::PastClock ToProto(const domain::PastClock& past) {
  v1::PastClock proto;
  *proto.mutable_clock() = ToProto(past.clock);
  *proto.mutable_since_time() = fields::ToProto(past.clock.since);
  *proto.mutable_until_time() = fields::ToProto(past.until);
  proto.set_reason(static_cast<v1::ClockReplacement>(past.why));
  return proto;
}

}  // namespace kefu::aftersales::convert

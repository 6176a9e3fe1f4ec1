#include "services/staffing/convert/personnel.h"

#include <algorithm>
#include <set>

#include "fmt/format.h"
#include "services/staffing/convert/contracts.h"
#include "services/staffing/convert/enums.h"

namespace kefu::staffing::convert {
namespace {

constexpr int kMostPromises = 20;          // of a talk
constexpr int kMostOpenings = 1'000;       // of a post
constexpr int kMaxReference = 500;         // characters
constexpr int64_t kMostPay = 100'000'000;  // a million yuan a month: more is a slip

// 1 to kMaxReason characters in lines.
std::string Words(const std::string& text, const char* field, FieldViolations& violations) {
  return Text(text, kMaxReason, field, violations, /*lines=*/true);
}
std::string OptionalWords(const std::string& text, const char* field, FieldViolations& violations) {
  return text.empty() ? text : Words(text, field, violations);
}

}  // namespace

personnel::RetentionPolicy FromProto(const v1::RetentionPolicy& proto, std::string_view currency,
                                     FieldViolations& violations) {
  personnel::RetentionPolicy policy{.version = proto.version(),
                                    .new_months = proto.new_months(),
                                    .new_points = proto.new_points(),
                                    .stuck_months = proto.stuck_months(),
                                    .sight_months = proto.sight_months(),
                                    .promotion_points = proto.promotion_points(),
                                    .falling_months = proto.falling_months(),
                                    .falling_points = proto.falling_points(),
                                    .metrics = {},
                                    .pay_points = proto.pay_points(),
                                    .promise_points = proto.promise_points(),
                                    .medium_points = proto.medium_points(),
                                    .high_points = proto.high_points()};
  for (int i = 0; i < proto.metrics_size(); ++i) {
    const v1::RetentionMetric& metric = proto.metrics(i);
    policy.metrics.push_back(
        {Id(metric.metric_id(), fmt::format("metrics[{}].metric_id", i), violations),
         metric.lower_is_better()});
  }
  for (int i = 0; i < proto.bands_size(); ++i) {
    const v1::MarketBand& band = proto.bands(i);
    const std::string at = fmt::format("bands[{}]", i);
    const std::string tier_id = Id(band.tier_id(), at + ".tier_id", violations);
    violations.Check(band.low().currency_code() == currency, at + ".low.currency_code",
                     fmt::format("must be {}", currency));
    violations.Check(band.low().minor_units() > 0 && band.low().minor_units() <= kMostPay,
                     at + ".low", fmt::format("must be 1 to {}", kMostPay));
    violations.Check(policy.low_minor.emplace(tier_id, band.low().minor_units()).second,
                     at + ".tier_id", "stands twice");
  }
  for (const personnel::Fault& fault : personnel::CheckPolicy(policy)) {
    violations.Add(fault.field, fault.text);
  }
  return policy;
}

v1::RetentionPolicy ToProto(const personnel::RetentionPolicy& policy, std::string_view currency) {
  v1::RetentionPolicy proto;
  proto.set_version(policy.version);
  proto.set_new_months(policy.new_months);
  proto.set_new_points(policy.new_points);
  proto.set_stuck_months(policy.stuck_months);
  proto.set_sight_months(policy.sight_months);
  proto.set_promotion_points(policy.promotion_points);
  proto.set_falling_months(policy.falling_months);
  proto.set_falling_points(policy.falling_points);
  for (const personnel::Metric& metric : policy.metrics) {
    v1::RetentionMetric* out = proto.add_metrics();
    out->set_metric_id(metric.id);
    out->set_lower_is_better(metric.lower_is_better);
  }
  proto.set_pay_points(policy.pay_points);
  for (const auto& [tier_id, low] : policy.low_minor) {
    v1::MarketBand* out = proto.add_bands();
    out->set_tier_id(tier_id);
    *out->mutable_low() = MoneyOf(low, currency);
  }
  proto.set_promise_points(policy.promise_points);
  proto.set_medium_points(policy.medium_points);
  proto.set_high_points(policy.high_points);
  return proto;
}

v1::RetentionRisk ToProto(const personnel::Risk& risk) {
  v1::RetentionRisk proto;
  proto.set_points(risk.points);
  proto.set_level(static_cast<v1::RetentionLevel>(risk.level));
  for (const personnel::Check& check : risk.reasons) {
    v1::RetentionCheck* out = proto.add_reasons();
    out->set_reason(static_cast<v1::RetentionReason>(check.reason));
    out->set_points(check.points);
    out->set_actual(check.actual);
    out->set_limit(check.limit);
    out->set_metric_id(check.metric_id);
  }
  return proto;
}

v1::TurnoverRow ToProto(const std::string& group_id, const personnel::TurnoverRow& row) {
  v1::TurnoverRow proto;
  proto.set_group_id(group_id);
  proto.set_before(row.before);
  proto.set_after(row.after);
  proto.set_joined(row.joined);
  proto.set_left(row.left);
  if (const auto rate = row.turnover_bps()) proto.set_turnover_bps(*rate);
  for (const auto& [reason, count] : row.reasons) {
    v1::ExitReasonCount* out = proto.add_reasons();
    out->set_reason(static_cast<v1::ExitReason>(reason));
    out->set_count(count);
  }
  return proto;
}

v1::CareerTalk Normalised(const v1::CareerTalk& proto, FieldViolations& violations) {
  v1::CareerTalk talk = proto;
  talk.clear_talk_id();
  talk.clear_actor();
  talk.clear_create_time();
  Id(talk.agent_id(), "agent_id", violations);
  const absl::CivilDay day = RequiredDay(talk.has_date(), talk.date(), "date", violations);
  talk.set_why_here(Words(talk.why_here(), "why_here", violations));
  talk.set_what_wanted(Words(talk.what_wanted(), "what_wanted", violations));
  talk.set_what_from_shop(Words(talk.what_from_shop(), "what_from_shop", violations));
  if (!violations.Check(talk.promises_size() <= kMostPromises, "promises",
                        fmt::format("must be at most {}", kMostPromises))) {
    return talk;
  }
  for (int i = 0; i < talk.promises_size(); ++i) {
    v1::CareerPromise& promise = *talk.mutable_promises(i);
    const std::string at = fmt::format("promises[{}]", i);
    promise.clear_promise_id();
    promise.clear_settled_text();
    promise.clear_settle_time();
    promise.set_state(v1::PROMISE_STATE_OPEN);
    promise.set_text(Text(promise.text(), kMaxReason, at + ".text", violations, /*lines=*/true));
    const absl::CivilDay due =
        RequiredDay(promise.has_due_date(), promise.due_date(), at + ".due_date", violations);
    violations.Check(!promise.has_due_date() || due >= day, at + ".due_date",
                     "must not lie before the talk");
  }
  return talk;
}

v1::AgentExit Normalised(const v1::AgentExit& proto, FieldViolations& violations) {
  v1::AgentExit record = proto;
  record.clear_leave_date();
  record.clear_actor();
  record.clear_create_time();
  Id(record.agent_id(), "agent_id", violations);
  violations.Check(record.reasons_size() > 0, "reasons", "must name one");
  std::set<int> seen;
  for (int i = 0; i < record.reasons_size(); ++i) {
    const std::string at = fmt::format("reasons[{}]", i);
    RequiredEnum<personnel::ExitReason>(record.reasons(i), at, violations);
    violations.Check(seen.insert(record.reasons(i)).second, at, "stands twice");
  }
  record.set_text(OptionalWords(record.text(), "text", violations));
  return record;
}

v1::JobPost Normalised(const v1::JobPost& proto, FieldViolations& violations) {
  v1::JobPost post;
  post.set_title(Text(proto.title(), kMaxName, "title", violations));
  post.set_team_id(OptionalId(proto.team_id(), "team_id", violations));
  post.set_openings(Number(proto.openings(), 1, kMostOpenings, "openings", violations));
  post.set_text(OptionalWords(proto.text(), "text", violations));
  return post;
}

v1::Candidate Normalised(const v1::Candidate& proto, FieldViolations& violations) {
  v1::Candidate candidate;
  candidate.set_job_post_id(Id(proto.job_post_id(), "job_post_id", violations));
  candidate.set_display_name(Text(proto.display_name(), kMaxName, "display_name", violations));
  candidate.set_source(OptionalText(proto.source(), kMaxName, "source", violations));
  return candidate;
}

v1::PersonnelFile Normalised(const v1::PersonnelFile& proto, std::string_view currency,
                             FieldViolations& violations) {
  v1::PersonnelFile file = proto;
  file.clear_file_id();
  file.clear_removed();
  file.clear_remove_reason();
  file.clear_actor();
  file.clear_create_time();
  Id(file.agent_id(), "agent_id", violations);
  violations.Check(file.kind() != v1::PERSONNEL_FILE_KIND_UNSPECIFIED, "kind", "must be set");
  kefu::convert::OptionalEnum<v1::PersonnelFileKind>(file.kind(), "kind", violations);
  file.set_title(Text(file.title(), kMaxName, "title", violations));
  file.set_reference(Text(file.reference(), kMaxReference, "reference", violations));
  const auto from = OptionalDay(file.has_valid_from(), file.valid_from(), "valid_from", violations);
  const auto until =
      OptionalDay(file.has_valid_until(), file.valid_until(), "valid_until", violations);
  violations.Check(!from || !until || *from <= *until, "valid_until", "lies before valid_from");
  const bool contract = file.kind() == v1::PERSONNEL_FILE_KIND_LABOUR_CONTRACT;
  violations.Check(!contract || file.has_valid_from(), "valid_from",
                   "must be set of a labour contract");
  violations.Check(contract || !file.has_monthly_pay(), "monthly_pay",
                   "belongs to a labour contract only");
  if (file.has_monthly_pay()) {
    violations.Check(file.monthly_pay().currency_code() == currency, "monthly_pay.currency_code",
                     fmt::format("must be {}", currency));
    violations.Check(
        file.monthly_pay().minor_units() > 0 && file.monthly_pay().minor_units() <= kMostPay,
        "monthly_pay", fmt::format("must be 1 to {}", kMostPay));
  }
  return file;
}

}  // namespace kefu::staffing::convert

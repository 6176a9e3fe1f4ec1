#include "services/aftersales/convert/intake.h"

#include <algorithm>

#include "common/convert/fields.h"
#include "fmt/format.h"
#include "google/rpc/error_details.pb.h"
#include "services/aftersales/convert/cases.h"

namespace kefu::aftersales::convert {
namespace {

namespace fields = ::kefu::convert;

constexpr int kMaxRules = 200, kMaxReplyTo = 100;
constexpr int kMaxPlatform = 16, kMaxCategory = 64, kMaxReason = 500;
constexpr int kMaxMessageId = 200;  // as external_id

void Check(const v1::ChannelRule& rule, FieldViolations& violations) {
  fields::OptionalText(rule.platform(), kMaxPlatform, "platform", violations);
  fields::OptionalEnum<v1::CaseKind>(rule.kind(), "kind", violations);
  fields::OptionalText(rule.category(), kMaxCategory, "category", violations);
  fields::OptionalEnum<v1::CasePriority>(rule.least_priority(), "least_priority", violations);
  violations.Check(rule.least_value_minor() >= 0, "least_value_minor", "must not be negative");
  fields::RequiredEnum<v1::CaseChannel>(rule.channel(), "channel", violations);
  fields::Text(rule.reason(), kMaxReason, "reason", violations);
}

domain::ChannelRule FromProto(const v1::ChannelRule& rule) {
  return {.platform = rule.platform(),
          .kind = static_cast<domain::CaseKind>(rule.kind()),
          .category = rule.category(),
          .least_priority = static_cast<domain::CasePriority>(rule.least_priority()),
          .least_value_minor = rule.least_value_minor(),
          .channel = static_cast<domain::CaseChannel>(rule.channel()),
          .reason = rule.reason()};
}

}  // namespace

void CheckChannels(const v1::ChannelPolicy& proto, FieldViolations& violations) {
  violations.Check(proto.rules_size() >= 1 && proto.rules_size() <= kMaxRules, "rules",
                   fmt::format("must have 1 to {} items", kMaxRules));
  for (int i = 0; i < proto.rules_size(); ++i) {
    FieldViolations inner;
    Check(proto.rules(i), inner);
    const bool last = i + 1 == proto.rules_size();
    const bool all = domain::IsCatchAll(FromProto(proto.rules(i)));
    inner.Check(!last || all, "kind",
                "the last rule must name nothing, so that every matter meets one");
    inner.Check(last || !all, "kind", "meets every matter, so that no rule after it ever counts");
    violations.Merge(fmt::format("rules[{}]", i), inner);
  }
  violations.Check(!proto.currency_code().empty(), "currency_code", "must be set");
  fields::OptionalCurrency(proto.currency_code(), "currency_code", violations);
  if (!proto.note().empty()) {
    fields::Text(proto.note(), fields::kMaxReason, "note", violations, /*lines=*/true);
  }
}

domain::ChannelPolicy FromProto(const v1::ChannelPolicy& proto) {
  domain::ChannelPolicy policy{
      .version = proto.version(), .currency = proto.currency_code(), .rules = {}};
  for (const v1::ChannelRule& rule : proto.rules()) policy.rules.push_back(FromProto(rule));
  return policy;
}

domain::ChannelQuestion FromProto(const v1::QuoteChannelRequest& proto,
                                  FieldViolations& violations) {
  domain::ChannelQuestion question;
  fields::Id(proto.shop_id(), "shop_id", violations);
  question.kind = static_cast<domain::CaseKind>(
      fields::RequiredEnum<v1::CaseKind>(proto.kind(), "kind", violations));
  if (fields::OptionalEnum<v1::CasePriority>(proto.priority(), "priority", violations) !=
      v1::CASE_PRIORITY_UNSPECIFIED) {
    question.priority = static_cast<domain::CasePriority>(proto.priority());
  }
  violations.Check(proto.categories_size() <= kMaxRules, "categories",
                   fmt::format("must have at most {} items", kMaxRules));
  for (int i = 0; i < proto.categories_size(); ++i) {
    question.categories.push_back(fields::Text(proto.categories(i), kMaxCategory,
                                               fmt::format("categories[{}]", i), violations));
  }
  const auto value = MoneyFromProto(proto.has_value(), proto.value(), "value", violations);
  if (value) question.value_minor = value->minor;
  return question;
}

Imported FromProto(const v1::ImportedCase& proto, const std::string& shop_id, absl::Time now,
                   FieldViolations& violations) {
  FieldViolations inner;
  v1::Case asked = proto.case_();
  asked.set_shop_id(shop_id);
  Imported row{.record = FromProto(asked, now, inner)};
  inner.Check(!asked.external_id().empty(), "external_id",
              "must be set: by it a row that is sent again is known");
  inner.Check(asked.has_receive_time(), "receive_time",
              "must be set: the clocks begin when it was received");
  violations.Merge("case", inner);
  violations.Check(proto.reply_to_ids_size() <= kMaxReplyTo, "reply_to_ids",
                   fmt::format("must have at most {} items", kMaxReplyTo));
  for (int i = 0; i < proto.reply_to_ids_size(); ++i) {
    row.reply_to.push_back(fields::Text(proto.reply_to_ids(i), kMaxMessageId,
                                        fmt::format("reply_to_ids[{}]", i), violations));
  }
  return row;
}

v1::ImportResult Refused(const absl::Status& why) {
  v1::ImportResult result;
  result.set_outcome(v1::IMPORT_OUTCOME_REFUSED);
  result.set_error_reason(ReasonOf(why));
  result.set_error_description(std::string(why.message()));
  if (const auto faults = GetDetail<google::rpc::BadRequest>(why)) {
    for (const auto& fault : faults->field_violations()) {
      v1::ImportFault& added = *result.add_faults();
      added.set_field(fault.field());
      added.set_description(fault.description());
    }
  }
  return result;
}

}  // namespace kefu::aftersales::convert

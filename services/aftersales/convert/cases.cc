#include "services/aftersales/convert/cases.h"

#include <algorithm>

#include "common/convert/fields.h"
#include "common/evidence/evidence.h"
#include "common/money/money.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "services/aftersales/convert/casework.h"
#include "services/aftersales/domain/orders/order.h"

namespace kefu::aftersales::convert {
namespace {

namespace fields = ::kefu::convert;

// Bounds on lists and words: far above what a case needs, low enough for one event.
constexpr int kMaxLines = 200, kMaxEvidence = 200;
constexpr int kMaxSku = 64, kMaxWaybill = 64, kMaxPromise = 500;
constexpr int kMaxExternalId = 200, kMaxCustomer = 200;
constexpr size_t kMaxLanguage = 35;  // of a BCP 47 tag in practice
constexpr int64_t kMaxQuantity = 1'000'000'000;

std::vector<domain::CaseLine> LinesFromProto(const v1::Case& proto, FieldViolations& violations) {
  violations.Check(proto.lines_size() <= kMaxLines, "lines",
                   fmt::format("must have at most {} items", kMaxLines));
  std::vector<domain::CaseLine> lines;
  for (int i = 0; i < proto.lines_size(); ++i) {
    const v1::CaseLine& line = proto.lines(i);
    const std::string path = fmt::format("lines[{}]", i);
    lines.push_back(
        {fields::Text(line.sku(), kMaxSku, path + ".sku", violations),
         fields::OptionalText(line.category(), kMaxSku, path + ".category", violations),
         fields::Number(line.quantity(), 1, kMaxQuantity, path + ".quantity", violations)});
  }
  return lines;
}

bool IsSha256(std::string_view text) {
  return text.size() == 64 && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

std::vector<domain::Evidence> EvidenceFromProto(const v1::Case& proto,
                                                FieldViolations& violations) {
  violations.Check(proto.evidence_size() <= kMaxEvidence, "evidence",
                   fmt::format("must have at most {} items", kMaxEvidence));
  std::vector<domain::Evidence> evidence;
  for (int i = 0; i < proto.evidence_size(); ++i) {
    evidence.push_back(FromProto(proto.evidence(i), fmt::format("evidence[{}]", i), violations));
  }
  return evidence;
}

}  // namespace

domain::Evidence FromProto(const v1::Evidence& item, const std::string& path,
                           FieldViolations& violations) {
  const auto file = evidence::ParseReference(item.reference());
  violations.Check(file.has_value(), path + ".reference",
                   "must be what the gateway answered when the file was brought: "
                   "organization/shop/SHA-256.extension");
  const bool hash = IsSha256(item.sha256());
  violations.Check(hash, path + ".sha256", "must be 64 hexadecimal digits in lower case");
  violations.Check(!hash || !file || item.sha256() == file->sha256, path + ".sha256",
                   "must be the one in the reference");
  violations.Check(item.size_bytes() > 0, path + ".size_bytes", "must be at least 1");
  const evidence::MediaType* const type = evidence::FindMediaType(item.content_type());
  violations.Check(type != nullptr, path + ".content_type",
                   "must be the media type that the gateway answered, for example image/jpeg");
  violations.Check(type == nullptr || !file || type == file->type, path + ".content_type",
                   fmt::format("must be {}, as the reference says", file ? file->type->name : ""));
  return {item.reference(), item.sha256(), item.size_bytes(),
          type == nullptr ? std::string() : std::string(type->name)};
}

v1::Evidence ToProto(const domain::Evidence& item, int32_t number) {
  v1::Evidence proto;
  proto.set_reference(item.reference);
  proto.set_sha256(item.sha256);
  proto.set_size_bytes(item.size_bytes);
  proto.set_content_type(item.content_type);
  proto.set_number(number);
  proto.set_superseded_by_number(item.superseded_by);
  if (item.attach_time) *proto.mutable_attach_time() = fields::ToProto(*item.attach_time);
  proto.set_attached_by(item.attached_by);
  return proto;
}

std::optional<Money> MoneyFromProto(bool present, const ::kefu::common::v1::Money& proto,
                                    std::string_view field, FieldViolations& violations) {
  if (!present) return std::nullopt;
  const std::string path = fmt::format("{}.currency_code", field);
  Money money{fields::OptionalCurrency(proto.currency_code(), path, violations),
              proto.minor_units()};
  violations.Check(!proto.currency_code().empty(), path, "must be set");
  violations.Check(money.minor >= 0, fmt::format("{}.minor_units", field), "must not be negative");
  return money;
}

::kefu::common::v1::Money ToProto(const Money& money) {
  ::kefu::common::v1::Money proto;
  proto.set_currency_code(money.currency);
  proto.set_minor_units(money.minor);
  return proto;
}

// Whole characters: the cut never splits one of several bytes.
std::string Masked(std::string_view id) {
  constexpr int kShown = 2, kLeast = 5;
  size_t cut = id.size();
  for (int shown = 0; shown < kShown && cut > 0; ++shown) {
    do {
      --cut;
    } while (cut > 0 && (id[cut] & 0xC0) == 0x80);
  }
  if (id.empty()) return "";
  return id.size() < kLeast ? "***" : fmt::format("***{}", id.substr(cut));
}

std::string Etag(const domain::Case& record) { return fmt::format("{:x}", record.version); }

std::string Note(std::string_view note, std::string_view field, FieldViolations& violations) {
  return note.empty() ? std::string()
                      : fields::Text(note, kMaxWords, field, violations, /*lines=*/true);
}

std::string LanguageTag(std::string_view tag, std::string_view field, FieldViolations& violations) {
  const bool fits = tag.size() <= kMaxLanguage && std::ranges::all_of(tag, [](char c) {
                      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                             (c >= '0' && c <= '9') || c == '-';
                    });
  violations.Check(fits, field,
                   fmt::format("must be a language tag such as zh-CN, at most {} letters, digits "
                               "and hyphens",
                               kMaxLanguage));
  return std::string(tag);
}

std::vector<std::string> PromisesFromProto(
    const google::protobuf::RepeatedPtrField<std::string>& values, std::string_view field,
    FieldViolations& violations) {
  violations.Check(values.size() <= kMaxPromises, field,
                   fmt::format("must have at most {} items", kMaxPromises));
  std::vector<std::string> promises;
  for (int i = 0; i < values.size(); ++i) {
    promises.push_back(
        fields::Text(values[i], kMaxPromise, fmt::format("{}[{}]", field, i), violations));
  }
  return promises;
}

CaseCorrection CorrectionFromProto(const v1::Case& proto, const google::protobuf::FieldMask& mask,
                                   FieldViolations& violations) {
  CaseCorrection asked;
  for (const std::string& path : mask.paths()) {
    if (path == "priority") {
      asked.priority = static_cast<domain::CasePriority>(
          fields::RequiredEnum<v1::CasePriority>(proto.priority(), path, violations));
    } else if (path == "purchase_date") {
      asked.purchase_date =
          fields::OptionalDay(proto.has_purchase_date(), proto.purchase_date(), path, violations);
    } else if (path == "waybill") {
      asked.waybill = fields::OptionalText(proto.waybill(), kMaxWaybill, path, violations);
    } else if (path == "problem") {
      asked.problem = fields::Text(proto.problem(), kMaxWords, path, violations, /*lines=*/true);
    } else if (path == "demand") {
      asked.demand = Note(proto.demand(), path, violations);
    } else if (path == "order_id") {
      asked.order_id = fields::Id(proto.order_id(), path, violations);
    } else if (path == "language") {
      asked.language = LanguageTag(proto.language(), path, violations);
    }
  }
  return asked;
}

domain::Case FromProto(const v1::Case& proto, absl::Time now, FieldViolations& violations) {
  domain::Case record;
  record.shop_id = fields::Id(proto.shop_id(), "shop_id", violations);
  record.kind = static_cast<domain::CaseKind>(
      fields::RequiredEnum<v1::CaseKind>(proto.kind(), "kind", violations));
  record.channel = static_cast<domain::CaseChannel>(
      fields::RequiredEnum<v1::CaseChannel>(proto.channel(), "channel", violations));
  record.external_id =
      fields::OptionalText(proto.external_id(), kMaxExternalId, "external_id", violations);
  record.priority = static_cast<domain::CasePriority>(
      fields::OptionalEnum<v1::CasePriority>(proto.priority(), "priority", violations));
  if (record.priority == domain::CasePriority::kUnspecified) {
    record.priority = domain::CasePriority::kNormal;
  }
  record.order_id = fields::OptionalId(proto.order_id(), "order_id", violations);
  violations.Check(!domain::NeedsOrder(record.kind) || !proto.order_id().empty(), "order_id",
                   "must be set but for complaints and platform mail");
  record.purchase_date = fields::OptionalDay(proto.has_purchase_date(), proto.purchase_date(),
                                             "purchase_date", violations);
  record.waybill = fields::OptionalText(proto.waybill(), kMaxWaybill, "waybill", violations);
  record.customer_id =
      fields::OptionalText(proto.customer_id(), kMaxCustomer, "customer_id", violations);
  record.lines = LinesFromProto(proto, violations);
  record.problem = fields::Text(proto.problem(), kMaxWords, "problem", violations, /*lines=*/true);
  record.demand = Note(proto.demand(), "demand", violations);
  record.language = LanguageTag(proto.language(), "language", violations);
  record.promised_actions =
      PromisesFromProto(proto.promised_actions(), "promised_actions", violations);
  record.evidence = EvidenceFromProto(proto, violations);
  record.assignee_agent_id =
      fields::OptionalId(proto.assignee_agent_id(), "assignee_agent_id", violations);
  record.receive_time = now;
  if (proto.has_receive_time()) {
    record.receive_time =
        FromMicros(ToMicros(fields::Instant(proto.receive_time(), "receive_time", violations)));
    violations.Check(record.receive_time <= now, "receive_time", "must not be in the future");
  }
  return record;
}

v1::Clock ToProto(const domain::SlaClock& clock) {
  v1::Clock proto;
  proto.set_kind(static_cast<v1::ClockKind>(clock.kind));
  proto.set_state(static_cast<v1::ClockState>(clock.state));
  *proto.mutable_start_time() = fields::ToProto(clock.start);
  if (clock.due != absl::InfiniteFuture()) {
    *proto.mutable_due_time() = fields::ToProto(clock.due);
  }
  if (clock.met) *proto.mutable_met_time() = fields::ToProto(*clock.met);
  if (clock.breach) *proto.mutable_breach_time() = fields::ToProto(*clock.breach);
  if (clock.cancel) *proto.mutable_cancel_time() = fields::ToProto(*clock.cancel);
  if (clock.breach) proto.set_breach_owner(clock.breach_owner);
  proto.set_policy_id(clock.policy.policy_id);
  proto.set_policy_version(clock.policy.version);
  proto.set_remaining_seconds(absl::ToInt64Seconds(clock.remaining));
  return proto;
}

v1::Case ToProto(const domain::Case& record, View view) {
  v1::Case proto;
  proto.set_case_id(record.case_id);
  proto.set_shop_id(record.shop_id);
  proto.set_kind(static_cast<v1::CaseKind>(record.kind));
  proto.set_channel(static_cast<v1::CaseChannel>(record.channel));
  proto.set_external_id(record.external_id);
  proto.set_priority(static_cast<v1::CasePriority>(record.priority));
  proto.set_order_id(record.order_id);
  if (record.purchase_date) {
    *proto.mutable_purchase_date() = fields::ToProto(*record.purchase_date);
  }
  proto.set_waybill(record.waybill);
  proto.set_customer_id(view == View::kMasked ? Masked(record.customer_id) : record.customer_id);
  for (const domain::CaseLine& line : record.lines) {
    v1::CaseLine& added = *proto.add_lines();
    added.set_sku(line.sku);
    added.set_category(line.category);
    added.set_quantity(line.quantity);
  }
  proto.set_problem(record.problem);
  proto.set_demand(record.demand);
  proto.set_language(record.language);
  for (const std::string& action : record.promised_actions) proto.add_promised_actions(action);
  for (const domain::Evidence& item : record.evidence) {
    *proto.add_evidence() = ToProto(item, proto.evidence_size() + 1);
  }
  proto.set_assignee_agent_id(record.assignee_agent_id);
  *proto.mutable_receive_time() = fields::ToProto(record.receive_time);
  proto.set_state(static_cast<v1::CaseState>(record.state));
  proto.set_result(static_cast<v1::ReviewResult>(record.result));
  for (const domain::SlaClock& clock : record.clocks) *proto.add_clocks() = ToProto(clock);
  const absl::Time due = domain::CaseDue(record);
  if (due != absl::InfiniteFuture()) *proto.mutable_due_time() = fields::ToProto(due);
  *proto.mutable_create_time() = fields::ToProto(record.create_time);
  *proto.mutable_update_time() = fields::ToProto(record.update_time);
  proto.set_etag(Etag(record));
  AddWork(record.work, proto);
  return proto;
}

v1::CaseActivity ToProto(const domain::Activity& activity) {
  v1::CaseActivity proto;
  proto.set_activity_id(activity.activity_id);
  proto.set_case_id(activity.case_id);
  proto.set_verb(activity.verb);
  proto.set_from_state(static_cast<v1::CaseState>(activity.from));
  proto.set_to_state(static_cast<v1::CaseState>(activity.to));
  proto.set_note(activity.note);
  proto.set_actor(activity.actor);
  *proto.mutable_create_time() = fields::ToProto(activity.create_time);
  if (const auto& by = activity.authority) {
    v1::ReviewAuthority& authority = *proto.mutable_authority();
    if (by->cost) *authority.mutable_cost() = ToProto(*by->cost);
    authority.set_policy_id(by->policy_id);
    authority.set_policy_version(by->policy_version);
    authority.set_tier_id(by->tier_id);
  }
  proto.set_result(static_cast<v1::ReviewResult>(activity.result));
  for (const domain::FieldChange& change : activity.changes) {
    v1::CaseFieldChange& added = *proto.add_changes();
    added.set_field(change.field);
    added.set_old_value(change.old_value);
    added.set_new_value(change.new_value);
  }
  proto.set_internal(activity.internal);
  return proto;
}

v1::DeadlineSegment ToProto(const domain::CountedSegment& segment) {
  v1::DeadlineSegment proto;
  *proto.mutable_start_time() = fields::ToProto(segment.from);
  *proto.mutable_end_time() = fields::ToProto(segment.to);
  proto.set_counted(segment.counted);
  proto.set_note(segment.note);
  proto.set_reason(static_cast<v1::SegmentReason>(segment.reason));
  proto.set_before_change(segment.before_change);
  return proto;
}

}  // namespace kefu::aftersales::convert

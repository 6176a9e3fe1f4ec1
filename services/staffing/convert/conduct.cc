#include "services/staffing/convert/conduct.h"

#include <algorithm>

#include "fmt/format.h"
#include "services/staffing/convert/contracts.h"
#include "services/staffing/convert/enums.h"
#include "services/staffing/convert/resources.h"
#include "services/staffing/domain/handover/handover.h"

namespace kefu::staffing::convert {
namespace {

constexpr int kMostKinds = 500;                         // bounds the request; the handbooks have 25
constexpr int kMostEvidence = 200;                      // the bound of performance's ConductEvent
constexpr int64_t kMostMoneyMinor = 1'000'000'000'000;  // the same

conduct::Kind FromProto(const v1::ConductKind& proto, const std::string& at,
                        FieldViolations& violations) {
  conduct::Kind kind{
      .id = KindName(proto.kind_id(), at + ".kind_id", violations),
      .display_name = Text(proto.display_name(), kMaxName, at + ".display_name", violations),
      .direction =
          RequiredEnum<conduct::Direction>(proto.direction(), at + ".direction", violations),
      .least_points = proto.least_points(),
      .most_points = proto.most_points(),
      .takes_money = proto.takes_money(),
      .most_days_off = proto.most_days_off(),
      .of_group = proto.of_group(),
      .needs_evidence = proto.needs_evidence()};
  for (int i = 0; i < proto.sanctions_size(); ++i) {
    kind.sanctions.push_back(RequiredEnum<conduct::Sanction>(
        proto.sanctions(i), fmt::format("{}.sanctions[{}]", at, i), violations));
  }
  return kind;
}

conduct::Terms TermsFrom(const v1::ConductTerms& proto, FieldViolations& violations) {
  conduct::Terms terms{
      .points = Number(proto.points(), -conduct::kMostPoints, conduct::kMostPoints, "terms.points",
                       violations),
      .days_off = Number(proto.days_off(), 0, conduct::kMostDaysOff, "terms.days_off", violations),
      .sanction = OptionalEnum<conduct::Sanction>(proto.sanction(), "terms.sanction", violations)};
  if (!proto.has_money() || proto.money().minor_units() == 0) return terms;
  terms.currency =
      OptionalCurrency(proto.money().currency_code(), "terms.money.currency_code", violations);
  violations.Check(!terms.currency.empty(), "terms.money.currency_code", "must be set");
  terms.money_minor = proto.money().minor_units();
  violations.Check(terms.money_minor >= -kMostMoneyMinor && terms.money_minor <= kMostMoneyMinor,
                   "terms.money.minor_units",
                   fmt::format("must be {} to {}", -kMostMoneyMinor, kMostMoneyMinor));
  return terms;
}

}  // namespace

conduct::Catalogue FromProto(const v1::ConductCatalogue& proto, FieldViolations& violations) {
  conduct::Catalogue catalogue{
      .appeal_days =
          Number(proto.appeal_days(), 1, conduct::kMostAppealDays, "appeal_days", violations),
      .record_days =
          Number(proto.record_days(), 1, conduct::kMostRecordDays, "record_days", violations)};
  violations.Check(proto.kinds_size() > 0 && proto.kinds_size() <= kMostKinds, "kinds",
                   fmt::format("must be 1 to {}", kMostKinds));
  for (int i = 0; i < std::min(proto.kinds_size(), kMostKinds); ++i) {
    catalogue.kinds.push_back(FromProto(proto.kinds(i), fmt::format("kinds[{}]", i), violations));
  }
  conduct::CheckCatalogue(catalogue, violations);
  return catalogue;
}

absl::StatusOr<conduct::Catalogue> CatalogueFromBody(std::string_view body) {
  v1::ConductCatalogue proto;
  if (!proto.ParseFromArray(body.data(), static_cast<int>(body.size()))) {
    return Internal("a stored catalogue of conduct does not parse");
  }
  FieldViolations violations;
  conduct::Catalogue catalogue = FromProto(proto, violations);
  if (!violations.empty()) return Internal("a stored catalogue of conduct does not hold together");
  return catalogue;
}

conduct::Event FromProto(const v1::RecordConductRequest& request, FieldViolations& violations) {
  conduct::Event event{
      .shop_id = Id(request.shop_id(), "shop_id", violations),
      .agent_id = OptionalId(request.agent_id(), "agent_id", violations),
      .team_id = OptionalId(request.team_id(), "team_id", violations),
      .day = RequiredDay(request.has_day(), request.day(), "day", violations),
      .severity = OptionalEnum<conduct::Severity>(request.severity(), "severity", violations),
      .evidence = OptionalText(request.evidence(), kMostEvidence, "evidence", violations),
      .terms = TermsFrom(request.terms(), violations),
      .source_id = OptionalId(request.source_id(), "source_id", violations)};
  if (!request.rule_id().empty())
    event.rule_id = KindName(request.rule_id(), "rule_id", violations);
  if (!request.kind_id().empty() || event.rule_id.empty()) {
    event.kind_id = KindName(request.kind_id(), "kind_id", violations);
  }
  violations.Check(!event.agent_id.empty() || !event.team_id.empty(), "agent_id",
                   "must be set, or team_id");
  if (event.severity == conduct::Severity::kUnspecified) event.severity = conduct::Severity::kMinor;
  if (!request.note().empty()) {
    event.note =
        handover::Masked(Text(request.note(), kMaxReason, "note", violations, /*lines=*/true));
  }
  return event;
}

conduct::Decision FromProto(const v1::DecideConductRequest& request, FieldViolations& violations) {
  Id(request.conduct_id(), "conduct_id", violations);
  conduct::Decision decision{.dismiss = request.dismiss()};
  violations.Check(!request.dismiss() || !request.has_terms(), "terms",
                   "must not be set when the event is dismissed");
  if (request.has_terms()) decision.terms = TermsFrom(request.terms(), violations);
  if (decision.dismiss || decision.terms || !request.reason().empty()) {
    decision.reason = Text(request.reason(), kMaxReason, "reason", violations, /*lines=*/true);
  }
  return decision;
}

v1::ConductKind ToProto(const conduct::Kind& kind) {
  v1::ConductKind proto;
  proto.set_kind_id(kind.id);
  proto.set_display_name(kind.display_name);
  proto.set_direction(static_cast<v1::ConductDirection>(kind.direction));
  proto.set_least_points(kind.least_points);
  proto.set_most_points(kind.most_points);
  proto.set_takes_money(kind.takes_money);
  proto.set_most_days_off(kind.most_days_off);
  for (const conduct::Sanction sanction : kind.sanctions) {
    proto.add_sanctions(static_cast<v1::ConductSanction>(sanction));
  }
  proto.set_of_group(kind.of_group);
  proto.set_needs_evidence(kind.needs_evidence);
  return proto;
}

v1::ConductCatalogue ToProto(const conduct::Catalogue& catalogue) {
  v1::ConductCatalogue proto;
  proto.set_version(catalogue.version);
  for (const conduct::Kind& kind : catalogue.kinds) *proto.add_kinds() = ToProto(kind);
  proto.set_appeal_days(catalogue.appeal_days);
  proto.set_record_days(catalogue.record_days);
  if (catalogue.version > 0) *proto.mutable_create_time() = ToProto(catalogue.create_time);
  return proto;
}

v1::ConductTerms ToProto(const conduct::Terms& terms) {
  v1::ConductTerms proto;
  proto.set_points(terms.points);
  if (!terms.currency.empty()) {
    *proto.mutable_money() = MoneyOf(terms.money_minor, terms.currency);
  }
  proto.set_days_off(terms.days_off);
  proto.set_sanction(static_cast<v1::ConductSanction>(terms.sanction));
  return proto;
}

v1::Conduct ToProto(const conduct::Event& event) {
  v1::Conduct proto;
  proto.set_conduct_id(event.id);
  proto.set_shop_id(event.shop_id);
  proto.set_agent_id(event.agent_id);
  proto.set_team_id(event.team_id);
  *proto.mutable_day() = ToProto(event.day);
  proto.set_kind_id(event.kind_id);
  proto.set_severity(static_cast<v1::ConductSeverity>(event.severity));
  proto.set_evidence(event.evidence);
  proto.set_note(event.note);
  *proto.mutable_terms() = ToProto(event.terms);
  proto.set_state(static_cast<v1::ConductState>(event.state));
  proto.set_source_id(event.source_id);
  proto.set_catalogue_version(event.catalogue_version);
  proto.set_recorded_by(event.recorded_by);
  proto.set_decided_by(event.decided_by);
  proto.set_decision_reason(event.decision_reason);
  if (event.appeal_until) *proto.mutable_appeal_until_date() = ToProto(*event.appeal_until);
  proto.set_appeal_agent_id(event.appeal_agent_id);
  proto.set_appeal_reason(event.appeal_reason);
  proto.set_closed_by(event.closed_by);
  proto.set_close_reason(event.close_reason);
  proto.set_rule_id(event.rule_id);
  proto.set_rule_version(event.rule_version);
  *proto.mutable_create_time() = ToProto(event.info.create_time);
  *proto.mutable_update_time() = ToProto(event.info.update_time);
  proto.set_etag(Etag(event.info));
  return proto;
}

v1::ConductEntry ToProto(const conduct::Entry& entry) {
  v1::ConductEntry proto;
  proto.set_sequence(entry.sequence);
  proto.set_state(static_cast<v1::ConductState>(entry.state));
  proto.set_actor(entry.actor);
  proto.set_reason(entry.reason);
  *proto.mutable_terms() = ToProto(entry.terms);
  *proto.mutable_record_time() = ToProto(entry.record_time);
  return proto;
}

v1::ConductTally ToProto(std::string_view kind_id, const conduct::Tally& tally) {
  v1::ConductTally proto;
  proto.set_kind_id(std::string(kind_id));
  proto.set_counted(tally.counted);
  proto.set_pending(tally.pending);
  proto.set_points(tally.points);
  proto.set_days_off(tally.days_off);
  for (const auto& [currency, minor] : tally.money_minor) {
    *proto.add_money() = MoneyOf(minor, currency);
  }
  return proto;
}

}  // namespace kefu::staffing::convert

#include "services/performance/errors.h"

#include <fmt/format.h>

#include "common/status/error.h"

namespace kefu::performance::error {

absl::Status ShopNotConfigured(std::string_view shop_id) {
  google::rpc::ResourceInfo info;
  info.set_resource_type("kefu.performance.v1.ShopSettings");
  info.set_resource_name(std::string(shop_id));
  return AddDetail(
      MakeError(absl::StatusCode::kNotFound, "SHOP_NOT_CONFIGURED",
                fmt::format("shop '{}' is not configured here; call ConfigureShop first", shop_id)),
      info);
}

absl::Status OrderNotFound(std::string_view order_id) {
  return NotFound("kefu.performance.v1.Order", order_id);
}

absl::Status EmploymentNotFound(std::string_view agent_id) {
  return NotFound("kefu.performance.v1.Employment", agent_id);
}

absl::Status ConversationNotFound(std::string_view conversation_id) {
  return NotFound("kefu.performance.v1.Conversation", conversation_id);
}

absl::Status HeaderMissing() {
  return InvalidArgument("HEADER_MISSING", "header",
                         "the first message of the stream must carry the header with the shop");
}

absl::Status HeaderRepeated() {
  return InvalidArgument("HEADER_REPEATED", "header",
                         "only the first message of the stream may carry the header");
}

absl::Status TooManyRows(int rows, int most) {
  return InvalidArgument("TOO_MANY_ROWS", "rows",
                         fmt::format("one message may carry {} rows, this one has {}", most, rows));
}

absl::Status StreamTooLong(int64_t most) {
  return InvalidArgument(
      "STREAM_TOO_LONG", "rows",
      fmt::format(
          "one stream may carry {} rows; what came before is kept, send the rest in another",
          most));
}

absl::Status DayInHand() {
  return ResourceExhausted("DAY_IN_HAND",
                           "the shop's facts of this kind are being replaced; try again",
                           absl::Seconds(5));
}

absl::Status NoRoomForDay() {
  return ResourceExhausted("NO_ROOM_FOR_DAY",
                           "days that are being replaced fill the memory for them; try again",
                           absl::Seconds(30));
}

absl::Status DaySilent(absl::Duration most) {
  return Aborted("DAY_SILENT",
                 fmt::format("no row came for {}; send the day again", absl::FormatDuration(most)));
}

absl::Status DefinitionNotActive(std::string_view key, std::string_view shop_id) {
  return FailedPrecondition(
      "DEFINITION_NOT_ACTIVE", "definition_id",
      fmt::format("shop {} is not scored by '{}'; once somebody who may configure its facts has "
                  "asked by it, everybody can",
                  shop_id, key));
}

absl::Status TooManyDefinitions(std::string_view scored, int most) {
  return FailedPrecondition(
      "TOO_MANY_DEFINITIONS", "definition_id",
      fmt::format(
          "{} is scored by {} definitions already, which is the most by the policy "
          "(SetDefinitionPolicy): take one back from a shop with "
          "DeactivateMetricDefinition, from a platform by a version without it; what months "
          "were closed by stays, and a version that computes the same sums needs no room",
          scored, most));
}

absl::Status DefinitionNeeded(std::string_view key) {
  return FailedPrecondition("DEFINITION_NEEDED", "definition_id",
                            fmt::format("every shop of the platform is scored by '{}'", key));
}

absl::Status RowsOfOtherKind() {
  return InvalidArgument("ROWS_OF_OTHER_KIND", "header.kind",
                         "every message may carry rows of the header's kind only");
}

absl::Status DayTooLarge(size_t most) {
  return InvalidArgument("DAY_TOO_LARGE", "rows",
                         fmt::format("a day that is replaced may have {} rows and 128 MiB", most));
}

absl::Status UnknownMetrics(std::string_view ids, std::string_view field) {
  return InvalidArgument("UNKNOWN_METRIC", field,
                         fmt::format("unknown: {}; ListMetrics tells what there is", ids));
}

absl::Status UnknownDefinition(std::string_view id) {
  return InvalidArgument(
      "UNKNOWN_DEFINITION", "definition_id",
      fmt::format("'{}' is unknown; ListMetricDefinitions tells what there is", id));
}

absl::Status MetricNotForSubject(std::string_view id, std::string_view subject) {
  return InvalidArgument("METRIC_NOT_FOR_SUBJECT", "metric_id",
                         fmt::format("'{}' is not computed for a {}", id, subject));
}

absl::Status FactsChanged() {
  return Aborted("FACTS_CHANGED",
                 "the figure has changed while it was explained; ask again from the first page");
}

absl::Status TooManyFigures(size_t most_bytes) {
  return InvalidArgument("TOO_MANY_FIGURES", "page_size",
                         fmt::format("the answer has more than {} MiB: ask for pages, fewer "
                                     "metrics or a shorter period",
                                     most_bytes >> 20));
}

absl::Status PeriodTooLong(int64_t days, int64_t most) {
  return InvalidArgument("PERIOD_TOO_LONG", "period",
                         fmt::format("has {} days, at most {} are answered", days, most));
}

absl::Status FactsTooFarApart(absl::CivilDay first, absl::CivilDay last, int64_t most) {
  return InvalidArgument(
      "PERIOD_TOO_LONG", "period",
      fmt::format("must be named: facts lie from {} to {}, and at most {} days are answered; look "
                  "for rows of a mistyped year at both ends",
                  absl::FormatCivilTime(first), absl::FormatCivilTime(last), most));
}

absl::Status SettingsFixed(std::string_view zone, std::string_view currency) {
  return FailedPrecondition(
      "SETTINGS_FIXED", "settings",
      fmt::format("the shop has facts in zone {} and currency {} already; neither can change", zone,
                  currency));
}

absl::Status OnlyOwnAgents() {
  return PermissionDenied("ONLY_OWN_AGENTS",
                          "a base is shown the figures of its own agents and nothing else");
}

absl::Status NotForShops() {
  return PermissionDenied("SHOP_NOT_ALLOWED",
                          "what all shops of the organization share is not for a caller who is "
                          "confined to some of them");
}

absl::Status SettingsChanged() {
  return FailedPrecondition(
      "SETTINGS_CHANGED", "settings",
      "the shop's zone or currency has changed since the import began; send it again");
}

}  // namespace kefu::performance::error

// Every failure that performance itself can answer; each reason stands in
// docs/errors/performance.md.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace kefu::performance::error {

absl::Status ShopNotConfigured(std::string_view shop_id);    // NOT_FOUND SHOP_NOT_CONFIGURED
absl::Status OrderNotFound(std::string_view order_id);       // NOT_FOUND NOT_FOUND
absl::Status EmploymentNotFound(std::string_view agent_id);  // NOT_FOUND NOT_FOUND
absl::Status ConversationNotFound(std::string_view conversation_id);  // NOT_FOUND NOT_FOUND
absl::Status HeaderMissing();                  // INVALID_ARGUMENT HEADER_MISSING
absl::Status HeaderRepeated();                 // INVALID_ARGUMENT HEADER_REPEATED
absl::Status TooManyRows(int rows, int most);  // INVALID_ARGUMENT TOO_MANY_ROWS
absl::Status StreamTooLong(int64_t most);      // INVALID_ARGUMENT STREAM_TOO_LONG
absl::Status DayInHand();                      // RESOURCE_EXHAUSTED DAY_IN_HAND
absl::Status NoRoomForDay();                   // RESOURCE_EXHAUSTED NO_ROOM_FOR_DAY
absl::Status DaySilent(absl::Duration most);   // ABORTED DAY_SILENT
absl::Status DefinitionNotActive(
    std::string_view key, std::string_view shop_id);  // FAILED_PRECONDITION DEFINITION_NOT_ACTIVE
// Of a shop or a platform.
absl::Status TooManyDefinitions(std::string_view scored,
                                int most);            // FAILED_PRECONDITION TOO_MANY_DEFINITIONS
absl::Status DefinitionNeeded(std::string_view key);  // FAILED_PRECONDITION DEFINITION_NEEDED
absl::Status RowsOfOtherKind();                       // INVALID_ARGUMENT ROWS_OF_OTHER_KIND
absl::Status DayTooLarge(size_t most);                // INVALID_ARGUMENT DAY_TOO_LARGE
// INVALID_ARGUMENT UNKNOWN_METRIC; `field` holds the ids.
absl::Status UnknownMetrics(std::string_view ids, std::string_view field);
absl::Status UnknownDefinition(std::string_view id);  // INVALID_ARGUMENT UNKNOWN_DEFINITION
absl::Status MetricNotForSubject(
    std::string_view id, std::string_view subject);  // INVALID_ARGUMENT METRIC_NOT_FOR_SUBJECT
absl::Status FactsChanged();
absl::Status TooManyFigures(size_t most_bytes);
absl::Status PeriodTooLong(int64_t days, int64_t most);  // INVALID_ARGUMENT PERIOD_TOO_LONG
// The same, where no period was named and the shop's first and last fact give one.
absl::Status FactsTooFarApart(absl::CivilDay first, absl::CivilDay last, int64_t most);
absl::Status SettingsFixed(std::string_view zone,
                           std::string_view currency);  // FAILED_PRECONDITION SETTINGS_FIXED
absl::Status OnlyOwnAgents();                           // PERMISSION_DENIED ONLY_OWN_AGENTS
absl::Status SettingsChanged();                         // FAILED_PRECONDITION SETTINGS_CHANGED
absl::Status NotForShops();                             // PERMISSION_DENIED SHOP_NOT_ALLOWED

}  // namespace kefu::performance::error

// Contract <-> domain for cases. FromProto checks the shape only and reports every
// fault at once; output-only fields are ignored. Pure, thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "common/status/error.h"
#include "google/protobuf/field_mask.pb.h"
#include "kefu/aftersales/v1/aftersales_service.pb.h"
#include "kefu/aftersales/v1/resources.pb.h"
#include "services/aftersales/domain/clocks.h"
#include "services/aftersales/domain/types.h"

namespace kefu::aftersales::convert {

// Most promised actions of one case; each answer may add some.
inline constexpr int kMaxPromises = 100;
// Longest note, problem, demand or message, in characters.
inline constexpr int kMaxWords = 4000;

// A new case without ids, clocks and state. `now` stands in for an absent receive_time.
domain::Case FromProto(const v1::Case& proto, absl::Time now, FieldViolations& violations);
// The fields of a case that may be corrected; those that the mask does not name are nothing.
struct CaseCorrection {
  std::optional<domain::CasePriority> priority;
  std::optional<std::optional<absl::CivilDay>> purchase_date;
  std::optional<std::string> waybill, problem, demand, order_id, language;
};
CaseCorrection CorrectionFromProto(const v1::Case& proto, const google::protobuf::FieldMask& mask,
                                   FieldViolations& violations);
std::vector<std::string> PromisesFromProto(
    const google::protobuf::RepeatedPtrField<std::string>& values, std::string_view field,
    FieldViolations& violations);
// Not negative, of a known currency; nothing when absent.
std::optional<Money> MoneyFromProto(bool present, const ::kefu::common::v1::Money& proto,
                                    std::string_view field, FieldViolations& violations);
::kefu::common::v1::Money ToProto(const Money& money);
// One piece of evidence, of which everything must be said; its media type under its usual name.
domain::Evidence FromProto(const v1::Evidence& item, const std::string& path,
                           FieldViolations& violations);
v1::Evidence ToProto(const domain::Evidence& item, int32_t number);
// Words with line breaks, or empty.
std::string Note(std::string_view note, std::string_view field, FieldViolations& violations);
// A BCP 47 tag as far as letters, digits and hyphens go, or empty.
std::string LanguageTag(std::string_view tag, std::string_view field, FieldViolations& violations);

// How much of a customer's personal data a view shows.
enum class View { kFull, kMasked };
// A customer's id with at most its last two characters.
std::string Masked(std::string_view id);
// With kMasked the customer's id shows its last two characters at most.
v1::Case ToProto(const domain::Case& record, View view);
v1::Clock ToProto(const domain::SlaClock& clock);
v1::CaseActivity ToProto(const domain::Activity& activity);
v1::DeadlineSegment ToProto(const domain::CountedSegment& segment);

// The etag of a case's version.
std::string Etag(const domain::Case& record);

}  // namespace kefu::aftersales::convert

// Daily visits, ratings and inspections of other systems between the contract, the stored bodies
// and values, with every check on a single row.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "kefu/performance/v1/visits.pb.h"
#include "services/performance/convert/facts.h"
#include "services/performance/domain/judgement/quality.h"

namespace kefu::performance::convert {

struct VisitsOfDay {
  absl::CivilDay day;
  domain::DailyVisits visits;
};
struct RatingOfConversation {
  std::string conversation_id;
  int score = 0;
};

struct InspectionOfSource {
  std::string source_id, conversation_id, agent_id, inspector, note;
  int64_t inspect_us = 0;
  domain::Judged judged;
};

// As convert/facts.h.
VisitsOfDay ToDomain(const v1::DailyVisits& proto, std::string_view currency, Problems& problems);
RatingOfConversation ToDomain(const v1::Rating& proto, Problems& problems);
InspectionOfSource ToDomain(const v1::ImportedInspection& proto, Problems& problems);

// INTERNAL when a body cannot be read.
absl::StatusOr<VisitsOfDay> VisitsFromBody(std::string_view body);
absl::StatusOr<RatingOfConversation> RatingFromBody(std::string_view body);

// Imported inspections are stored as v1.Inspection, under the id.
std::string InspectionBody(std::string_view id, const InspectionOfSource& fact);
// Whom and what it is about, and not its source's id.
absl::StatusOr<InspectionOfSource> InspectionFromBody(std::string_view body);
// The new body, with the appeal of the one whose place it takes.
absl::StatusOr<std::string> KeepAppeal(std::string_view before, std::string_view body);

}  // namespace kefu::performance::convert

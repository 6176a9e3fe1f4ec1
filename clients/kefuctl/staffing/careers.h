// kefuctl staffing tier, promotions, promote, authority.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "clients/kefuctl/context.h"
#include "clients/kefuctl/table.h"
#include "kefu/staffing/v1/staffing_service.pb.h"

namespace kefu::workforce {

// Adds the subcommands; as AddStaffingCommands.
void AddCareerCommands(CLI::App& staffing, kefuctl::Context& context);

// --- Pure, but for the language; thread-safe. ---

// A row a tier record, the oldest first.
kefuctl::Table TierTable(const staffing::v1::ListTierChangesResponse& changes);
// A row a step up: open, or what is missing and since when tenure alone allows it.
kefuctl::Table StepTable(const staffing::v1::EvaluatePromotionResponse& evaluations);
// A line for each probation that is due to be decided; empty for none.
std::string ProbationsText(const staffing::v1::EvaluatePromotionResponse& evaluations);
// A row a promotion that waits or is done.
kefuctl::Table PromotionTable(const staffing::v1::ListPromotionsResponse& promotions);
// Whether, up to what, and by whom else: lines of words.
std::string AuthorityWords(const staffing::v1::CheckAuthorityResponse& answer);
// "12", "12.5" or "12.50" as minor units of a hundredth. INVALID_ARGUMENT in the reader's language.
absl::StatusOr<int64_t> ReadAmount(const std::string& text);

}  // namespace kefu::workforce

#include "services/aftersales/handlers/refusals.h"

#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "common/status/error.h"

namespace kefu::aftersales {

absl::Status Refusals::Add(std::string_view field, const absl::Status& status) {
  if (status.ok()) return status;
  const bool refused = absl::IsInvalidArgument(status) || absl::IsNotFound(status) ||
                       absl::IsFailedPrecondition(status);
  if (!refused) return status;
  const std::string words(status.message());
  if (const auto own = GetDetail<google::rpc::PreconditionFailure>(status)) {
    reasons_.MergeFrom(*own);
  } else {
    auto& violation = *reasons_.add_violations();
    violation.set_type(ReasonOf(status));
    violation.set_subject(std::string(field));
    violation.set_description(words);
  }
  auto& violation = *fields_.add_field_violations();
  violation.set_field(std::string(field));
  violation.set_description(words);
  refusals_.push_back(status);
  return absl::OkStatus();
}

absl::Status Refusals::ToStatus() const {
  if (refusals_.empty()) return absl::OkStatus();
  std::string words;
  for (const absl::Status& each : refusals_) {
    absl::StrAppend(&words, words.empty() ? "" : "; ", each.message());
  }
  absl::Status all(refusals_.front().code(), words);
  refusals_.front().ForEachPayload(
      [&](auto url, const absl::Cord& payload) { all.SetPayload(url, payload); });
  return AddDetail(AddDetail(std::move(all), reasons_), fields_);
}

}  // namespace kefu::aftersales

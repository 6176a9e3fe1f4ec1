// Failures of insight; each reason stands in docs/errors/aftersales_insight.md.
#pragma once

#include <string_view>

#include "absl/status/status.h"

namespace kefu::aftersales::error {

absl::Status WarningNotFound(std::string_view warning_id);  // NOT_FOUND NOT_FOUND
// FAILED_PRECONDITION WARNING_JUDGED; metadata `state` says how.
absl::Status WarningJudged(std::string_view warning_id, std::string_view state);
// ABORTED ETAG_MISMATCH
absl::Status WarningChanged(std::string_view warning_id);
absl::Status BadLotPolicyChanged();
// PERMISSION_DENIED SHOP_NOT_ALLOWED: what all shops share is not for a token confined to some.
absl::Status NotForSomeShops();

}  // namespace kefu::aftersales::error

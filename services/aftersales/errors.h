// Every failure that after-sales itself can answer; each reason stands in
// docs/errors/aftersales.md. What another tenant owns is reported exactly like what does not exist.
#pragma once

#include <string_view>

#include "absl/status/status.h"

namespace kefu::aftersales::error {

absl::Status CaseNotFound(std::string_view case_id);         // NOT_FOUND NOT_FOUND
absl::Status ExternalIdTaken(std::string_view external_id);  // ALREADY_EXISTS EXTERNAL_ID_TAKEN
absl::Status EtagMismatch(std::string_view case_id);         // ABORTED ETAG_MISMATCH
absl::Status OrganizationRequired();                    // PERMISSION_DENIED ORGANIZATION_REQUIRED
absl::Status ShopNotAllowed(std::string_view shop_id);  // PERMISSION_DENIED SHOP_NOT_ALLOWED
// FAILED_PRECONDITION ILLEGAL_MOVE; metadata `state` and `verb` name what does not go together.
absl::Status IllegalMove(std::string_view state, std::string_view verb);
absl::Status PaidRequired();  // INVALID_ARGUMENT PAID_REQUIRED

}  // namespace kefu::aftersales::error

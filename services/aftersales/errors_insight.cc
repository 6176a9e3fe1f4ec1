#include "services/aftersales/errors_insight.h"

#include <string>

#include "common/status/error.h"
#include "fmt/format.h"

namespace kefu::aftersales::error {

absl::Status WarningNotFound(std::string_view warning_id) {
  return NotFound("bad lot warning", warning_id);
}

absl::Status WarningJudged(std::string_view warning_id, std::string_view state) {
  return FailedPrecondition("WARNING_JUDGED", warning_id,
                            fmt::format("the warning was judged already: {}", state),
                            {{"state", std::string(state)}});
}

absl::Status WarningChanged(std::string_view warning_id) {
  return Aborted(
      "ETAG_MISMATCH",
      fmt::format("warning {} has changed since it was read; read it again", warning_id));
}

absl::Status BadLotPolicyChanged() {
  return Aborted("ETAG_MISMATCH",
                 "another version of the policy was written since it was read; read it again");
}

absl::Status NotForSomeShops() {
  return PermissionDenied("SHOP_NOT_ALLOWED",
                          "lots are shared by all shops; the token is confined to some");
}

}  // namespace kefu::aftersales::error

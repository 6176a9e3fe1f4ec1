#include "services/aftersales/errors.h"

#include <string>

#include "common/status/error.h"
#include "fmt/format.h"

namespace kefu::aftersales::error {

absl::Status CaseNotFound(std::string_view case_id) { return NotFound("case", case_id); }

absl::Status ExternalIdTaken(std::string_view external_id) {
  google::rpc::ResourceInfo info;
  info.set_resource_type("case");
  info.set_resource_name(std::string(external_id));
  info.set_description("another case of the same shop and kind has this external_id");
  return AddDetail(
      MakeError(absl::StatusCode::kAlreadyExists, "EXTERNAL_ID_TAKEN", info.description()), info);
}

absl::Status EtagMismatch(std::string_view case_id) {
  return Aborted("ETAG_MISMATCH",
                 fmt::format("case {} has changed since it was read; read it again", case_id));
}

absl::Status OrganizationRequired() {
  return PermissionDenied("ORGANIZATION_REQUIRED", "the token speaks for no organization");
}

absl::Status ShopNotAllowed(std::string_view shop_id) {
  return PermissionDenied("SHOP_NOT_ALLOWED",
                          fmt::format("the token is confined to other shops than {}", shop_id));
}

absl::Status IllegalMove(std::string_view state, std::string_view verb) {
  return FailedPrecondition("ILLEGAL_MOVE", "case",
                            fmt::format("{} is not possible in state {}", verb, state),
                            {{"state", std::string(state)}, {"verb", std::string(verb)}});
}

absl::Status PaidRequired() {
  return InvalidArgument("PAID_REQUIRED", "paid",
                         "must be set, since the policy caps compensation at what was paid");
}

}  // namespace kefu::aftersales::error

// Policies of delegated authority <-> the contract.
#ifndef KEFU_COMMON_CONVERT_AUTHORITY_H_
#define KEFU_COMMON_CONVERT_AUTHORITY_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "common/authority/authority.h"
#include "kefu/staffing/v1/authority.pb.h"

namespace kefu::authority {

// Characters of a rule's or a question's subject.
inline constexpr int kMaxSubject = 64;

// Shape and sense: see CheckPolicy. Id and version are the caller's to set.
Policy FromProto(const ::kefu::staffing::v1::AuthorityPolicy& proto, FieldViolations& violations);
::kefu::staffing::v1::AuthorityRule ToProto(const Rule& rule);
::kefu::staffing::v1::AuthorityPolicy ToProto(const Policy& policy);
// Of a body that staffing wrote. INTERNAL when it does not hold together.
absl::StatusOr<Policy> PolicyFromBody(std::string_view body);

}  // namespace kefu::authority

#endif  // KEFU_COMMON_CONVERT_AUTHORITY_H_

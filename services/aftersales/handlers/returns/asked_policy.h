// An own return policy as somebody writes it, or asks what it would change.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "common/db/transaction.h"
#include "common/status/error.h"
#include "kefu/aftersales/v1/returns.pb.h"
#include "services/aftersales/domain/returns/types.h"

namespace kefu::aftersales {

// Whose policies are meant: the caller's own, or of the organization in which it may use the shop.
absl::StatusOr<std::string> OrgOfPolicies(const RequestContext& ctx, const std::string& shop_id);

struct AskedPolicy {
  domain::returns::Policy policy;  // with its organization and writer, without a version
  FieldViolations faults;          // of its shape; paths below "policy"
  bool present = false;            // an empty one withdraws a promise, none at all is a mistake
};
// SHOP_NOT_ALLOWED.
absl::StatusOr<AskedPolicy> AskPolicy(const RequestContext& ctx, bool present,
                                      const v1::ReturnPolicy& proto);

// Adds the faults that only the shipped policies can tell, and those of its shape.
absl::Status CheckPolicy(db::Transaction& t, const RequestContext& ctx,
                         const v1::ReturnPolicy& proto, const AskedPolicy& asked,
                         FieldViolations& violations);

}  // namespace kefu::aftersales

// Rows of comments and links. As cases.h says.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/db/transaction.h"
#include "services/aftersales/domain/types.h"

namespace kefu::aftersales::store {

absl::Status InsertComment(db::Transaction& t, std::string_view org_id,
                           const domain::Comment& comment);
// Up to `limit` of the cases' comments with an id greater than `after`, in that order; without the
// internal ones unless `internal`.
absl::StatusOr<std::vector<domain::Comment>> ListComments(db::Transaction& t,
                                                          std::string_view org_id,
                                                          std::span<const std::string> case_ids,
                                                          std::string_view after, bool internal,
                                                          int limit);

// A link with the shop of the other case.
struct LinkRow {
  domain::CaseLink link;
  std::string other_shop_id;
};
// Those of the cases, by case and other case.
absl::StatusOr<std::vector<LinkRow>> ListLinks(db::Transaction& t, std::string_view org_id,
                                               std::span<const std::string> case_ids);
// Adds the link as both of its cases read it; both are locked.
absl::Status InsertLink(db::Transaction& t, std::string_view org_id, const domain::CaseLink& link);
// Takes it away from both.
absl::Status DeleteLink(db::Transaction& t, std::string_view org_id, const domain::CaseLink& link);

}  // namespace kefu::aftersales::store

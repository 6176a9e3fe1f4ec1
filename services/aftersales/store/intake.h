// Rules of assignment and channels, and what is known of e-mails that came in. The functions keep
// no state and are thread-safe; all return the database's errors. Bodies are messages of the
// contract as JSON, opaque here.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/db/transaction.h"
#include "services/aftersales/domain/types.h"

namespace kefu::aftersales::store {

// What rules are about, as it is stored.
inline constexpr std::string_view kAssignmentRules = "ASSIGNMENT", kChannelRules = "CHANNEL";

struct StoredRules {
  int32_t version = 0;
  std::string body;
};
// The version in force; the shipped one where the organization has none. INTERNAL without any.
absl::StatusOr<StoredRules> RulesAt(db::Transaction& t, std::string_view org_id,
                                    std::string_view topic, absl::Time at);
// The number of the version that is next; the last one is locked until the transaction ends.
absl::StatusOr<int32_t> NextRules(db::Transaction& t, std::string_view org_id,
                                  std::string_view topic);
absl::Status InsertRules(db::Transaction& t, std::string_view org_id, std::string_view topic,
                         int32_t version, absl::Time effective, std::string_view body);

// The case of that kind and external id in the shop; empty: none.
absl::StatusOr<std::string> CaseOfExternalId(db::Transaction& t, std::string_view org_id,
                                             std::string_view shop_id, domain::CaseKind kind,
                                             std::string_view external_id);
// The case that the first known of these e-mails is about; empty: none.
absl::StatusOr<std::string> CaseOfMessages(db::Transaction& t, std::string_view org_id,
                                           std::string_view shop_id,
                                           std::span<const std::string> message_ids);
// ALREADY_EXISTS DUPLICATE_KEY.
absl::Status InsertMessage(db::Transaction& t, const domain::Case& record,
                           std::string_view message_id);

// Digests of what a row said that was taken in under the number of `record`; nothing where none was
// kept.
absl::StatusOr<std::optional<std::string>> DigestsOf(db::Transaction& t,
                                                     const domain::Case& record);
// ALREADY_EXISTS DUPLICATE_KEY.
absl::Status InsertDigests(db::Transaction& t, const domain::Case& record,
                           std::string_view digests);

}  // namespace kefu::aftersales::store

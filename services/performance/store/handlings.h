// Which conversations an agent handled on a day. As store/facts.h says.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "services/performance/store/facts.h"

namespace kefu::performance::store {

// Lists the handlings of some conversations; of `replaced_ids`, what was listed before goes.
absl::Status SaveHandlings(db::Transaction& t, const Scope& scope,
                           std::span<const ConversationRow> rows,
                           std::span<const std::string_view> replaced_ids);
absl::Status DeleteHandlings(db::Transaction& t, const Scope& scope,
                             std::span<const std::string_view> conversation_ids);

// Bodies of the conversations in which one of some agents, "" among them, began handling on a day;
// each once.
absl::StatusOr<std::vector<std::string>> LoadHandled(db::Transaction& t, const Scope& scope,
                                                     absl::CivilDay day,
                                                     std::span<const std::string> agent_ids);

// Whether all of a shop's conversations are listed: those stored before handlings were are not.
absl::StatusOr<bool> HandlingsListed(db::Transaction& t, const Scope& scope);
absl::Status SetHandlingsListed(db::Transaction& t, const Scope& scope);
// Shops that are not, over all organizations.
absl::StatusOr<std::vector<Scope>> ShopsToList(db::Transaction& t);

}  // namespace kefu::performance::store

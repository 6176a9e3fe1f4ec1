// Statements over the cases of a period, put together of constants. For the store only.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/db/transaction.h"
#include "common/time/civil.h"
#include "services/aftersales/domain/insight/figures.h"
#include "services/aftersales/store/base_sql.h"

namespace kefu::aftersales::store {

// Constant text and the values of its question marks, in order. The values outlive it.
class FigureSql {
 public:
  FigureSql& Add(std::string_view constant, std::initializer_list<db::Param> values = {}) {
    text_ += constant;
    values_.insert(values_.end(), values);
    return *this;
  }
  absl::StatusOr<db::Rows> Query(db::Transaction& t) const {
    return t.Query(db::Sql{text_.c_str()}, values_);
  }

  // Of aftersales_case c, by its receipt: whatever else the statement asks for, the period is what
  // it walks.
  static constexpr std::string_view kCases = " FROM aftersales_case c FORCE INDEX (case_received)";
  // Those of the period's organization, shops and kinds. Whoever asks for a base adds its agents.
  FigureSql& Received(const domain::insight::CasePeriod& period, absl::Time from, absl::Time to) {
    Add(" WHERE c.org_id = ? AND c.receive_us >= ? AND c.receive_us < ? AND c.state <> 'MERGED'",
        {period.org_id, ToMicros(from), ToMicros(to)});
    return Confined(period);
  }
  FigureSql& Confined(const domain::insight::CasePeriod& period) {
    if (!period.shops.empty()) Add(" AND FIND_IN_SET(c.shop_id, ?) > 0", {period.shops});
    if (!period.kinds.empty()) Add(" AND FIND_IN_SET(c.kind, ?) > 0", {period.kinds});
    return *this;
  }

 private:
  std::string text_;
  std::vector<db::Param> values_;
};

// An agent as the merchant knows it, joined as g.
#define JOIN_AGENT(agent) " LEFT JOIN agent g ON g.org_id = c.org_id AND g.agent_id = " agent
#define BASE_OF(agent) BASE_OF_AGENT("g.base_id", agent)

// Who has the case now.
inline constexpr std::string_view kJoinAssignee = JOIN_AGENT("c.assignee_agent_id");
inline constexpr std::string_view kBaseOfAssignee = BASE_OF("c.assignee_agent_id");
inline constexpr std::string_view kAssigneeOfBase = " AND " BASE_OF("c.assignee_agent_id") " = ?";

}  // namespace kefu::aftersales::store

// Pages of facts.
#include <algorithm>

#include "common/convert/fields.h"
#include "common/db/page_token.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/performance/errors.h"
#include "services/performance/handlers/handlers.h"
#include "services/performance/handlers/scope.h"
#include "services/performance/store/visits.h"

namespace kefu::performance {
namespace {

constexpr int kSearchBatch = 1'000;   // rows read at once while looking for an agent's
constexpr int kMostSearched = 5'000;  // and by one call: about as many megabytes of words

// A place in a list ordered by (day, id).
struct PageStart {
  ShopScope shop;
  absl::CivilDay first{1, 1, 1}, last{9999, 12, 31};
  absl::CivilDay after_day{1, 1, 1};
  std::string after_id;
  uint64_t filter = 0;
  int page_size = 0;
};

template <class Request>
absl::StatusOr<PageStart> StartOf(const Dependencies& deps, const RequestContext& ctx,
                                  const Request& request, std::string_view extra_filter) {
  RETURN_IF_ERROR(RequireSightOfFacts(ctx));
  FieldViolations violations;
  kefu::convert::Id(request.shop_id(), "shop_id", violations);
  const auto days =
      kefu::convert::OptionalDays(request.has_period(), request.period(), "period", violations);
  violations.Check(request.page_size() >= 0, "page_size", "must not be negative");
  RETURN_IF_ERROR(violations.ToStatus());
  PageStart start;
  ASSIGN_OR_RETURN(start.page_size, db::PageSize(request.page_size()));
  ASSIGN_OR_RETURN(start.shop,
                   RequireShopScope(deps.database, ctx, request.shop_id(), ctx.deadline));
  if (days) {
    start.first = days->first;
    start.last = days->last;
  }
  start.filter = db::FilterHash({ctx.method, start.shop.scope.org_id, start.shop.scope.shop_id,
                                 absl::FormatCivilTime(start.first),
                                 absl::FormatCivilTime(start.last), extra_filter});
  ASSIGN_OR_RETURN(const auto after, db::DecodePageToken(request.page_token(), start.filter, 2));
  if (!after.empty()) {
    if (!absl::ParseCivilTime(after[0], &start.after_day))
      return InvalidArgument("BAD_PAGE_TOKEN", "page_token", "is damaged");
    start.after_id = after[1];
  }
  return start;
}

// A stored body as the contract's message. INTERNAL when it cannot be read.
template <class Proto>
absl::Status Parse(const std::string& body, Proto* proto) {
  return proto->ParseFromString(body) ? absl::OkStatus() : Internal("a stored fact cannot be read");
}

std::string TokenAfter(const PageStart& start, const store::PageRow& row) {
  return db::EncodePageToken(start.filter, {absl::FormatCivilTime(row.day), row.id});
}

// Behind what was looked at.
std::string TokenAt(const PageStart& start) {
  return db::EncodePageToken(start.filter,
                             {absl::FormatCivilTime(start.after_day), start.after_id});
}

// Conversations, and the ratings that were told apart from them.
struct RatedPage {
  std::vector<store::PageRow> rows;
  std::map<std::string, int> ratings;
};
absl::StatusOr<RatedPage> ReadRated(db::Database& database, const PageStart& start, int limit,
                                    absl::Time deadline) {
  return database.RunInTransaction(deadline, [&](db::Transaction& t) -> absl::StatusOr<RatedPage> {
    const store::Scope& scope = start.shop.scope;
    RatedPage page;
    ASSIGN_OR_RETURN(page.rows, store::PageConversations(t, scope, start.first, start.last,
                                                         start.after_day, start.after_id, limit));
    std::vector<std::string_view> ids;
    for (const store::PageRow& row : page.rows) ids.push_back(row.id);
    ASSIGN_OR_RETURN(page.ratings, store::LoadRatingsOf(t, scope, ids));
    return page;
  });
}

}  // namespace

absl::StatusOr<v1::ListOrdersResponse> Handlers::ListOrders(
    const RequestContext& ctx, const v1::ListOrdersRequest& request) const {
  const bool late = request.late_shipments_only();
  ASSIGN_OR_RETURN(const PageStart start, StartOf(deps_, ctx, request, late ? "late" : ""));
  ASSIGN_OR_RETURN(const auto rows,
                   deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
                     return store::PageOrders(t, start.shop.scope, start.first, start.last, late,
                                              start.after_day, start.after_id, start.page_size + 1);
                   }));
  v1::ListOrdersResponse response;
  for (const store::PageRow& row : rows) {
    if (response.orders_size() == start.page_size) {
      response.set_next_page_token(TokenAfter(start, rows[start.page_size - 1]));
      break;
    }
    RETURN_IF_ERROR(Parse(row.body, response.add_orders()));
  }
  return response;
}

absl::StatusOr<v1::ListConversationsResponse> Handlers::ListConversations(
    const RequestContext& ctx, const v1::ListConversationsRequest& request) const {
  ASSIGN_OR_RETURN(PageStart start, StartOf(deps_, ctx, request, request.agent_id()));
  v1::ListConversationsResponse response;
  // Without an index by agent, conversations are read until enough of the agent's are found.
  const int batch = request.agent_id().empty() ? start.page_size + 1 : kSearchBatch;
  for (int searched = 0;; searched += batch) {
    if (searched >= kMostSearched) {
      response.set_next_page_token(TokenAt(start));
      return response;
    }
    ASSIGN_OR_RETURN(const RatedPage page, ReadRated(deps_.database, start, batch, ctx.deadline));
    for (const store::PageRow& row : page.rows) {
      if (response.conversations_size() == start.page_size) {
        response.set_next_page_token(TokenAt(start));
        return response;
      }
      v1::Conversation conversation;
      RETURN_IF_ERROR(Parse(row.body, &conversation));
      const bool wanted =
          request.agent_id().empty() ||
          std::ranges::any_of(conversation.messages(), [&](const v1::Message& message) {
            return message.agent_id() == request.agent_id();
          });
      if (wanted) {
        const auto told = page.ratings.find(row.id);
        if (told != page.ratings.end()) conversation.set_rating(told->second);
        response.add_conversations()->Swap(&conversation);
      }
      start.after_day = row.day;
      start.after_id = row.id;
    }
    if (static_cast<int>(page.rows.size()) < batch || ctx.IsCancelled()) return response;
  }
}

}  // namespace kefu::performance

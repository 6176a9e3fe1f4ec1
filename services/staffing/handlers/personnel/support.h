// What the handlers of personnel share: records that are messages, and pages of them.
#pragma once

#include <string>
#include <string_view>

#include "services/staffing/convert/personnel.h"
#include "services/staffing/errors_personnel.h"
#include "services/staffing/handlers/resource.h"
#include "services/staffing/store/records.h"

namespace kefu::staffing {

// The message that a row is.
template <class Proto>
absl::StatusOr<Proto> MessageOf(const store::RecordRow& row) {
  Proto proto;
  if (!proto.ParseFromString(row.body)) return Internal("a stored record does not parse");
  return proto;
}

struct RecordList {
  using Record = store::RecordRow;
  static constexpr bool kHasParts = false;
  static const std::string& IdOf(const Record& row) { return row.id; }
};

// A page of a table; `add` is the response's method that adds an element.
template <class Response, class Proto, class Request>
absl::StatusOr<Response> ListMessages(const Dependencies& deps, const RequestContext& ctx,
                                      const Request& request, const store::RecordTable& table,
                                      const store::RecordFilter& filter,
                                      Proto* (Response::*add)()) {
  const std::string day = filter.due_by ? absl::FormatCivilTime(*filter.due_by) : "";
  ASSIGN_OR_RETURN(auto page, FetchPage<RecordList>(
                                  deps, ctx, request,
                                  fmt::format("{} {} {} {}", filter.owner_id, filter.subject_id,
                                              filter.state, day),
                                  [&](store::Reader r, store::Page keys) {
                                    return store::ListRecords(r, table, ctx.org_id(), keys, filter);
                                  }));
  Response response;
  for (const store::RecordRow& row : page.records) {
    ASSIGN_OR_RETURN(*(response.*add)(), MessageOf<Proto>(row));
  }
  response.set_next_page_token(std::move(page.next_page_token));
  return response;
}

}  // namespace kefu::staffing

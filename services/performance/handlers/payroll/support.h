// What the handlers of pay share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "common/convert/fields.h"
#include "common/db/page_token.h"
#include "common/status/status_macros.h"
#include "services/performance/convert/payroll.h"
#include "services/performance/convert/people.h"
#include "services/performance/handlers/payroll/pay_scope.h"

namespace kefu::performance {

// The faults of what most requests begin with.
template <class Request>
absl::CivilDay AskedMonth(const Request& request, FieldViolations& violations) {
  kefu::convert::OptionalId(request.shop_id(), "shop_id", violations);
  return convert::MonthFrom(request.year(), request.month(), violations);
}
using convert::CheckAgent;

// One page of a list as asked for.
struct AskedPage {
  int size = 0;
  uint64_t filter = 0;
  std::vector<std::string> keys;  // empty on the first page
};
template <class Request>
absl::StatusOr<AskedPage> PageOf(const RequestContext& ctx, const Request& request,
                                 std::string_view filter, size_t key_count) {
  AskedPage page;
  ASSIGN_OR_RETURN(page.size, db::PageSize(request.page_size()));
  page.filter = db::FilterHash({ctx.method, ctx.org_id(), filter});
  ASSIGN_OR_RETURN(page.keys, db::DecodePageToken(request.page_token(), page.filter, key_count));
  return page;
}
// The place of a page in something computed anew for each page: its token is one number.
absl::StatusOr<size_t> OffsetOf(const AskedPage& page);

// Reads a stored message. INTERNAL when it cannot be read.
template <class Proto>
absl::Status ReadBody(const std::string& body, Proto& proto) {
  return proto.ParseFromString(body) ? absl::OkStatus()
                                     : Internal("a stored message of pay cannot be read");
}

template <class Proto>
absl::StatusOr<Proto> ParseBody(const std::string& body) {
  Proto proto;
  RETURN_IF_ERROR(ReadBody(body, proto));
  return proto;
}

}  // namespace kefu::performance

// What a handler knows about the call it serves.
#ifndef KEFU_COMMON_CONTEXT_REQUEST_CONTEXT_H_
#define KEFU_COMMON_CONTEXT_REQUEST_CONTEXT_H_

#include <functional>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "common/auth/principal.h"

namespace kefu {

// Filled by the RPC edge after authentication and permission check; const for handlers.
struct RequestContext {
  absl::Time now;  // when the call arrived, by the server's injected clock
  // On the machine's own clock: the caller's, or the server's default. InfiniteFuture for streams
  // whose caller set none.
  absl::Time deadline;
  auth::Principal principal;
  std::string method;          // "/package.Service/Method"
  std::string request_log_id;  // made by the server; stands in every log line of the call
  std::string trace_id;        // W3C trace context: 32 hexadecimal digits
  std::string span_id;         // 16 hexadecimal digits
  std::function<bool()> cancelled;
  std::string language;  // first of accept-language, for example "zh-CN"; empty means English
  std::string_view
      bearer_token;  // as received, to be passed on; valid during the call; never logged

  // The tenant: always the principal's, never a request field.
  std::string_view org_id() const { return principal.org_id; }
  // True when the caller has gone away; long loops stop then.
  bool IsCancelled() const { return cancelled && cancelled(); }
};

}  // namespace kefu

#endif  // KEFU_COMMON_CONTEXT_REQUEST_CONTEXT_H_

// W3C Trace Context (https://www.w3.org/TR/trace-context/), the traceparent header only.
// Thread-safe.
#ifndef KEFU_COMMON_RPC_TRACE_CONTEXT_H_
#define KEFU_COMMON_RPC_TRACE_CONTEXT_H_

#include <string>
#include <string_view>

namespace kefu::rpc {

struct TraceIds {
  std::string trace_id;  // 32 lower-case hex digits
  std::string span_id;   // 16 lower-case hex digits
};

// The ids of a new span below the one that `traceparent` names; of a new trace when the header is
// empty, malformed or names an all-zero id. Random ids: they identify, they do not protect.
TraceIds StartSpan(std::string_view traceparent);

// "00-<trace id>-<span id>-01", or "" when either id is empty.
std::string FormatTraceparent(std::string_view trace_id, std::string_view span_id);

}  // namespace kefu::rpc

#endif  // KEFU_COMMON_RPC_TRACE_CONTEXT_H_

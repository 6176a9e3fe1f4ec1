// Runs the parts of a view side by side and tells which of them are whole.
#pragma once

#include <functional>
#include <future>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/context/request_context.h"
#include "common/rpc/client.h"
#include "common/status/error.h"
#include "kefu/gateway/v1/gateway_service.pb.h"

namespace kefu::gateway {

// A view keeps this much of the caller's time for putting the answer together and sending it.
inline constexpr double kShareForParts = 0.8;

// The rest of the caller's time for one part, with the caller's token, trace and language.
inline rpc::CallOptions PartOptions(const RequestContext& ctx) {
  rpc::CallOptions options = rpc::CallOptions::On(ctx);
  if (ctx.deadline != absl::InfiniteFuture()) {
    const absl::Time now = absl::Now();
    options.deadline = now + (ctx.deadline - now) * kShareForParts;
  }
  return options;
}

// One fan-out. Add starts a part on a thread of its own; Join waits for all and writes `parts`.
// Each part writes to a place that no other part touches. Threads are bounded: a view has at most
// eight parts and runs on one of the server's workers, and a part does nothing but wait for peers
// within the call's deadline, so a pool would only make parts wait for each other.
class FanOut {
 public:
  void Add(std::string name, std::function<absl::Status()> part) {
    running_.emplace_back(std::move(name), std::async(std::launch::async, std::move(part)));
  }

  // UNAUTHENTICATED when a part says so, since no part can know better; else OK.
  template <class Response>
  absl::Status Join(Response& response) {
    absl::Status fatal;
    for (auto& [name, future] : running_) {
      const absl::Status status = future.get();
      v1::ViewPart* part = response.add_parts();
      part->set_part(name);
      part->set_complete(status.ok());
      if (status.ok()) continue;
      const std::string reason = ReasonOf(status);
      part->set_error_reason(reason.empty() ? absl::StatusCodeToString(status.code()) : reason);
      part->set_error_description(std::string(status.message()));
      if (status.code() == absl::StatusCode::kUnauthenticated) fatal = status;
    }
    running_.clear();
    return fatal;
  }

 private:
  std::vector<std::pair<std::string, std::future<absl::Status>>> running_;
};

}  // namespace kefu::gateway

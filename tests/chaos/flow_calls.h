// Calls that people make while what they call is killed: asked until there is an answer.
#pragma once

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <string>
#include <string_view>

#include "absl/time/clock.h"
#include "common/rpc/client.h"
#include "common/testing/status_matchers.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/chaos/cluster.h"
#include "tests/chaos/suite.h"

namespace kefu::chaos {

// Thread-safe.
class FlowCalls {
 public:
  explicit FlowCalls(const Suite& suite) : suite_(suite) {}

  // Asks until the service says yes or no: a retry is the same call, with the same request id.
  template <class Service, class Request, class Response>
  absl::StatusOr<Response> Ask(grpc::Status (Service::Stub::*method)(grpc::ClientContext*,
                                                                     const Request&, Response*),
                               const Request& request) {
    typename Service::Stub stub(suite_.ChannelOf(PartOf(Service::service_full_name())));
    for (const absl::Time limit = absl::Now() + kPatience;;) {
      auto answer =
          rpc::Call(stub, method, request, {.timeout = kCallTime, .token = suite_.token()});
      if (answer.ok() || IsAnswer(answer.status()) || absl::Now() > limit) {
        ++answered_;
        return answer;
      }
      Pause(kBetweenTries);
    }
  }
  template <class Service, class Request, class Response>
  absl::StatusOr<Response> Ask(grpc::Status (Service::Stub::*method)(grpc::ClientContext*,
                                                                     const Request&, Response*),
                               const std::string& text) {
    Request request;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &request)) << text;
    return Ask<Service>(method, request);
  }
  // The same where only yes is right; what is not is a failure of the test.
  template <class Service, class Request, class Response, class Asked>
  Response Must(grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&,
                                                      Response*),
                const Asked& asked) {
    auto answer = Ask<Service>(method, asked);
    EXPECT_OK(answer.status()) << Text(asked);
    return answer.ok() ? *std::move(answer) : Response();
  }

  // How many calls have been answered so far.
  int64_t answered() const { return answered_; }

 private:
  static constexpr absl::Duration kCallTime = absl::Seconds(10), kPatience = absl::Minutes(10),
                                  kBetweenTries = absl::Milliseconds(50);

  // Everything else may go better with the next try.
  static bool IsAnswer(const absl::Status& status) {
    switch (status.code()) {
      case absl::StatusCode::kUnavailable:
      case absl::StatusCode::kDeadlineExceeded:
      case absl::StatusCode::kAborted:
      case absl::StatusCode::kResourceExhausted:
      case absl::StatusCode::kCancelled:
        return false;
      default:
        return true;
    }
  }
  static Part PartOf(std::string_view service) {
    if (service.starts_with("kefu.warehouse.")) return Part::kWarehouse;
    if (service.starts_with("kefu.performance.")) return Part::kPerformance;
    return Part::kAftersales;
  }
  static std::string Text(const std::string& asked) { return asked; }
  static std::string Text(const google::protobuf::Message& asked) {
    return asked.ShortDebugString();
  }

  const Suite& suite_;
  std::atomic<int64_t> answered_ = 0;
};

}  // namespace kefu::chaos

// Which service answers a path. Methods are found by descriptor: a new RPC is reachable without a
// line here.
#pragma once

#include <google/protobuf/descriptor.h>
#include <grpcpp/generic/generic_stub.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace kefu::gateway::connect {

struct Route {
  const google::protobuf::MethodDescriptor* method = nullptr;
  grpc::GenericStub* stub = nullptr;
  std::string grpc_path;  // "/package.Service/Method"
  std::string peer;       // who answers, for messages: "kefu.staffing.v1.StaffingService"
  bool feed = false;      // never ends by itself
};

// Immutable after set-up, then thread-safe. The table is complete from the start: looking a name up
// in the descriptor pool would let callers fill its memory with names that do not exist.
class Routes {
 public:
  // Sends calls of `service_full_name`, which must be linked in, over `channel`.
  void Add(const std::string& service_full_name, std::shared_ptr<grpc::Channel> channel);
  // The change feed is served by every service under one name, so its path begins with the
  // service's short name:
  // "/staffing/kefu.common.v1.EventService/Watch".
  void AddFeed(const std::string& short_name, std::shared_ptr<grpc::Channel> channel);

  // NOT_FOUND / NO_SUCH_METHOD. The route lives as long as this.
  absl::StatusOr<const Route*> Find(std::string_view path) const;
  // The feed of a service; NOT_FOUND / NO_SUCH_METHOD.
  absl::StatusOr<const Route*> FindFeed(std::string_view short_name) const;

 private:
  std::vector<std::unique_ptr<grpc::GenericStub>> stubs_;
  std::map<std::string, Route, std::less<>> by_path_;
  std::map<std::string, Route, std::less<>> feeds_;  // by short name
};

}  // namespace kefu::gateway::connect

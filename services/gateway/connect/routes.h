// Which service answers a path. Methods are found by descriptor: a new RPC is reachable without a
// line here.
#pragma once

#include <google/protobuf/descriptor.h>
#include <grpcpp/generic/generic_stub.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace kefu::gateway::connect {

struct Route {
  const google::protobuf::MethodDescriptor* method = nullptr;
  grpc::GenericStub* stub = nullptr;
  std::string grpc_path;  // "/package.Service/Method"
};

// Immutable after set-up, then thread-safe.
class Routes {
 public:
  // Sends calls of `service_full_name` over `channel`.
  void Add(std::string service_full_name, std::shared_ptr<grpc::Channel> channel);
  // The change feed is served by every service under one name, so its path begins with the
  // service's short name:
  // "/staffing/kefu.common.v1.EventService/Watch".
  void AddFeed(std::string short_name, std::shared_ptr<grpc::Channel> channel);

  // NOT_FOUND / NO_SUCH_METHOD.
  absl::StatusOr<Route> Find(std::string_view path) const;
  // The feed of a service; NOT_FOUND / NO_SUCH_METHOD.
  absl::StatusOr<Route> FindFeed(std::string_view short_name) const;

 private:
  std::map<std::string, std::unique_ptr<grpc::GenericStub>, std::less<>> services_;
  std::map<std::string, std::unique_ptr<grpc::GenericStub>, std::less<>> feeds_;
};

}  // namespace kefu::gateway::connect

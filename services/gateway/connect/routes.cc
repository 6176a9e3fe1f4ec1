#include "services/gateway/connect/routes.h"

#include <fmt/format.h>
#include <grpcpp/channel.h>

#include <cstdlib>

#include "common/obs/log.h"
#include "common/status/error.h"

namespace kefu::gateway::connect {
namespace {

constexpr const char* kFeedService = "kefu.common.v1.EventService";

const google::protobuf::ServiceDescriptor& ServiceOf(const std::string& full_name) {
  const auto* service =
      google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(full_name);
  if (service == nullptr) {  // a mistake in this program, found at its first start
    obs::Log(obs::Level::kError, "no such service is linked in", {{"service", full_name}});
    std::abort();
  }
  return *service;
}

absl::Status NoSuchMethod() {
  return MakeError(
      absl::StatusCode::kNotFound, "NO_SUCH_METHOD",
      "there is no such method; calls are POST /package.Service/Method, feeds GET /events/service");
}

absl::StatusOr<const Route*> Lookup(const std::map<std::string, Route, std::less<>>& routes,
                                    std::string_view name) {
  const auto found = routes.find(name);
  if (found == routes.end()) return NoSuchMethod();
  return &found->second;
}

}  // namespace

void Routes::Add(const std::string& service_full_name, std::shared_ptr<grpc::Channel> channel) {
  const auto& service = ServiceOf(service_full_name);
  stubs_.push_back(std::make_unique<grpc::GenericStub>(std::move(channel)));
  for (int i = 0; i < service.method_count(); ++i) {
    const auto* method = service.method(i);
    const std::string path = fmt::format("/{}/{}", service_full_name, method->name());
    by_path_[path] = {method, stubs_.back().get(), path, service_full_name, false};
  }
}

void Routes::AddFeed(const std::string& short_name, std::shared_ptr<grpc::Channel> channel) {
  const auto* method = ServiceOf(kFeedService).FindMethodByName("Watch");
  stubs_.push_back(std::make_unique<grpc::GenericStub>(std::move(channel)));
  const std::string path = fmt::format("/{}/Watch", kFeedService);
  feeds_[short_name] = {method, stubs_.back().get(), path, "the feed of " + short_name, true};
  by_path_[fmt::format("/{}{}", short_name, path)] = feeds_[short_name];
}

absl::StatusOr<const Route*> Routes::Find(std::string_view path) const {
  return Lookup(by_path_, path);
}

absl::StatusOr<const Route*> Routes::FindFeed(std::string_view short_name) const {
  return Lookup(feeds_, short_name);
}

}  // namespace kefu::gateway::connect

#include "services/gateway/connect/routes.h"

#include <fmt/format.h>
#include <grpcpp/channel.h>

#include "common/status/error.h"

namespace kefu::gateway::connect {
namespace {

constexpr std::string_view kFeedService = "kefu.common.v1.EventService";

absl::Status NoSuchMethod(std::string_view path) {
  return MakeError(absl::StatusCode::kNotFound, "NO_SUCH_METHOD",
                   fmt::format("no method at {}; paths are /package.Service/Method", path));
}

absl::StatusOr<Route> RouteTo(grpc::GenericStub& stub, std::string_view service,
                              std::string_view method) {
  const auto* descriptor = google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(
      fmt::format("{}.{}", service, method));
  std::string path = fmt::format("/{}/{}", service, method);
  if (descriptor == nullptr) return NoSuchMethod(path);
  return Route{descriptor, &stub, std::move(path)};
}

}  // namespace

void Routes::Add(std::string service_full_name, std::shared_ptr<grpc::Channel> channel) {
  services_[std::move(service_full_name)] = std::make_unique<grpc::GenericStub>(std::move(channel));
}

void Routes::AddFeed(std::string short_name, std::shared_ptr<grpc::Channel> channel) {
  feeds_[std::move(short_name)] = std::make_unique<grpc::GenericStub>(std::move(channel));
}

absl::StatusOr<Route> Routes::Find(std::string_view path) const {
  std::string_view rest = path;
  if (rest.empty() || rest.front() != '/') return NoSuchMethod(path);
  rest.remove_prefix(1);
  const size_t slash = rest.find('/');
  if (slash == rest.npos) return NoSuchMethod(path);
  const std::string_view first = rest.substr(0, slash), second = rest.substr(slash + 1);
  if (const auto service = services_.find(first); service != services_.end()) {
    return RouteTo(*service->second, first, second);
  }
  const size_t inner = second.find('/');
  if (inner != second.npos && second.substr(0, inner) == kFeedService) {
    if (const auto feed = feeds_.find(first); feed != feeds_.end()) {
      return RouteTo(*feed->second, kFeedService, second.substr(inner + 1));
    }
  }
  return NoSuchMethod(path);
}

absl::StatusOr<Route> Routes::FindFeed(std::string_view short_name) const {
  const auto feed = feeds_.find(short_name);
  if (feed == feeds_.end()) return NoSuchMethod(fmt::format("/events/{}", short_name));
  return RouteTo(*feed->second, kFeedService, "Watch");
}

}  // namespace kefu::gateway::connect

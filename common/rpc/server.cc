#include "common/rpc/server.h"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>

#include <fmt/format.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/server_builder.h>

#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace kefu::rpc {
namespace {

// The shortest time in which a ready check may be expected to answer.
constexpr absl::Duration kLeastProbeTime = absl::Seconds(1);

int Millis(absl::Duration duration) {
  return static_cast<int>(absl::ToInt64Milliseconds(duration));
}

struct HostPort {
  std::string host, port;
};

std::optional<HostPort> SplitAddress(const std::string& address) {
  const size_t colon = address.rfind(':');
  if (colon == std::string::npos || colon == 0) return std::nullopt;
  HostPort parts{address.substr(0, colon), address.substr(colon + 1)};
  if (parts.host.front() == '[' && parts.host.back() == ']')
    parts.host = parts.host.substr(1, parts.host.size() - 2);
  uint16_t port = 0;
  const char* end = parts.port.data() + parts.port.size();
  const auto [rest, error] = std::from_chars(parts.port.data(), end, port);
  if (error != std::errc() || rest != end || parts.host.empty()) return std::nullopt;
  return parts;
}

// gRPC says only that it could not listen; the operating system says why.
std::string WhyNotListen(const HostPort& parts) {
  addrinfo hints{};
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = getaddrinfo(parts.host.c_str(), parts.port.c_str(), &hints, &found))
    return gai_strerror(error);
  std::string why = "refused by gRPC";
  const int fd = socket(found->ai_family, found->ai_socktype | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(fd, found->ai_addr, found->ai_addrlen) != 0 || listen(fd, 1) != 0)
    why = std::strerror(errno);
  close(fd);
  freeaddrinfo(found);
  return why;
}

absl::Status CheckAddress(const ServerOptions& options) {
  if (!SplitAddress(options.address)) {
    return InvalidArgument("LISTEN_REFUSED", "address",
                           fmt::format("'{}' is not host:port", options.address));
  }
  if (options.tls.certificate.empty() && !IsLoopback(options.address)) {
    return InvalidArgument(
        "LISTEN_REFUSED", "address",
        fmt::format("'{}' is reachable from other machines; without TLS a server "
                    "listens on loopback only",
                    options.address));
  }
  return absl::OkStatus();
}

// Process-wide switches of gRPC that must be set before the first server is built.
void EnableHealthAndReflection(bool reflection) {
  static const bool health = [] {
    grpc::EnableDefaultHealthCheckService(true);
    return true;
  }();
  (void)health;
  if (reflection) grpc::reflection::InitProtoReflectionServerBuilderPlugin();
}

void SetLimits(const ServerOptions& options, grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(options.max_receive_bytes);
  builder.SetMaxSendMessageSize(options.max_send_bytes);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, options.max_concurrent_streams);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, Millis(options.keepalive_time));
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, Millis(options.keepalive_timeout));
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, Millis(options.max_connection_age));
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                             Millis(options.min_client_ping_interval));
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  // Two processes on one port would silently share its calls.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  // Reflection is gRPC's only synchronous service; it needs no crowd of pollers.
  builder.SetSyncServerOption(grpc::ServerBuilder::SyncServerOption::NUM_CQS, 1);
  builder.SetSyncServerOption(grpc::ServerBuilder::SyncServerOption::MIN_POLLERS, 1);
  builder.SetSyncServerOption(grpc::ServerBuilder::SyncServerOption::MAX_POLLERS, 1);
}

}  // namespace

Server::Server(ServerOptions options, Dispatcher& dispatcher, ReadyCheck ready)
    : options_(std::move(options)), dispatcher_(dispatcher), ready_(std::move(ready)) {}

Server::~Server() { Drain(absl::Now()); }

absl::StatusOr<std::unique_ptr<Server>> Server::Start(ServerOptions options, Dispatcher& dispatcher,
                                                      std::vector<NamedService> services,
                                                      ReadyCheck ready) {
  RETURN_IF_ERROR(CheckAddress(options));
  std::unique_ptr<Server> server(new Server(std::move(options), dispatcher, std::move(ready)));
  RETURN_IF_ERROR(server->Listen(services));
  server->prober_ = std::thread([raw = server.get()] { raw->Probe(); });
  return server;
}

absl::Status Server::Listen(const std::vector<NamedService>& services) {
  ASSIGN_OR_RETURN(const auto credentials, ServerCredentials(options_.tls));
  EnableHealthAndReflection(options_.reflection);
  grpc::ServerBuilder builder;
  SetLimits(options_, builder);
  builder.AddListeningPort(options_.address, credentials, &port_);
  for (const NamedService& service : services) {
    builder.RegisterService(service.service);
    service_names_.emplace_back(service.full_name);
  }
  server_ = builder.BuildAndStart();
  if (server_ == nullptr || port_ == 0) {
    if (server_ != nullptr) server_->Shutdown();
    server_ = nullptr;
    return Unavailable("LISTEN_FAILED",
                       fmt::format("cannot listen on {}: {}", options_.address,
                                   WhyNotListen(*SplitAddress(options_.address))),
                       absl::Seconds(1));
  }
  SetServing(false);  // until the first probe says otherwise
  target_ = fmt::format("{}:{}", options_.address.substr(0, options_.address.rfind(':')), port_);
  return absl::OkStatus();
}

std::shared_ptr<grpc::Channel> Server::InProcessChannel() { return server_->InProcessChannel({}); }

void Server::SetServing(bool serving) {
  grpc::HealthCheckServiceInterface& health = *server_->GetHealthCheckService();
  health.SetServingStatus("", serving);
  for (const std::string& name : service_names_) health.SetServingStatus(name, serving);
}

void Server::Probe() {
  const absl::Duration patience = std::max(options_.health_interval, kLeastProbeTime);
  std::unique_lock lock(mu_);
  while (!draining_) {
    lock.unlock();
    const bool ready = ready_(absl::Now() + patience).ok();
    lock.lock();
    if (draining_) return;
    SetServing(ready);
    stop_.wait_for(lock, absl::ToChronoMilliseconds(options_.health_interval),
                   [this] { return draining_; });
  }
}

void Server::Drain(absl::Time deadline) {
  std::lock_guard drain_lock(drain_mu_);
  if (drained_ || server_ == nullptr) return;
  {
    std::lock_guard lock(mu_);
    draining_ = true;
    server_->GetHealthCheckService()->Shutdown();  // NOT_SERVING for good
  }
  stop_.notify_all();
  dispatcher_.BeginDrain();
  server_->Shutdown(absl::ToChronoTime(deadline));
  if (prober_.joinable()) prober_.join();
  drained_ = true;
}

}  // namespace kefu::rpc

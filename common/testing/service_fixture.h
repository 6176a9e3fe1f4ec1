// A gRPC server on a free loopback port around the services under test, with keys, tokens and a
// channel: what a service test needs to call its RPCs as real clients do.
//
//   ServiceHost host;                                  // or with options
//   WarehouseServiceImpl service(host.dispatcher(), …);
//   host.Start({&service});
//   auto stub = v1::WarehouseService::NewStub(host.channel());
//   rpc::Call(*stub, &v1::WarehouseService::Stub::Reserve, request, host.As("org1",
//   {Role::kOwner}));
//
// Declare the host before the services: it must outlive them until Stop() or its destructor, which
// end all calls first — so call Stop() at the end when services are declared after it.
#ifndef KEFU_COMMON_TESTING_SERVICE_FIXTURE_H_
#define KEFU_COMMON_TESTING_SERVICE_FIXTURE_H_

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/rpc/client.h"
#include "common/rpc/dispatcher.h"
#include "common/rpc/server.h"
#include "common/testing/tokens.h"
#include "common/time/clock.h"

namespace kefu::testing {

struct ServiceHostOptions {
  // Clock and verifier are filled in when absent; token times count from the clock's now.
  rpc::DispatcherOptions dispatcher;
  rpc::ServerOptions server;
  rpc::ClientOptions client{.retries = false};  // a test wants to see the first answer
  rpc::ReadyCheck ready = [](absl::Time) { return absl::OkStatus(); };
  absl::Duration token_ttl = absl::Hours(1);  // longer where a test sets the clock forward
};

// Any failure to start aborts the test binary. Not thread-safe, but what it hands out is.
class ServiceHost {
 public:
  explicit ServiceHost(ServiceHostOptions options = {}) : options_(std::move(options)) {
    if (options_.dispatcher.clock == nullptr) options_.dispatcher.clock = &system_clock_;
    tokens_.emplace(auth::Algorithm::kEs256, options_.dispatcher.clock->Now());
    verifier_ = tokens_->Verifier();
    if (options_.dispatcher.verifier == nullptr) options_.dispatcher.verifier = verifier_.get();
    dispatcher_ = std::make_unique<rpc::Dispatcher>(options_.dispatcher);
  }
  ~ServiceHost() { Stop(); }
  ServiceHost(const ServiceHost&) = delete;
  ServiceHost& operator=(const ServiceHost&) = delete;

  void Start(std::vector<rpc::NamedService> services) {
    auto server =
        rpc::Server::Start(options_.server, *dispatcher_, std::move(services), options_.ready);
    Require(server.status());
    server_ = *std::move(server);
    channel_ = NewChannel();
  }

  // Ends all calls at once and joins the handlers' threads. Idempotent.
  void Stop() {
    if (server_) server_->Drain(absl::Now());
    if (dispatcher_) dispatcher_->Stop();
  }

  rpc::Dispatcher& dispatcher() { return *dispatcher_; }
  rpc::Server& server() { return *server_; }
  TokenMaker& tokens() { return *tokens_; }
  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }

  // A channel with a connection of its own.
  std::shared_ptr<grpc::Channel> NewChannel() {
    rpc::ClientOptions options = options_.client;
    options.connection_group = ++channels_;
    auto channel = rpc::MakeChannel(server_->target(), options);
    Require(channel.status());
    return *std::move(channel);
  }

  // Call options with a token of a merchant's own people; no shops means all of them.
  rpc::CallOptions As(std::string_view org_id, auth::RoleSet roles,
                      std::vector<std::string> shops = {}) const {
    return {.token = tokens_->Token(org_id, roles, std::move(shops), "tester", options_.token_ttl)};
  }
  rpc::CallOptions AsBase(std::string_view base_org_id, auth::RoleSet roles,
                          std::vector<auth::Grant> grants) const {
    return {.token = tokens_->BaseToken(base_org_id, roles, std::move(grants), "base-tester",
                                        options_.token_ttl)};
  }
  rpc::CallOptions AsService() const { return {.token = tokens_->ServiceToken()}; }

 private:
  static void Require(const absl::Status& status) {
    if (status.ok()) return;
    std::fprintf(stderr, "service fixture: %s\n", status.ToString().c_str());
    std::abort();
  }

  ServiceHostOptions options_;
  SystemClock system_clock_;
  std::optional<TokenMaker> tokens_;
  std::shared_ptr<auth::Verifier> verifier_;
  std::unique_ptr<rpc::Dispatcher> dispatcher_;
  std::unique_ptr<rpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  int channels_ = 0;
};

}  // namespace kefu::testing

#endif  // KEFU_COMMON_TESTING_SERVICE_FIXTURE_H_

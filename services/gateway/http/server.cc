#include "services/gateway/http/server.h"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>

#include "common/obs/log.h"
#include "common/status/error.h"
#include "services/gateway/http/session.h"

namespace kefu::gateway::http {

namespace asio = boost::asio;
using asio::ip::tcp;

struct Server::State {
  State() : acceptor(io), work(asio::make_work_guard(io)) {}
  asio::io_context io;
  tcp::acceptor acceptor;
  asio::executor_work_guard<asio::io_context::executor_type> work;
  Shared shared;
};

namespace {

// Accepts until the acceptor closes. Above the limit a connection is closed at once: the client
// sees it and tries elsewhere.
asio::awaitable<void> AcceptAll(tcp::acceptor& acceptor, Shared& shared) {
  auto executor = co_await asio::this_coro::executor;
  while (acceptor.is_open()) {
    boost::system::error_code error;
    tcp::socket socket = co_await acceptor.async_accept(
        asio::make_strand(executor), asio::redirect_error(asio::use_awaitable, error));
    if (error == asio::error::operation_aborted || error == asio::error::bad_descriptor) co_return;
    if (error) {  // out of file descriptors, most likely: give connections time to end
      asio::steady_timer pause(executor, std::chrono::milliseconds(100));
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
      continue;
    }
    if (shared.connections >= shared.options.max_connections) continue;
    socket.set_option(tcp::no_delay(true), error);
    ++shared.connections;
    auto strand = socket.get_executor();
    asio::co_spawn(
        strand,
        [](tcp::socket socket, Shared& shared) -> asio::awaitable<void> {
          Session session(beast::tcp_stream(std::move(socket)), shared);
          co_await session.Run();
        }(std::move(socket), shared),
        [&shared](std::exception_ptr) { --shared.connections; });
  }
}

}  // namespace

Server::Server() : state_(std::make_shared<State>()) {}

absl::StatusOr<std::unique_ptr<Server>> Server::Start(ServerOptions options,
                                                      const connect::Routes& routes) {
  std::unique_ptr<Server> server(new Server);
  State& state = *server->state_;
  boost::system::error_code error;
  const auto address = asio::ip::make_address(options.host, error);
  if (error)
    return InvalidArgument("LISTEN_REFUSED", "http.address",
                           fmt::format("'{}' is not an address", options.host));
  const tcp::endpoint endpoint(address, static_cast<unsigned short>(options.port));
  state.acceptor.open(endpoint.protocol(), error);
  if (!error) state.acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) state.acceptor.bind(endpoint, error);
  if (!error) state.acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    return Unavailable(
        "LISTEN_FAILED",
        fmt::format("cannot listen on {}:{}: {}", options.host, options.port, error.message()),
        absl::ZeroDuration());
  }
  state.shared.options = options;
  state.shared.routes = &routes;
  asio::co_spawn(state.io, AcceptAll(state.acceptor, state.shared), asio::detached);
  for (int i = 0; i < options.threads; ++i) {
    server->threads_.emplace_back([state = server->state_] { state->io.run(); });
  }
  return server;
}

Server::~Server() { Drain(absl::InfinitePast()); }

int Server::port() const {
  boost::system::error_code error;
  return state_->acceptor.local_endpoint(error).port();
}

void Server::SetServing(bool serving) { state_->shared.serving = serving; }

void Server::Drain(absl::Time deadline) {
  if (threads_.empty()) return;
  state_->shared.serving = false;
  state_->shared.draining = true;
  asio::post(state_->io, [state = state_] {
    boost::system::error_code error;
    state->acceptor.close(error);
  });
  // Idle connections end by themselves: a draining session closes after its current request, and a
  // waiting one is polled here.
  while (state_->shared.connections > 0 && absl::Now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  state_->io.stop();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

}  // namespace kefu::gateway::http

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
#include <optional>
#include <utility>

#include "common/obs/log.h"
#include "common/status/error.h"
#include "services/gateway/http/session.h"

namespace kefu::gateway::http {

namespace asio = boost::asio;
using asio::ip::tcp;

struct Server::State {
  State(ServerOptions options, const connect::Routes& routes, IdGenerator& ids)
      : shared(std::move(options), routes, ids),
        acceptor(asio::make_strand(io)),
        work(asio::make_work_guard(io)) {}
  Shared shared;  // sessions use it until io has run out of work
  asio::io_context io;
  tcp::acceptor acceptor;  // on its own strand
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work;
};

namespace {

// Starts a session on its connection; above the limit the connection closes.
void Serve(tcp::socket socket, Shared& shared) {
  boost::system::error_code error;
  socket.set_option(tcp::no_delay(true), error);
  auto session = std::make_shared<Session>(beast::tcp_stream(std::move(socket)), shared);
  if (!shared.sessions.Add(session)) return;
  const Session* const key = session.get();
  asio::co_spawn(
      session->executor(), [session] { return session->Run(); },
      [&shared, key](std::exception_ptr) { shared.sessions.Remove(key); });
}

// Accepts until the acceptor closes.
asio::awaitable<void> AcceptAll(asio::io_context& io, tcp::acceptor& acceptor, Shared& shared) {
  while (acceptor.is_open()) {
    boost::system::error_code error;
    tcp::socket socket = co_await acceptor.async_accept(
        asio::make_strand(io), asio::redirect_error(asio::use_awaitable, error));
    if (!acceptor.is_open()) co_return;
    try {
      if (!error) Serve(std::move(socket), shared);
    } catch (const std::exception& e) {  // out of memory: this client only
      obs::Log(obs::Level::kError, "connection refused", {{"what", e.what()}});
    }
    if (error) {  // out of file descriptors, most likely: give connections time to end
      obs::Log(obs::Level::kError, "cannot accept", {{"what", error.message()}});
      asio::steady_timer pause(acceptor.get_executor(), std::chrono::milliseconds(100));
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
    }
  }
}

absl::Status Listen(tcp::acceptor& acceptor, const ServerOptions& options) {
  boost::system::error_code error;
  const auto address = asio::ip::make_address(options.host, error);
  if (error) {
    return InvalidArgument("LISTEN_REFUSED", "http.address",
                           fmt::format("'{}' is not an address", options.host));
  }
  const tcp::endpoint endpoint(address, static_cast<unsigned short>(options.port));
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (!error) return absl::OkStatus();
  return Unavailable(
      "LISTEN_FAILED",
      fmt::format("cannot listen on {}:{}: {}", options.host, options.port, error.message()),
      absl::ZeroDuration());
}

}  // namespace

Server::Server(ServerOptions options, const connect::Routes& routes, IdGenerator& ids)
    : state_(std::make_unique<State>(std::move(options), routes, ids)) {}

absl::StatusOr<std::unique_ptr<Server>> Server::Start(ServerOptions options,
                                                      const connect::Routes& routes,
                                                      IdGenerator& ids) {
  std::unique_ptr<Server> server(new Server(std::move(options), routes, ids));
  State& state = *server->state_;
  if (absl::Status status = Listen(state.acceptor, state.shared.options); !status.ok())
    return status;
  server->port_ = state.acceptor.local_endpoint().port();
  asio::co_spawn(state.acceptor.get_executor(), AcceptAll(state.io, state.acceptor, state.shared),
                 asio::detached);
  for (int i = 0; i < state.shared.options.threads; ++i) {
    server->threads_.emplace_back([&state] { state.io.run(); });
  }
  return server;
}

Server::~Server() { Drain(absl::Now()); }

void Server::SetServing(bool serving) { state_->shared.serving = serving; }

void Server::Drain(absl::Time deadline) {
  if (threads_.empty()) return;
  Shared& shared = state_->shared;
  shared.serving = false;
  shared.draining = true;
  shared.sessions.Close();
  asio::post(state_->acceptor.get_executor(), [state = state_.get()] {
    boost::system::error_code error;
    state->acceptor.close(error);
  });
  shared.sessions.Post(&Session::Drain);
  if (!shared.sessions.WaitEmpty(deadline)) {
    // Cancelled calls end soon; none may be left, since its end would come to a dead event loop.
    shared.sessions.Post(&Session::Abort);
    shared.sessions.WaitEmpty(absl::InfiniteFuture());
  }
  state_->work.reset();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  shared.calls.Wait();  // the event loop and the channels may go now
}

}  // namespace kefu::gateway::http

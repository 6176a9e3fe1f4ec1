#include "common/testing/tcp_gate.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <list>
#include <mutex>
#include <thread>
#include <vector>

namespace kefu::testing {
namespace {

using SteadyClock = std::chrono::steady_clock;

[[noreturn]] void Die(const char* what) {
  std::perror(what);
  std::abort();
}

sockaddr_in Address(const std::string& host, int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  if (::inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) Die("TcpGate target");
  return address;
}

// Closes with a reset, as a cut line looks like to the other end.
void Reset(int fd) {
  const linger now{1, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
  ::close(fd);
}

// One direction of a stream.
struct Pipe {
  int from, to;
  std::string pending;                // read but not yet written
  bool ended = false;                 // `from` has closed its side
  SteadyClock::time_point next = {};  // not before, when slowed
};

struct Stream {
  int caller, target;
  Pipe up, down;
  bool stalled = false;  // by StallOn
  bool dead = false;
};

}  // namespace

struct TcpGate::Impl {
  enum class Mode { kOpen, kCut, kStall, kHalfOpen };

  std::mutex mutex;
  std::string host;
  int target_port;
  int listener = -1, port = 0;
  int wake[2];
  Mode mode = Mode::kOpen;
  int64_t bytes_per_second = 0;  // 0 = unlimited
  std::string trigger;
  int until_trigger = 1;
  enum class Action { kCutBefore, kCutAfter, kStall } action = Action::kCutBefore;
  bool triggered = false;
  bool stopping = false;
  int64_t accepted = 0;
  std::list<Stream> streams;
  std::thread thread;

  void Loop();
  void Accept();
  void Drop(Stream& stream);
  bool Ready(const Pipe& pipe, const Stream& stream) const;
  void Pump(Stream& stream, Pipe& pipe, bool upward);
  bool Trigger(Stream& stream, Pipe& pipe, std::string_view chunk);
  void Wake() {
    if (::write(wake[1], "x", 1) < 0 && errno != EAGAIN) Die("TcpGate wake");
  }
  template <class F>
  void Change(F&& f) {
    {
      std::lock_guard lock(mutex);
      f();
    }
    Wake();
  }
};

void TcpGate::Impl::Drop(Stream& stream) {
  if (stream.dead) return;
  stream.dead = true;
  Reset(stream.caller);
  Reset(stream.target);
}

void TcpGate::Impl::Accept() {
  const int caller = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
  if (caller < 0) return;
  ++accepted;
  const int target = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = Address(host, target_port);
  // Loopback: connecting does not block for long.
  if (mode == Mode::kCut ||
      ::connect(target, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    Reset(caller);
    ::close(target);
    return;
  }
  const int on = 1;
  for (const int fd : {caller, target}) {
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
  }
  Stream& stream = streams.emplace_back();
  stream.caller = caller;
  stream.target = target;
  stream.up.from = stream.down.to = caller;
  stream.up.to = stream.down.from = target;
}

bool TcpGate::Impl::Ready(const Pipe& pipe, const Stream& stream) const {
  return mode != Mode::kStall && !stream.stalled && !pipe.ended &&
         (bytes_per_second == 0 || pipe.next <= SteadyClock::now());
}

// Looks for the trigger in what the caller sent. True if the stream must not go on now.
bool TcpGate::Impl::Trigger(Stream& stream, Pipe& pipe, std::string_view chunk) {
  if (trigger.empty() || chunk.find(trigger) == std::string_view::npos) return false;
  if (--until_trigger > 0) return false;
  trigger.clear();
  triggered = true;
  switch (action) {
    case Action::kStall:
      pipe.pending = chunk;
      stream.stalled = true;
      return true;
    case Action::kCutBefore:
      Drop(stream);
      return true;
    case Action::kCutAfter: {
      // Deliver, then wait until the target has answered, so that its work is surely done.
      if (::send(stream.target, chunk.data(), chunk.size(), MSG_NOSIGNAL) < 0) Die("TcpGate send");
      pollfd answer{stream.target, POLLIN, 0};
      ::poll(&answer, 1, 10000);
      Drop(stream);
      return true;
    }
  }
  return false;
}

void TcpGate::Impl::Pump(Stream& stream, Pipe& pipe, bool upward) {
  char buffer[65536];
  if (pipe.pending.empty()) {
    size_t want = sizeof(buffer);
    if (bytes_per_second > 0) {
      // A hundredth of a second's worth at a time.
      want = std::clamp<size_t>(bytes_per_second / 100, 1, want);
    }
    const ssize_t n = ::recv(pipe.from, buffer, want, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n < 0) return Drop(stream);
    if (n == 0) {
      pipe.ended = true;
      ::shutdown(pipe.to, SHUT_WR);
      if (stream.up.ended && stream.down.ended) Drop(stream);
      return;
    }
    if (!upward && mode == Mode::kHalfOpen) return;
    const std::string_view chunk(buffer, n);
    if (upward && Trigger(stream, pipe, chunk)) return;
    pipe.pending = chunk;
    if (bytes_per_second > 0) {
      pipe.next = SteadyClock::now() + std::chrono::microseconds(n * 1000000 / bytes_per_second);
    }
  }
  const ssize_t sent = ::send(pipe.to, pipe.pending.data(), pipe.pending.size(), MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN && errno != EINTR) return Drop(stream);
  if (sent > 0) pipe.pending.erase(0, sent);
}

void TcpGate::Impl::Loop() {
  std::unique_lock lock(mutex);
  while (!stopping) {
    std::vector<pollfd> fds = {{wake[0], POLLIN, 0}, {listener, POLLIN, 0}};
    std::vector<std::pair<Stream*, bool>> owners;
    bool slowed = false;
    for (Stream& stream : streams) {
      for (const bool upward : {true, false}) {
        const Pipe& pipe = upward ? stream.up : stream.down;
        if (!Ready(pipe, stream)) {
          slowed = slowed || bytes_per_second > 0;
          continue;
        }
        const bool reading = pipe.pending.empty();
        fds.push_back({reading ? pipe.from : pipe.to, short(reading ? POLLIN : POLLOUT), 0});
        owners.emplace_back(&stream, upward);
      }
    }
    lock.unlock();
    ::poll(fds.data(), fds.size(), slowed ? 2 : -1);
    lock.lock();
    if (fds[0].revents != 0) {
      char drain[64];
      while (::read(wake[0], drain, sizeof(drain)) > 0) {
      }
      continue;  // the modes have changed: look again before moving bytes
    }
    for (size_t i = 0; i < owners.size(); ++i) {
      auto [stream, upward] = owners[i];
      if (fds[i + 2].revents == 0 || stream->dead) continue;
      Pump(*stream, upward ? stream->up : stream->down, upward);
    }
    if (fds[1].revents != 0) Accept();
    streams.remove_if([](const Stream& stream) { return stream.dead; });
  }
}

TcpGate::TcpGate(std::string target_host, int target_port) : impl_(std::make_unique<Impl>()) {
  impl_->host = std::move(target_host);
  impl_->target_port = target_port;
  if (::pipe2(impl_->wake, O_CLOEXEC | O_NONBLOCK) != 0) Die("TcpGate pipe");
  impl_->listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  sockaddr_in address = Address("127.0.0.1", 0);
  socklen_t size = sizeof(address);
  if (::bind(impl_->listener, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::listen(impl_->listener, 128) != 0 ||
      ::getsockname(impl_->listener, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    Die("TcpGate listen");
  }
  impl_->port = ntohs(address.sin_port);
  impl_->thread = std::thread([this] { impl_->Loop(); });
}

TcpGate::~TcpGate() {
  impl_->Change([this] { impl_->stopping = true; });
  impl_->thread.join();
  for (Stream& stream : impl_->streams) impl_->Drop(stream);
  ::close(impl_->listener);
  ::close(impl_->wake[0]);
  ::close(impl_->wake[1]);
}

int TcpGate::port() const { return impl_->port; }

void TcpGate::Cut() {
  impl_->Change([this] {
    impl_->mode = Impl::Mode::kCut;
    // The loop forgets them: it may be about to look at them.
    for (Stream& stream : impl_->streams) impl_->Drop(stream);
  });
}

void TcpGate::CutOnce() {
  impl_->Change([this] {
    // The loop forgets them: it may be about to look at them.
    for (Stream& stream : impl_->streams) impl_->Drop(stream);
  });
}

void TcpGate::Stall() {
  impl_->Change([this] { impl_->mode = Impl::Mode::kStall; });
}

void TcpGate::HalfOpen() {
  impl_->Change([this] { impl_->mode = Impl::Mode::kHalfOpen; });
}

void TcpGate::Slow(int64_t bytes_per_second) {
  impl_->Change([&] {
    impl_->mode = Impl::Mode::kOpen;
    impl_->bytes_per_second = bytes_per_second;
  });
}

void TcpGate::Heal() {
  impl_->Change([this] {
    impl_->mode = Impl::Mode::kOpen;
    impl_->bytes_per_second = 0;
    for (Stream& stream : impl_->streams) stream.stalled = false;
  });
}

void TcpGate::SetTarget(std::string host, int port) {
  impl_->Change([&] {
    impl_->host = std::move(host);
    impl_->target_port = port;
  });
}

void TcpGate::CutOn(std::string_view bytes, When when, int nth) {
  impl_->Change([&] {
    impl_->trigger = bytes;
    impl_->until_trigger = nth;
    impl_->triggered = false;
    impl_->action =
        when == When::kBeforeForwarding ? Impl::Action::kCutBefore : Impl::Action::kCutAfter;
  });
}

void TcpGate::StallOn(std::string_view bytes) {
  impl_->Change([&] {
    impl_->trigger = bytes;
    impl_->until_trigger = 1;
    impl_->triggered = false;
    impl_->action = Impl::Action::kStall;
  });
}

int TcpGate::streams() const {
  std::lock_guard lock(impl_->mutex);
  return static_cast<int>(std::count_if(impl_->streams.begin(), impl_->streams.end(),
                                        [](const Stream& stream) { return !stream.dead; }));
}

int64_t TcpGate::accepted() const {
  std::lock_guard lock(impl_->mutex);
  return impl_->accepted;
}

bool TcpGate::triggered() const {
  std::lock_guard lock(impl_->mutex);
  return impl_->triggered;
}

}  // namespace kefu::testing

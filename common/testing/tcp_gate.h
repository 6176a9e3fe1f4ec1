// A TCP proxy on 127.0.0.1 that fails on command: what a network between two processes can do.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace kefu::testing {

// Thread-safe. Accepts on a free port of 127.0.0.1 and forwards to target_host:target_port.
class TcpGate {
 public:
  TcpGate(std::string target_host, int target_port);
  ~TcpGate();
  TcpGate(const TcpGate&) = delete;

  int port() const;

  void Cut();       // resets every stream and every new one, until Heal
  void CutOnce();   // resets the present streams; new ones pass
  void Stall();     // streams stay open, nothing passes in either direction, until Heal
  void HalfOpen();  // the target's bytes are lost, the caller's still pass; new streams likewise
  void Slow(int64_t bytes_per_second);  // per direction and stream, until Heal
  void Heal();                          // lets everything pass again; stalled bytes are delivered
  void SetTarget(std::string host, int port);  // for new streams

  // Resets the stream on which the caller sends `bytes` (within one read) for the nth time over all
  // streams, once: before they reach the target, or after they did and without its answer.
  enum class When { kBeforeForwarding, kAfterForwarding };
  void CutOn(std::string_view bytes, When when, int nth = 1);
  // Stalls that stream likewise, once, before forwarding.
  void StallOn(std::string_view bytes);

  int streams() const;       // open now
  int64_t accepted() const;  // since the start
  bool triggered() const;    // the last CutOn or StallOn has happened

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kefu::testing

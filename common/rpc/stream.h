// What a stream handler sees of its peer. Handlers block on these; tests may pass their own.
#ifndef KEFU_COMMON_RPC_STREAM_H_
#define KEFU_COMMON_RPC_STREAM_H_

#include "absl/status/status.h"

namespace kefu::rpc {

// The client's messages in order. One thread at a time.
template <class Message>
class StreamReader {
 public:
  virtual ~StreamReader() = default;

  // Blocks for the next message. false: the client closed its side, the call ended, or nothing came
  // for the idle time; status() tells which. The buffer is bounded: a handler that reads slowly
  // slows the client down.
  virtual bool Read(Message* message) = 0;

  // After Read returned false: OK when the client closed its side in order, else CANCELLED or
  // DEADLINE_EXCEEDED (reasons CANCELLED, DEADLINE_EXCEEDED, STREAM_IDLE). Return it from the
  // handler instead of an answer. A client that gives up at its deadline may look like one that
  // cancelled.
  virtual absl::Status status() const = 0;
};

// Messages to the client in order. One thread at a time, which may differ from the reader's.
template <class Message>
class StreamWriter {
 public:
  virtual ~StreamWriter() = default;

  // Queues the message; blocks while the bounded queue is full, so that a client that reads slowly
  // slows the handler down. What is queued is sent before the status. false: the call has ended,
  // nothing more will arrive; return.
  virtual bool Write(Message message) = 0;
};

}  // namespace kefu::rpc

#endif  // KEFU_COMMON_RPC_STREAM_H_

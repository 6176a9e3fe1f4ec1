// Blocking readers and writers on top of gRPC's stream reactors. Included by dispatcher.h only.
//
// A reactor lives from the call's arrival to OnDone, where it deletes itself. gRPC calls OnDone
// only after Finish, after every started read and write was reported, and after OnCancel if there
// is one. The handler's thread calls Finish as its last touch of the reactor.
#ifndef KEFU_COMMON_RPC_INTERNAL_STREAM_REACTORS_H_
#define KEFU_COMMON_RPC_INTERNAL_STREAM_REACTORS_H_

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>

#include "common/status/error.h"

namespace kefu::rpc::internal {

template <class F>
auto Guarded(F&& f) -> decltype(f());

// UNAVAILABLE / SERVER_DRAINING with RetryInfo.
absl::Status DrainingError();

// Bytes read ahead or waiting to be written per stream, beside the limit of messages: as large as
// the largest message, so that a stream's memory is bounded by twice that.
inline constexpr size_t kStreamBufferBytes = 4 << 20;

// What the sides of one stream share. The mutex guards everything in the sides too.
class StreamState {
 public:
  StreamState(Dispatcher& dispatcher, const Method& method,
              grpc::CallbackServerContext* server_context, bool endless);
  ~StreamState();

  // The client went away or its deadline passed.
  void Cancel();
  // The same with the mutex held.
  void StopLocked();
  // The handler's answer to the status to finish with.
  grpc::Status End(absl::Status status);
  // Why the call ended under the handler; OK when it did not.
  absl::Status BrokenStatus() const;

  Dispatcher& dispatcher;
  RunningCall call;
  absl::Status begun;  // outcome of Dispatcher::Begin

  std::mutex mu;
  std::condition_variable changed;
  bool stopped = false;   // cancelled or drained: wakes everybody
  bool finished = false;  // the handler has returned

 private:
  std::atomic<bool> stopped_for_handler_{
      false};  // RequestContext.cancelled, read without the mutex
  bool drained_ = false;
  int64_t drain_subscription_ = 0;
};

template <class Message>
class ReadSide final : public StreamReader<Message> {
 public:
  ReadSide(StreamState& state, std::function<void(Message*)> start_read)
      : state_(state), start_read_(std::move(start_read)) {}

  bool Read(Message* message) override {
    std::unique_lock lock(state_.mu);
    StartReadIfRoom(lock);
    const auto idle = absl::ToChronoMilliseconds(state_.dispatcher.options().stream_idle_timeout);
    idle_ = !state_.changed.wait_for(lock, idle,
                                     [&] { return !buffer_.empty() || closed_ || state_.stopped; });
    if (idle_ || state_.stopped || buffer_.empty()) return false;
    *message = std::move(buffer_.front().first);
    buffered_bytes_ -= buffer_.front().second;
    buffer_.pop_front();
    StartReadIfRoom(lock);
    return true;
  }

  absl::Status status() const override {
    const absl::Status broken = state_.BrokenStatus();
    if (!broken.ok() || !idle_) return broken;
    return MakeError(absl::StatusCode::kDeadlineExceeded, "STREAM_IDLE",
                     "the client sent nothing for the idle time");
  }

  // gRPC has filled the slot, or the client's side is over.
  void OnReadDone(bool ok) {
    std::unique_lock lock(state_.mu);
    reading_ = false;
    if (ok) {
      const size_t bytes = slot_.ByteSizeLong();
      buffered_bytes_ += bytes;
      buffer_.emplace_back(std::move(slot_), bytes);
    } else {
      closed_ = true;
    }
    state_.changed.notify_all();
    StartReadIfRoom(lock);
  }

 private:
  // Flow control: without room no read is started, gRPC's window fills and the client waits.
  // Unlocks around the call into gRPC.
  void StartReadIfRoom(std::unique_lock<std::mutex>& lock) {
    if (reading_ || closed_ || state_.stopped || state_.finished) return;
    if (buffer_.size() >= state_.dispatcher.options().stream_buffer) return;
    if (buffered_bytes_ >= kStreamBufferBytes) return;
    reading_ = true;
    lock.unlock();
    start_read_(&slot_);
    lock.lock();
  }

  StreamState& state_;
  const std::function<void(Message*)> start_read_;
  Message slot_;  // gRPC's while reading_
  bool reading_ = false;
  bool closed_ = false;
  bool idle_ = false;  // the handler's thread only
  std::deque<std::pair<Message, size_t>> buffer_;
  size_t buffered_bytes_ = 0;
};

template <class Message>
class WriteSide final : public StreamWriter<Message> {
 public:
  using StartWrite = std::function<void(const Message*, grpc::WriteOptions)>;
  WriteSide(StreamState& state, StartWrite start_write, std::function<void(grpc::Status)> finish)
      : state_(state), start_write_(std::move(start_write)), finish_(std::move(finish)) {}

  bool Write(Message message) override {
    const size_t bytes = message.ByteSizeLong();
    std::unique_lock lock(state_.mu);
    state_.changed.wait(lock, [&] { return HasRoom() || state_.stopped; });
    if (state_.stopped) return false;
    queue_.emplace_back(std::move(message), bytes);
    queued_bytes_ += bytes;
    WriteNext(lock);
    return true;
  }

  void OnWriteDone(bool ok) {
    std::unique_lock lock(state_.mu);
    writing_ = false;
    if (!ok) {  // the call is dead; OnCancel may come a moment later
      state_.StopLocked();
      queue_.clear();
    }
    state_.changed.notify_all();
    WriteNext(lock);
  }

  // Finishes the call once everything queued is written; the caller does not wait for that.
  void Finish(grpc::Status status) {
    std::unique_lock lock(state_.mu);
    state_.finished = true;
    pending_finish_ = std::move(status);
    if (state_.stopped) queue_.clear();
    WriteNext(lock);
  }

 private:
  // Enough to keep the transport busy while the handler makes the next message.
  static constexpr size_t kQueueMessages = 64;
  bool HasRoom() const {
    return queue_.size() < kQueueMessages && queued_bytes_ < kStreamBufferBytes;
  }

  // Unlocks for good when it calls into gRPC, because Finish may end the reactor's life.
  void WriteNext(std::unique_lock<std::mutex>& lock) {
    if (writing_) return;
    if (!queue_.empty()) {
      slot_ = std::move(queue_.front().first);
      queued_bytes_ -= queue_.front().second;
      queue_.pop_front();
      writing_ = true;
      grpc::WriteOptions options;
      if (!queue_.empty()) options.set_buffer_hint();  // more follows at once: send them together
      lock.unlock();
      start_write_(&slot_, options);
      return;
    }
    if (!pending_finish_) return;
    const grpc::Status status = *std::exchange(pending_finish_, std::nullopt);
    lock.unlock();
    finish_(status);
  }

  StreamState& state_;
  const StartWrite start_write_;
  const std::function<void(grpc::Status)> finish_;
  Message slot_;  // gRPC's while writing_
  bool writing_ = false;
  std::deque<std::pair<Message, size_t>> queue_;
  size_t queued_bytes_ = 0;
  std::optional<grpc::Status> pending_finish_;
};

template <class Request, class Response, class Handler>
class ClientStreamReactor final : public grpc::ServerReadReactor<Request> {
 public:
  ClientStreamReactor(Dispatcher& dispatcher, const Method& method,
                      grpc::CallbackServerContext* server_context, Response* response,
                      Handler handler)
      : state_(dispatcher, method, server_context, /*endless=*/false),
        reader_(state_, [this](Request* slot) { this->StartRead(slot); }),
        response_(response),
        handler_(std::move(handler)) {}

  void Run() {
    absl::StatusOr<Response> result =
        Guarded([&] { return handler_(state_.call.context, reader_); });
    if (result.ok()) *response_ = *std::move(result);
    Answer(result.status());
  }
  void Answer(const absl::Status& status) {
    {
      std::lock_guard lock(state_.mu);
      state_.finished = true;
    }
    this->Finish(state_.End(status));
  }
  StreamState& state() { return state_; }

  void OnReadDone(bool ok) override { reader_.OnReadDone(ok); }
  void OnCancel() override { state_.Cancel(); }
  void OnDone() override { delete this; }

 private:
  StreamState state_;
  ReadSide<Request> reader_;
  Response* response_;
  Handler handler_;
};

template <class Request, class Response, class Handler>
class ServerStreamReactor final : public grpc::ServerWriteReactor<Response> {
 public:
  ServerStreamReactor(Dispatcher& dispatcher, const Method& method,
                      grpc::CallbackServerContext* server_context, const Request* request,
                      Handler handler, bool endless)
      : state_(dispatcher, method, server_context, endless),
        writer_(
            state_,
            [this](const Response* message, grpc::WriteOptions options) {
              this->StartWrite(message, options);
            },
            [this](const grpc::Status& status) { this->Finish(status); }),
        request_(request),
        handler_(std::move(handler)) {}

  void Run() {
    Answer(Guarded(
        [&]() -> absl::Status { return handler_(state_.call.context, *request_, writer_); }));
  }
  void Answer(const absl::Status& status) { writer_.Finish(state_.End(status)); }
  StreamState& state() { return state_; }

  void OnWriteDone(bool ok) override { writer_.OnWriteDone(ok); }
  void OnCancel() override { state_.Cancel(); }
  void OnDone() override { delete this; }

 private:
  StreamState state_;
  WriteSide<Response> writer_;
  const Request* request_;
  Handler handler_;
};

template <class Request, class Response, class Handler>
class BidiStreamReactor final : public grpc::ServerBidiReactor<Request, Response> {
 public:
  BidiStreamReactor(Dispatcher& dispatcher, const Method& method,
                    grpc::CallbackServerContext* server_context, Handler handler)
      : state_(dispatcher, method, server_context, /*endless=*/false),
        reader_(state_, [this](Request* slot) { this->StartRead(slot); }),
        writer_(
            state_,
            [this](const Response* message, grpc::WriteOptions options) {
              this->StartWrite(message, options);
            },
            [this](const grpc::Status& status) { this->Finish(status); }),
        handler_(std::move(handler)) {}

  void Run() {
    Answer(
        Guarded([&]() -> absl::Status { return handler_(state_.call.context, reader_, writer_); }));
  }
  void Answer(const absl::Status& status) { writer_.Finish(state_.End(status)); }
  StreamState& state() { return state_; }

  void OnReadDone(bool ok) override { reader_.OnReadDone(ok); }
  void OnWriteDone(bool ok) override { writer_.OnWriteDone(ok); }
  void OnCancel() override { state_.Cancel(); }
  void OnDone() override { delete this; }

 private:
  StreamState state_;
  ReadSide<Request> reader_;
  WriteSide<Response> writer_;
  Handler handler_;
};

// The pool's handle of a reactor, which owns itself.
template <class Reactor>
class StreamTask final : public Task {
 public:
  explicit StreamTask(Reactor* reactor) : reactor_(reactor) {}
  void Run() override { reactor_->Run(); }
  void Abandon() override { reactor_->Answer(DrainingError()); }

 private:
  Reactor* reactor_;
};

// Runs the handler on a stream thread, or answers at once why not.
template <class Reactor>
Reactor* Launch(Reactor* reactor) {
  absl::Status status = reactor->state().begun;
  if (status.ok()) {
    std::unique_ptr<Task> task = std::make_unique<StreamTask<Reactor>>(reactor);
    status = reactor->state().dispatcher.SubmitStream(task);
  }
  if (!status.ok()) reactor->Answer(status);
  return reactor;
}

}  // namespace kefu::rpc::internal

#endif  // KEFU_COMMON_RPC_INTERNAL_STREAM_REACTORS_H_

// The one way from gRPC's callback API to handlers. Every call is authenticated, authorized, given
// a deadline and a RequestContext, run where its kind belongs (gRPC's thread, the worker pool, a
// stream thread), observed, and finished exactly once.
//
// gRPC's own threads are few (clamp(cores / 2, 2, 16)): nothing here ever blocks one of them, so
// health checks answer however busy the handlers are.
#ifndef KEFU_COMMON_RPC_DISPATCHER_H_
#define KEFU_COMMON_RPC_DISPATCHER_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/auth/permissions.h"
#include "common/auth/verifier.h"
#include "common/context/request_context.h"
#include "common/rpc/call_observer.h"
#include "common/rpc/stream.h"
#include "common/rpc/worker_pool.h"
#include "common/time/clock.h"

namespace kefu::rpc {

struct DispatcherOptions {
  const Clock* clock = nullptr;        // gives RequestContext.now; required
  auth::Verifier* verifier = nullptr;  // required
  CallObserver* observer = nullptr;    // may be absent
  int workers = 8;                     // = database connections
  size_t queue_capacity = 1024;        // waiting unary calls; at 2 ms each and 8 workers: 256 ms
  size_t max_streams = 64;             // streams that run at once; each holds a thread
  size_t stream_buffer = 256;          // messages read ahead per client stream
  absl::Duration default_deadline = absl::Seconds(30);     // of a unary call that brings none
  absl::Duration stream_idle_timeout = absl::Minutes(10);  // Read gives up on a silent client
  // Which permission a method needs; nothing: nobody may call it. Tests with services of their own
  // replace it.
  std::function<std::optional<auth::Permission>(std::string_view full_name)> permission_of =
      [](std::string_view method) { return auth::PermissionTable::Get().ForMethod(method); };
};

enum class Mode {
  kPooled,  // on a worker; may block on the database
  kInline,  // on gRPC's thread; must not block, must take microseconds
};

class Dispatcher;

// What is known of a method before any call; made once per service object. Immutable.
class Method {
 public:
  Method(Dispatcher& dispatcher, std::string_view service, std::string_view method);
  const std::string& full_name() const { return full_name_; }

 private:
  friend class Dispatcher;
  const std::string full_name_;  // "/package.Service/Method"
  const std::optional<auth::Permission> permission_;
  const std::unique_ptr<MethodObserver> observer_;  // may be null
};

// One running call. Used by the dispatcher's templates; not for handlers.
struct RunningCall {
  const Method* method = nullptr;
  grpc::CallbackServerContext* server_context = nullptr;
  absl::Time arrived;  // real time
  absl::Duration queue_time;
  RequestContext context;
};

// The answer to a call that completes later, on any thread. Call it once; dropping it uncalled
// answers INTERNAL. The request and the context stay valid until then.
template <class Response>
class Completion {
 public:
  struct State {
    Dispatcher* dispatcher;
    RunningCall call;
    Response* response;
    grpc::ServerUnaryReactor* reactor;
    std::function<void(const RunningCall&, const absl::Status&)> before_finish;
  };
  explicit Completion(std::unique_ptr<State> state) : state_(std::move(state)) {}
  Completion(Completion&&) noexcept = default;
  Completion& operator=(Completion&&) = delete;
  ~Completion();

  void operator()(absl::StatusOr<Response> result);
  const RequestContext& context() const { return state_->call.context; }

 private:
  std::unique_ptr<State> state_;
};

// Thread-safe. Must outlive the server whose services use it.
class Dispatcher {
 public:
  explicit Dispatcher(DispatcherOptions options);
  ~Dispatcher();  // Stop()
  Dispatcher(const Dispatcher&) = delete;
  Dispatcher& operator=(const Dispatcher&) = delete;

  // handler: (const RequestContext&, const Request&) -> absl::StatusOr<Response>.
  // RESOURCE_EXHAUSTED / QUEUE_FULL with RetryInfo when the pool's queue is full; a call that was
  // cancelled or expired while it waited is answered without running.
  template <class Request, class Response, class Handler>
  grpc::ServerUnaryReactor* Unary(const Method& method, grpc::CallbackServerContext* server_context,
                                  const Request* request, Response* response, Handler handler,
                                  Mode mode = Mode::kPooled);

  // Tries `inline_handler`: (const RequestContext&, const Request&) ->
  // std::optional<absl::StatusOr<Response>> on gRPC's thread; nothing: `pooled_handler` runs as in
  // Unary. For reads that a cache mostly answers.
  template <class Request, class Response, class InlineHandler, class PooledHandler>
  grpc::ServerUnaryReactor* UnaryInlineFirst(const Method& method,
                                             grpc::CallbackServerContext* server_context,
                                             const Request* request, Response* response,
                                             InlineHandler inline_handler,
                                             PooledHandler pooled_handler);

  // handler: (const RequestContext&, const Request&, Completion<Response>) on gRPC's thread; it
  // must not block and passes the completion on. For calls that are answered in batches by other
  // threads.
  template <class Request, class Response, class Handler>
  grpc::ServerUnaryReactor* UnaryAsync(const Method& method,
                                       grpc::CallbackServerContext* server_context,
                                       const Request* request, Response* response, Handler handler);

  // handler: (const RequestContext&, StreamReader<Request>&) -> absl::StatusOr<Response>.
  // Streams have the client's deadline or none (RequestContext.deadline = InfiniteFuture).
  // RESOURCE_EXHAUSTED / TOO_MANY_STREAMS with RetryInfo beyond max_streams.
  template <class Request, class Response, class Handler>
  grpc::ServerReadReactor<Request>* ClientStream(const Method& method,
                                                 grpc::CallbackServerContext* server_context,
                                                 Response* response, Handler handler);

  // handler: (const RequestContext&, const Request&, StreamWriter<Response>&) -> absl::Status.
  // endless: the stream ends only when someone ends it; when the server drains, its
  // RequestContext.cancelled turns true, its Write returns false, and it is answered UNAVAILABLE /
  // SERVER_DRAINING, so that the client goes on elsewhere.
  template <class Request, class Response, class Handler>
  grpc::ServerWriteReactor<Response>* ServerStream(const Method& method,
                                                   grpc::CallbackServerContext* server_context,
                                                   const Request* request, Handler handler,
                                                   bool endless = false);

  // handler: (const RequestContext&, StreamReader<Request>&, StreamWriter<Response>&) ->
  // absl::Status.
  template <class Request, class Response, class Handler>
  grpc::ServerBidiReactor<Request, Response>* BidiStream(
      const Method& method, grpc::CallbackServerContext* server_context, Handler handler);

  // Tells endless streams to end. The server calls it when it drains. Irrevocable.
  void BeginDrain();
  bool draining() const { return draining_.load(std::memory_order_acquire); }

  // Waits for running handlers; answers waiting calls UNAVAILABLE. Idempotent.
  void Stop();

  // For the templates below and the reactors, not for handlers.
  // Authenticates and fills the call; on failure the call must still go through End.
  absl::Status Begin(const Method& method, grpc::CallbackServerContext* server_context,
                     bool is_stream, RunningCall& call);
  // Observes the call; returns what to finish it with.
  grpc::Status End(const RunningCall& call, const absl::Status& status);
  // Cancelled or expired: the status to answer with.
  static absl::Status CheckAlive(const RunningCall& call);
  absl::Status SubmitUnary(std::unique_ptr<Task>& task);
  absl::Status SubmitStream(std::unique_ptr<Task>& task);
  const DispatcherOptions& options() const { return options_; }
  // Calls `wake` when draining begins, until Unsubscribe; at once when it has begun.
  int64_t OnDrain(std::function<void()> wake);
  void Unsubscribe(int64_t subscription);

 private:
  friend class Method;
  const DispatcherOptions options_;
  std::atomic<bool> draining_{false};
  std::mutex drain_mu_;
  int64_t next_subscription_ = 1;
  std::vector<std::pair<int64_t, std::function<void()>>> drain_wakers_;
  WorkerPool workers_;
  StreamPool streams_;
};

}  // namespace kefu::rpc

#include "common/rpc/internal/dispatcher_impl.h"  // IWYU pragma: export

#endif  // KEFU_COMMON_RPC_DISPATCHER_H_

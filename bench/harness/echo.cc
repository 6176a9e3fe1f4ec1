#include "bench/harness/echo.h"

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <cstdio>

#include "bench/harness/load.h"
#include "common/rpc/client.h"
#include "echo.grpc.pb.h"
#include "fmt/format.h"

namespace kefu::bench {
namespace {

constexpr std::chrono::seconds kCallTime{10};

class EchoServer final : public v1::EchoService::CallbackService {
 public:
  grpc::ServerUnaryReactor* Echo(grpc::CallbackServerContext* context,
                                 const v1::EchoRequest* request,
                                 v1::EchoResponse* response) override {
    response->set_payload(request->payload());
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

absl::Status AskEcho(v1::EchoService::Stub& stub, const v1::EchoRequest& request) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kCallTime);
  v1::EchoResponse response;
  const grpc::Status status = stub.Echo(&context, request, &response);
  if (!status.ok()) return rpc::FromGrpc(status);
  if (response.payload().size() != request.payload().size())
    return absl::InternalError("an echo of other length");
  return absl::OkStatus();
}

}  // namespace

std::vector<std::shared_ptr<grpc::Channel>> Channels(const std::string& target, int callers) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  for (int i = 0; i < callers; i += kCallersPerChannel) {
    channels.push_back(
        grpc::CreateCustomChannel(target, grpc::InsecureChannelCredentials(), arguments));
  }
  return channels;
}

void AddEchoServer(CLI::App& app, bool& on) {
  app.add_flag("--echo-server", on, "Be the baseline's server")->group("");
}

int RunEchoServer() {
  EchoServer service;
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr || port == 0) return 1;
  fmt::print("echo listens on 127.0.0.1:{}\n", port);
  std::fflush(stdout);
  server->Wait();
  return 0;
}

absl::StatusOr<std::unique_ptr<EchoProcess>> EchoProcess::Start() {
  std::unique_ptr<EchoProcess> echo(new EchoProcess());
  const std::string line = echo->process_.WaitForLine("echo listens on ");
  if (line.empty()) return absl::InternalError("the echo server does not start");
  echo->target_ = line.substr(line.rfind(' ') + 1);
  return echo;
}

Run EchoProcess::Ask(size_t bytes, int callers, absl::Duration time) const {
  auto channels = Channels(target_, callers);
  v1::EchoRequest request;
  request.set_payload(std::string(bytes, 'x'));
  return [channels, request, callers, time] {
    return RunCallers(callers, time, [&](int caller) -> std::function<absl::Status()> {
      std::shared_ptr<v1::EchoService::Stub> stub =
          v1::EchoService::NewStub(channels[caller / kCallersPerChannel]);
      return [stub, &request] { return AskEcho(*stub, request); };
    });
  };
}

}  // namespace kefu::bench

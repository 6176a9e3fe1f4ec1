// kefu-bench-rpc: calls per second of a unary read through a service (kefu-warehouse
// GetAvailability, answered from its cache) against a bare gRPC echo of messages of the same size.
// Both servers are processes of their own; tokens, metrics, deadlines and trace ids are on in the
// service. The callers and their connections are the same for both; those of the service send a
// token.
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <cstdio>

#include "absl/time/clock.h"
#include "bench/harness/compare.h"
#include "bench/harness/environment.h"
#include "bench/harness/load.h"
#include "bench/rpc/echo_server.h"
#include "common/rpc/client.h"
#include "common/status/status_macros.h"
#include "echo.grpc.pb.h"
#include "fmt/format.h"
#include "kefu/warehouse/v1/warehouse_service.grpc.pb.h"

namespace kefu::bench {
namespace {

namespace warehouse = kefu::warehouse::v1;

constexpr int kSkus = 50;
constexpr int kCallersPerChannel = 4;
constexpr std::chrono::seconds kCallTime{10};
constexpr absl::Duration kCacheTime = absl::Seconds(30);  // until every SKU is answered from memory

struct Options {
  double seconds = 2;
  int rounds = 5;
  std::vector<int> callers = {1, 8, 32};
};

// Plain channels with connections of their own, the same number for either side.
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

// Stock of some SKUs at one node, and the questions about it.
class Warehouse {
 public:
  Warehouse(std::string target, std::string token)
      : target_(std::move(target)), authorization_("Bearer " + token), token_(std::move(token)) {}

  absl::Status FillIn() {
    const auto stub = warehouse::WarehouseService::NewStub(Channels(target_, 1).front());
    rpc::CallOptions call;
    call.token = token_;
    warehouse::CreateNodeRequest node;
    node.mutable_node()->set_display_name("Front warehouse");
    node.mutable_node()->set_kind(warehouse::NODE_KIND_FRONT_WAREHOUSE);
    ASSIGN_OR_RETURN(const auto made,
                     rpc::Call(*stub, &warehouse::WarehouseService::Stub::CreateNode, node, call));
    warehouse::ReceiveRequest receipt;
    receipt.set_node_id(made.node_id());
    for (int i = 0; i < kSkus; ++i) {
      warehouse::CreateSkuRequest sku;
      sku.mutable_sku()->set_code(fmt::format("sku-{}", i));
      sku.mutable_sku()->set_display_name(fmt::format("Article {}", i));
      ASSIGN_OR_RETURN(const auto made_sku,
                       rpc::Call(*stub, &warehouse::WarehouseService::Stub::CreateSku, sku, call));
      warehouse::ReceiptLine& line = *receipt.add_lines();
      line.set_sku_id(made_sku.sku_id());
      line.set_quantity(1000 + i);
      warehouse::GetAvailabilityRequest& question = questions_.emplace_back();
      question.add_sku_ids(made_sku.sku_id());
      question.add_node_ids(made.node_id());
    }
    RETURN_IF_ERROR(
        rpc::Call(*stub, &warehouse::WarehouseService::Stub::Receive, receipt, call).status());
    return WarmCache(*stub);
  }

  // Bytes of a question and of its answer, on average.
  size_t MessageBytes() const { return message_bytes_; }

  absl::Status Ask(warehouse::WarehouseService::Stub& stub, int number) const {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + kCallTime);
    context.AddMetadata("authorization", authorization_);
    warehouse::GetAvailabilityResponse response;
    const grpc::Status status =
        stub.GetAvailability(&context, questions_[number % kSkus], &response);
    if (!status.ok()) return rpc::FromGrpc(status);
    if (response.totals_size() != 1) return absl::InternalError("an answer without its total");
    return absl::OkStatus();
  }

  const std::string& target() const { return target_; }

 private:
  absl::Status WarmCache(warehouse::WarehouseService::Stub& stub) {
    rpc::CallOptions call;
    call.token = token_;
    const absl::Time limit = absl::Now() + kCacheTime;
    for (const warehouse::GetAvailabilityRequest& question : questions_) {
      for (bool cached = false; !cached;) {
        ASSIGN_OR_RETURN(
            const auto answer,
            rpc::Call(stub, &warehouse::WarehouseService::Stub::GetAvailability, question, call));
        cached = answer.cached();
        message_bytes_ = (question.ByteSizeLong() + answer.ByteSizeLong()) / 2;
        if (absl::Now() > limit) return absl::DeadlineExceededError("the cache does not fill");
      }
    }
    return absl::OkStatus();
  }

  const std::string target_, authorization_, token_;
  std::vector<warehouse::GetAvailabilityRequest> questions_;
  size_t message_bytes_ = 0;
};

Run AskWarehouse(const Warehouse& shop, int callers, absl::Duration time) {
  auto channels = Channels(shop.target(), callers);
  return [&shop, channels, callers, time] {
    return RunCallers(callers, time, [&](int caller) -> std::function<absl::Status()> {
      std::shared_ptr<warehouse::WarehouseService::Stub> stub =
          warehouse::WarehouseService::NewStub(channels[caller / kCallersPerChannel]);
      return [&shop, stub, number = caller]() mutable { return shop.Ask(*stub, number++); };
    });
  };
}

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

Run AskEchoServer(const std::string& target, size_t bytes, int callers, absl::Duration time) {
  auto channels = Channels(target, callers);
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

absl::Status Bench(const Options& options) {
  ASSIGN_OR_RETURN(const auto environment, Environment::Start());
  ASSIGN_OR_RETURN(const RunningService service, environment->StartService("warehouse"));
  Warehouse shop(service.target, environment->OwnerToken());
  RETURN_IF_ERROR(shop.FillIn());
  testing::ChildProcess echo({ProgramPath("kefu-bench-rpc"), "--echo-server"});
  const std::string line = echo.WaitForLine("echo listens on ");
  if (line.empty()) return absl::InternalError("the echo server does not start");
  const std::string echo_target = line.substr(line.rfind(' ') + 1);
  fmt::print(stderr, "messages of {} bytes on average\n", shop.MessageBytes());

  const absl::Duration time = absl::Seconds(options.seconds);
  for (const int callers : options.callers) {
    RETURN_IF_ERROR(Compare({.bench = "rpc",
                             .name = "unary_vs_echo",
                             .callers = callers,
                             .unit = "calls/s",
                             .baseline = "bare gRPC echo"},
                            options.rounds, AskWarehouse(shop, callers, time),
                            AskEchoServer(echo_target, shop.MessageBytes(), callers, time)));
  }
  return absl::OkStatus();
}

int Main(int argc, char** argv) {
  Options options;
  bool echo_server = false;
  CLI::App app("Calls per second of a read through a service against a bare gRPC echo.");
  app.add_option("--seconds", options.seconds, "Length of one run")
      ->check(CLI::Range(0.01, 3600.0))
      ->capture_default_str();
  app.add_option("--callers", options.callers, "Callers at once, several with commas between")
      ->delimiter(',')
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  AddRounds(app, options.rounds);
  app.add_flag("--echo-server", echo_server, "Be the baseline's server")->group("");
  CLI11_PARSE(app, argc, argv);
  if (echo_server) return RunEchoServer();
  const absl::Status status = Bench(options);
  if (status.ok()) return 0;
  fmt::print(stderr, "kefu-bench-rpc: {}\n", status.ToString());
  return 1;
}

}  // namespace
}  // namespace kefu::bench

int main(int argc, char** argv) { return kefu::bench::Main(argc, argv); }

#include "bench/kpi/service.h"

#include <google/protobuf/util/message_differencer.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <fstream>
#include <map>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "common/convert/fields.h"
#include "common/rpc/client.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"

namespace kefu::bench {
namespace {

namespace v1 = performance::v1;
using Stub = v1::PerformanceService::Stub;

constexpr absl::Duration kImportTime = absl::Hours(2);
constexpr absl::Duration kCallTime = absl::Minutes(10);
constexpr std::array<std::string_view, kKinds> kMethods = {"ImportConversations", "ImportOrders",
                                                           "ImportRefunds", "ImportReviews"};

grpc::ByteBuffer Buffer(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

// A client stream whose messages are bytes already: the client's own work stays small.
class RawStream {
 public:
  RawStream(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
            const rpc::CallOptions& options)
      : stub_(channel) {
    rpc::Prepare(options, context_);
    call_ = stub_.PrepareCall(&context_, method, &queue_);
    call_->StartCall(this);
    Wait();
  }
  ~RawStream() {
    queue_.Shutdown();
    void* tag = nullptr;
    bool ok = false;
    while (queue_.Next(&tag, &ok)) {
    }
  }
  bool Write(const std::string& bytes) {
    call_->Write(Buffer(bytes), this);
    return Wait();
  }
  grpc::Status Finish(google::protobuf::Message& response) {
    grpc::ByteBuffer answer;
    grpc::Status status;
    call_->WritesDone(this);
    Wait();
    call_->Read(&answer, this);
    Wait();
    call_->Finish(&status, this);
    Wait();
    grpc::Slice slice;
    if (status.ok() && (!answer.DumpToSingleSlice(&slice).ok() ||
                        !response.ParseFromArray(slice.begin(), static_cast<int>(slice.size())))) {
      return {grpc::StatusCode::INTERNAL, "an answer that cannot be read"};
    }
    return status;
  }

 private:
  bool Wait() {
    void* tag = nullptr;
    bool ok = false;
    return queue_.Next(&tag, &ok) && ok;
  }

  grpc::GenericStub stub_;
  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> call_;
};

void SetPeriod(absl::CivilDay first, absl::CivilDay last, v1::GetMetricsRequest& request) {
  *request.mutable_period()->mutable_start_date() = kefu::convert::ToProto(first);
  *request.mutable_period()->mutable_end_date() = kefu::convert::ToProto(last);
}

}  // namespace

absl::StatusOr<std::unique_ptr<KpiService>> KpiService::Start(Environment& environment) {
  ASSIGN_OR_RETURN(RunningService service, environment.StartService("performance"));
  std::unique_ptr<KpiService> result(new KpiService(std::move(service)));
  result->token_ = environment.OwnerToken();
  ASSIGN_OR_RETURN(result->channel_, rpc::MakeChannel(result->service_.target));
  result->stub_ = v1::PerformanceService::NewStub(result->channel_);
  return result;
}

absl::Status KpiService::Configure(const std::string& platform) {
  v1::ConfigureShopRequest request;
  request.mutable_settings()->set_shop_id(std::string(kShop));
  request.mutable_settings()->set_time_zone(std::string(kShopZone));
  request.mutable_settings()->set_currency_code("CNY");
  request.mutable_settings()->set_platform(platform);
  return rpc::Call(*stub_, &Stub::ConfigureShop, request, {.token = token_}).status();
}

absl::StatusOr<absl::Duration> KpiService::Import(const Spool& spool, Kind kind) {
  v1::ImportConversationsRequest header;  // the header is the same message in every kind
  header.mutable_header()->set_shop_id(std::string(kShop));
  Spool::Messages messages = spool.Requests(kind);
  v1::ImportResponse response;
  const absl::Time start = absl::Now();
  RawStream stream(
      channel_, fmt::format("/{}/{}", v1::PerformanceService::service_full_name(), kMethods[kind]),
      {.timeout = kImportTime, .token = token_});
  bool writing = stream.Write(header.SerializeAsString());
  for (std::string bytes; writing && messages.Next(bytes);) writing = stream.Write(bytes);
  const grpc::Status status = stream.Finish(response);
  const absl::Duration elapsed = absl::Now() - start;
  if (!status.ok()) return rpc::FromGrpc(status);
  if (response.inserted() != spool.facts(kind)) {
    return absl::InternalError(
        fmt::format("{} of {} facts inserted", response.inserted(), spool.facts(kind)));
  }
  return elapsed;
}

absl::Status KpiService::Import(const v1::Conversation& conversation) {
  v1::ImportConversationsRequest request;
  request.mutable_header()->set_shop_id(std::string(kShop));
  *request.add_rows()->mutable_conversation() = conversation;
  grpc::ClientContext context;
  rpc::Prepare({.timeout = kCallTime, .token = token_}, context);
  v1::ImportResponse response;
  const auto writer = stub_->ImportConversations(&context, &response);
  writer->Write(request);
  writer->WritesDone();
  RETURN_IF_ERROR(rpc::FromGrpc(writer->Finish()));
  if (response.replaced() == 1) return absl::OkStatus();
  return absl::InternalError("the late message has replaced nothing");
}

absl::Status KpiService::Month(absl::CivilDay first, absl::CivilDay last,
                               v1::GetMetricsResponse& response) {
  v1::GetMetricsRequest request;
  request.set_shop_id(std::string(kShop));
  request.set_by_agent(true);
  SetPeriod(first, last, request);
  grpc::ClientContext context;
  rpc::Prepare({.timeout = kCallTime, .token = token_}, context);
  return rpc::FromGrpc(stub_->GetMetrics(&context, request, &response));
}

absl::StatusOr<int64_t> KpiService::Figure(const std::string& agent_id,
                                           const std::string& metric_id, absl::CivilDay first,
                                           absl::CivilDay last) {
  v1::GetMetricsRequest request;
  request.set_shop_id(std::string(kShop));
  request.set_agent_id(agent_id);
  request.add_metric_ids(metric_id);
  SetPeriod(first, last, request);
  ASSIGN_OR_RETURN(const auto response, rpc::Call(*stub_, &Stub::GetMetrics, request,
                                                  {.timeout = kCallTime, .token = token_}));
  if (response.rows_size() != 1 || response.rows(0).values_size() != 1) {
    return absl::InternalError("an answer without its figure");
  }
  return response.rows(0).values(0).numerator();
}

absl::StatusOr<int64_t> KpiService::PeakResidentKb() const {
  std::ifstream in(fmt::format("/proc/{}/status", service_.process->pid()));
  for (std::string line; std::getline(in, line);) {
    int64_t kb = 0;
    if (!line.starts_with("VmHWM:")) continue;
    const std::vector<std::string> words = absl::StrSplit(line, ' ', absl::SkipWhitespace());
    if (words.size() >= 2 && absl::SimpleAtoi(words[1], &kb)) return kb;
  }
  return absl::InternalError("the service's memory cannot be read");
}

FiguresByAgent FiguresOf(const v1::GetMetricsResponse& response) {
  FiguresByAgent figures;
  for (const v1::MetricRow& row : response.rows()) {
    AgentFigures& agent = figures[row.subject().agent_id()];
    for (const v1::MetricValue& value : row.values()) {
      const std::string& id = value.metric_id();
      if (id == "agent_messages") agent.agent_messages = value.numerator();
      if (id == "conversations") agent.conversations = value.numerator();
      if (id == "consulted") agent.consulted = value.numerator();
      if (id == "paid_orders") agent.paid_orders = value.numerator();
      if (id == "sales") agent.sales_minor = value.numerator();
      if (id == "paid_customers") agent.paid_customers = value.numerator();
      if (id == "response_seconds_mean") {
        agent.responses = value.denominator();
        agent.response_us = value.numerator();
      }
      if (id == "satisfaction") {
        agent.ratings = value.denominator();
        agent.rating_points = value.numerator();
      }
    }
  }
  return figures;
}

}  // namespace kefu::bench

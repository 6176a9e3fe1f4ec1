#include "clients/kefuctl/client.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "clients/kefuctl/formats.h"
#include "clients/kefuctl/rpcs.h"
#include "clients/kefuctl/tests/test_files.h"
#include "clients/kefuctl/upload.h"
#include "common/rpc/grpc_status.h"
#include "common/status/error.h"
#include "kefu/performance/v1/performance_service.grpc.pb.h"
#include "kefu/staffing/v1/staffing_service.grpc.pb.h"
#include "tests/kefuctl/test_gateway.h"

namespace kefu::kefuctl {
namespace {

namespace st = staffing::v1;
namespace pf = performance::v1;
using ::testing::ElementsAre;

std::string Header(grpc::ServerContext& context, const char* name) {
  const auto found = context.client_metadata().find(name);
  if (found == context.client_metadata().end()) return "";
  return {found->second.data(), found->second.size()};
}

// Page "fail" fails with details; any other answers what came along.
class FakeStaffing final : public st::StaffingService::Service {
  grpc::Status ListShops(grpc::ServerContext* context, const st::ListShopsRequest* request,
                         st::ListShopsResponse* response) override {
    if (request->page_token() == "fail")
      return rpc::ToGrpc(InvalidArgument("BAD_PAGE_TOKEN", "page_token", "是坏的"));
    st::Shop& shop = *response->add_shops();
    shop.set_shop_id(Header(*context, "authorization"));
    shop.set_display_name(Header(*context, "accept-language"));
    shop.set_external_id(request->page_token());
    return grpc::Status::OK;
  }
};

// Shop "closed" is refused at once; else counts, and refuses every review of order "bad".
class FakePerformance final : public pf::PerformanceService::Service {
  grpc::Status ImportReviews(grpc::ServerContext*,
                             grpc::ServerReader<pf::ImportReviewsRequest>* reader,
                             pf::ImportResponse* response) override {
    pf::ImportReviewsRequest request;
    while (reader->Read(&request)) {
      ++messages;
      if (request.header().shop_id() == "closed")
        return rpc::ToGrpc(FailedPrecondition("SHOP_NOT_CONFIGURED", "closed", "no settings"));
      for (const auto& row : request.rows()) {
        response->set_received(response->received() + 1);
        if (row.review().order_id() != "bad") continue;
        response->set_rejected(response->rejected() + 1);
        auto* error = response->add_errors();
        error->set_line(row.line());
        error->set_source_id(row.review().review_id());
        error->set_field("order_id");
        error->set_description("does not exist");
      }
    }
    return grpc::Status::OK;
  }

 public:
  std::atomic<int> messages = 0;
};

class ClientTest : public ::testing::Test {
 protected:
  ClientOptions Options() const {
    ClientOptions options;
    options.port = std::to_string(gateway_.port());
    options.token = "secret.of.ours";
    options.language = "zh";
    return options;
  }

  FakeStaffing staffing_;
  FakePerformance performance_;
  TestGateway gateway_{{{"kefu.staffing.v1.StaffingService", &staffing_},
                        {"kefu.performance.v1.PerformanceService", &performance_}}};
};

TEST_F(ClientTest, CallsWithTokenAndLanguage) {
  Client client(Options());
  for (int i = 0; i < 3; ++i) {  // over one connection
    st::ListShopsRequest request;
    request.set_page_token("页");
    const auto answer = client.Call(rpcs::kListShops, request);
    ASSERT_TRUE(answer.ok()) << answer.status();
    ASSERT_EQ(answer->shops_size(), 1);
    EXPECT_EQ(answer->shops(0).shop_id(), "Bearer secret.of.ours");
    EXPECT_EQ(answer->shops(0).display_name(), "zh");
    EXPECT_EQ(answer->shops(0).external_id(), "页");
  }
}

TEST_F(ClientTest, ErrorsKeepTheirDetails) {
  Client client(Options());
  st::ListShopsRequest request;
  request.set_page_token("fail");
  const absl::Status status = client.Call(rpcs::kListShops, request).status();
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  EXPECT_EQ(ReasonOf(status), "BAD_PAGE_TOKEN");
  const auto bad = GetDetail<google::rpc::BadRequest>(status);
  ASSERT_TRUE(bad.has_value());
  EXPECT_EQ(bad->field_violations(0).description(), "是坏的");
  EXPECT_TRUE(client.Call(rpcs::kListShops, st::ListShopsRequest()).ok()) << "and it goes on";
}

TEST_F(ClientTest, ImportsInBatchesAndTellsColumns) {
  TestFolder folder;
  Refusals refusals(folder);
  std::string content = "score,order_id,review_id,create_time\n";
  for (int i = 0; i < 2500; ++i)
    content += fmt::format("5,{},v{},2026-03-01 09:00:00\n", i == 1234 ? "bad" : "o", i);
  content += "6,o,v,2026-03-01 09:00:00\n";
  ShopLocale locale{absl::UTCTimeZone(), "CNY"};
  const auto source = OpenReviews(folder.Write("r.csv", content), locale);
  ASSERT_TRUE(source.ok());
  Client client(Options());
  Progress progress(false);
  const auto answer =
      Upload(client, rpcs::kImportReviews, "shop", false, **source, refusals.errors, progress);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->received(), 2500);
  EXPECT_EQ(performance_.messages, 3);
  EXPECT_EQ(refusals.errors.rejected(), 2);
  EXPECT_THAT(refusals.lines,
              ElementsAre("r.csv:2502:1: score: must be a whole number from 1 to 5: '6'",
                          "r.csv:1236:2: order_id: does not exist"));
  EXPECT_TRUE(client.Call(rpcs::kListShops, st::ListShopsRequest()).ok());
}

TEST_F(ClientTest, ARefusedImportSaysWhy) {
  TestFolder folder;
  Refusals refusals(folder);
  std::string content = "score,order_id,review_id,create_time\n";
  for (int i = 0; i < 50'000; ++i) content += fmt::format("5,o,v{},2026-03-01 09:00:00\n", i);
  ShopLocale locale{absl::UTCTimeZone(), "CNY"};
  const auto source = OpenReviews(folder.Write("r.csv", content), locale);
  ASSERT_TRUE(source.ok());
  Client client(Options());
  Progress progress(false);
  const absl::Status status =
      Upload(client, rpcs::kImportReviews, "closed", false, **source, refusals.errors, progress)
          .status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_EQ(ReasonOf(status), "SHOP_NOT_CONFIGURED");
  EXPECT_TRUE(client.Call(rpcs::kListShops, st::ListShopsRequest()).ok());
}

// A port that somebody listens on, or listened on; `answer` is what one connection gets.
class Listener {
 public:
  Listener() : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(listen(socket_, 5), 0);
    socklen_t size = sizeof address;
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  ~Listener() {
    if (thread_.joinable()) thread_.join();
    close(socket_);
  }
  void AnswerOnce(std::string answer) {
    thread_ = std::thread([this, answer = std::move(answer)] {
      const int connection = accept(socket_, nullptr, nullptr);
      char request[4096];
      EXPECT_GT(recv(connection, request, sizeof request, 0), 0);
      EXPECT_EQ(send(connection, answer.data(), answer.size(), MSG_NOSIGNAL),
                static_cast<ssize_t>(answer.size()));
      close(connection);
    });
  }
  std::string port() const { return std::to_string(port_); }

 private:
  const int socket_;
  int port_ = 0;
  std::thread thread_;
};

absl::Status Ask(ClientOptions options) {
  return Client(std::move(options)).Call(rpcs::kListShops, st::ListShopsRequest()).status();
}

TEST(ClientAlone, SaysThatNobodyListens) {
  ClientOptions options;
  {
    const Listener gone;
    options.port = gone.port();
  }
  const absl::Status status = Ask(options);
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("cannot reach the gateway"));
}

TEST(ClientAlone, GivesUpOnAServerThatSaysNothing) {
  const Listener silent;  // connects by its backlog, never answers
  ClientOptions options;
  options.port = silent.port();
  options.call_timeout = options.call_grace = absl::Milliseconds(1);
  const absl::Status status = Ask(options);
  EXPECT_TRUE(absl::IsDeadlineExceeded(status)) << status;
}

TEST(ClientAlone, SaysWhatIsNoGateway) {
  for (const char* answer : {"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnope",
                             "HTTP/1.1 500 Oops\r\nContent-Length: 13\r\n\r\n{\"code\": 1234",
                             "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnope"}) {
    Listener other;
    other.AnswerOnce(answer);
    ClientOptions options;
    options.port = other.port();
    EXPECT_TRUE(absl::IsInternal(Ask(options))) << answer;
  }
  Listener rude;
  rude.AnswerOnce("SSH-2.0-OpenSSH\r\n");
  ClientOptions options;
  options.port = rude.port();
  EXPECT_TRUE(absl::IsUnavailable(Ask(options)));
}

}  // namespace
}  // namespace kefu::kefuctl

// Unary calls, limits and ends of connections over real sockets.
#include <fcntl.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include "common/testing/temp_folder.h"
#include "services/gateway/tests/fake_services.h"

namespace kefu::gateway {
namespace {

using ::kefu::testing::HasReason;
using testing::Answer;
using testing::Chunk;
using testing::Get;
using ::testing::HasSubstr;
using testing::HttpClient;
using ::testing::Not;
using testing::Post;
using testing::ReasonIn;

class HttpTest : public testing::GatewayTest {};

TEST_F(HttpTest, AnswersACallWithTheHeadersPassedOn) {
  Start();
  HttpClient client(port());
  const Answer answer = client.Ask(Post(
      kDay, R"({"shopId":"s1"})", "authorization: bearer abc.d\r\nAccept-Language: zh-CN\r\n"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers.at("content-type"), "application/json");
  const auto json = nlohmann::json::parse(answer.body);
  EXPECT_EQ(json["shop"]["shopId"], "s1");
  EXPECT_EQ(json["shop"]["displayName"], "Bearer abc.d");
  EXPECT_EQ(json["shop"]["timeZone"], "zh-CN");
}

TEST_F(HttpTest, AnswersBinaryProtobuf) {
  Start();
  v1::GetShopDayRequest request;
  request.set_shop_id("二");
  HttpClient client(port());
  const Answer answer =
      client.Ask(Post(kDay, request.SerializeAsString(), "", "application/proto"));
  v1::GetShopDayResponse response;
  ASSERT_TRUE(response.ParseFromString(answer.body));
  EXPECT_EQ(response.shop().shop_id(), "二");
  EXPECT_EQ(answer.headers.at("content-type"), "application/proto");
}

TEST_F(HttpTest, EveryMethodOfEveryServiceHasAPath) {
  Start();
  HttpClient client(port());
  int methods = 0;
  for (const char* service :
       {v1::GatewayService::service_full_name(), staffing::v1::StaffingService::service_full_name(),
        performance::v1::PerformanceService::service_full_name()}) {
    const auto* descriptor =
        google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(service);
    for (int i = 0; i < descriptor->method_count(); ++i) {
      const auto* method = descriptor->method(i);
      const bool streams = method->client_streaming() || method->server_streaming();
      const Answer answer =
          client.Ask(Post("/" + std::string(service) + "/" + method->name(), streams ? "" : "{}",
                          "", streams ? "application/connect+json" : "application/json"));
      EXPECT_NE(answer.status, 0) << method->full_name();
      EXPECT_NE(answer.status, 404) << method->full_name() << answer.body;
      EXPECT_THAT(answer.body, Not(HasSubstr("NO_SUCH_METHOD")));
      ++methods;
    }
  }
  EXPECT_GT(methods, 40);
}

TEST_F(HttpTest, SaysWhatIsWrongWithARequest) {
  Start();
  HttpClient client(port());  // one connection takes them all: none leaves it in a bad state
  EXPECT_EQ(ReasonIn(client.Ask(Post("/nothing.Here/Call", ""))), "NO_SUCH_METHOD");
  EXPECT_EQ(ReasonIn(client.Ask(Post("/kefu.gateway.v1.GatewayService/GetNothing", ""))),
            "NO_SUCH_METHOD");
  for (const char* path :
       {"/", "/kefu.gateway.v1.GatewayService", "/kefu.gateway.v1.GatewayService/",
        "/kefu.gateway.v1.GatewayService/GetShopDay/", "//", "/a/b/c/d",
        "/kefu.common.v1.EventService/Watch", "/x/kefu.common.v1.EventService/Watch"})
    EXPECT_EQ(ReasonIn(client.Ask(Post(path, ""))), "NO_SUCH_METHOD") << path;
  EXPECT_EQ(ReasonIn(client.Ask(Post(kDay, "{"))), "BAD_BODY");
  EXPECT_EQ(ReasonIn(client.Ask(Post(kDay, "", "", "application/connect+json"))),
            "WRONG_CONTENT_TYPE");
  EXPECT_EQ(ReasonIn(client.Ask(Post(kImport, ""))), "WRONG_CONTENT_TYPE");
  EXPECT_EQ(ReasonIn(client.Ask(Post(kDay, "", "Content-Encoding: gzip\r\n"))),
            "COMPRESSION_UNKNOWN");
  for (const char* timeout : {"0", "-1", "soon", "1.5", "86400001", "99999999999999999999"})
    EXPECT_EQ(ReasonIn(client.Ask(
                  Post(kDay, "{}", "Connect-Timeout-Ms: " + std::string(timeout) + "\r\n"))),
              "BAD_TIMEOUT");
  const Answer type = client.Ask(Post(kDay, "", "", "text/html"));
  EXPECT_EQ(type.status, 415);
  EXPECT_THAT(type.headers.at("accept-post"), HasSubstr("application/connect+proto"));
  const Answer get = client.Ask(Get(kDay));
  EXPECT_EQ(get.status, 405);
  EXPECT_EQ(get.headers.at("allow"), "POST");
  EXPECT_EQ(client.Ask("DELETE /x HTTP/1.1\r\nHost: x\r\n\r\n").status, 405);
  EXPECT_EQ(client.Ask(Get("/none")).status, 404);
  EXPECT_EQ(client.Ask(Post(kDay, R"({"shopId":"still here"})")).status, 200);
}

// A gateway that ends right after an answer.
class ShortLife : public testing::GatewayTest {
 public:
  void TestBody() override {
    Start();
    HttpClient client(port());
    EXPECT_EQ(client.Ask(Post(kDay, "{}")).status, 200);
    EXPECT_EQ(client.Ask(Get("/events/staffing?after=100")).status, 400);
  }
};

// gRPC may then still hold the end of the call, and with it the last channel. Without the wait for
// it, one life in some hundreds ended in an assertion of gRPC or glibc.
TEST(ServerTest, MayEndRightAfterAnAnswer) {
  for (int i = 0; i < 300; ++i) ShortLife().TestBody();
}

TEST_F(HttpTest, PassesErrorsOfServicesOnWithTheirDetails) {
  Start();
  HttpClient client(port());
  const Answer answer = client.Ask(Post(kDay, R"({"shopId":"fail"})"));
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(ReasonIn(answer), "NOT_FOUND");
  EXPECT_THAT(answer.body, HasSubstr("店"));
}

TEST_F(HttpTest, AServiceThatIsDownIsUnavailableWithoutItsAddress) {
  Start();
  HttpClient client(port());
  const Answer answer = client.Ask(Post("/kefu.staffing.v1.StaffingService/GetShop", "{}"));
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(ReasonIn(answer), "PEER_UNAVAILABLE");
  EXPECT_THAT(answer.body, Not(HasSubstr("127.0.0.1")));
  EXPECT_THAT(answer.body, HasSubstr("google.rpc.RetryInfo"));
}

TEST_F(HttpTest, HeaderBytesThatGrpcDoesNotTakeDoNotStopTheProcess) {
  Start();
  HttpClient client(port());
  for (const char* line : {"Accept-Language: \xff\xfe", "Accept-Language: 中文",
                           "traceparent: \xe4\xb8\xad", "Accept-Language: a\tb"}) {
    EXPECT_EQ(client.Ask(Post(kDay, "{}", std::string(line) + "\r\n")).status, 200) << line;
  }
  for (const char* line : {"Authorization: Bearer \xff", "Authorization: Bearer a\tb"}) {
    const Answer answer = client.Ask(Post(kDay, "{}", std::string(line) + "\r\n"));
    EXPECT_EQ(answer.status, 401) << line;
    EXPECT_EQ(answer.headers.at("www-authenticate"), "Bearer");
    EXPECT_EQ(ReasonIn(answer), "TOKEN_INVALID");
  }
}

TEST_F(HttpTest, TheCallersTimeCounts) {
  Start();
  HttpClient client(port());
  const Answer answer =
      client.Ask(Post(kDay, R"({"shopId":"park"})", "Connect-Timeout-Ms: 50\r\n"));
  EXPECT_EQ(answer.status, 504);
  EXPECT_EQ(nlohmann::json::parse(answer.body)["code"], "deadline_exceeded");
}

TEST_F(HttpTest, TheServersTimeCountsWithoutTheCallers) {
  Start({.default_deadline = absl::Milliseconds(50)});
  HttpClient client(port());
  EXPECT_EQ(client.Ask(Post(kDay, R"({"shopId":"park"})")).status, 504);
}

TEST_F(HttpTest, OneConnectionCarriesManyCallsAlsoSentAtOnce) {
  Start();
  HttpClient client(port());
  std::string all;
  for (int i = 0; i < 300; ++i) all += Post(kDay, "{\"shopId\":\"" + std::to_string(i) + "\"}");
  std::thread sender([&] { EXPECT_TRUE(client.Send(all)); });
  for (int i = 0; i < 300; ++i) {
    const Answer answer = client.Read();
    ASSERT_EQ(answer.status, 200) << i;
    EXPECT_THAT(answer.body, HasSubstr("\"" + std::to_string(i) + "\""));
  }
  sender.join();
  EXPECT_EQ(client.Ask(Post(kDay, "{}", "Connection: close\r\n")).status, 200);
  EXPECT_TRUE(client.AtEnd());
}

TEST_F(HttpTest, WhatIsSentDuringACallIsAnsweredAfterIt) {
  Start();
  HttpClient client(port());
  client.Send(Post(kDay, R"({"shopId":"park"})"));
  ASSERT_TRUE(log_.Wait([](const auto& c) { return c.parked == 1; }));
  const std::string large(200'000, ' ');  // beyond what the watch for the client's end keeps
  std::thread sender([&] { client.Send(Post(kDay, "{\"shopId\":\"next\"" + large + "}")); });
  views_.Release();
  EXPECT_EQ(client.Read().status, 200);
  EXPECT_THAT(client.Read().body, HasSubstr("next"));
  sender.join();
}

TEST_F(HttpTest, HeadHasNoBody) {
  const kefu::testing::TempFolder folder("kefu-head");
  folder.Write("index.html", "hello");
  Start({.static_dir = folder.path()});
  HttpClient client(port());
  client.Send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
  const Answer head = client.Read(/*head=*/true);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.headers.at("content-length"), "5");
  client.Send("HEAD /events/staffing HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.Read(/*head=*/true).status, 405);
  EXPECT_EQ(client.Ask(Get("/")).body, "hello");
  EXPECT_EQ(client.Ask(Get("//etc/passwd")).status, 404);
  EXPECT_EQ(client.Ask(Get("/../../../etc/passwd")).status, 404);
  EXPECT_EQ(client.Ask(Get("/healthz")).body, "SERVING\n");
}

TEST_F(HttpTest, ABodyWhereNoneBelongsIsNoSecondRequest) {
  Start();
  const std::string hidden = Post(kDay, R"({"shopId":"park"})");
  for (const std::string& request :
       {"GET /healthz HTTP/1.1\r\nContent-Length: " + std::to_string(hidden.size()) + "\r\n\r\n",
        "GET /none HTTP/1.1\r\nContent-Length: " + std::to_string(hidden.size()) + "\r\n\r\n",
        "POST /no.Such/Method HTTP/1.1\r\nContent-Length: " + std::to_string(hidden.size()) +
            "\r\n\r\n",
        "PUT /x HTTP/1.1\r\nContent-Length: " + std::to_string(hidden.size()) + "\r\n\r\n"}) {
    HttpClient client(port());
    const Answer answer = client.Ask(request + hidden);
    EXPECT_NE(answer.status, 0);
    EXPECT_EQ(answer.headers.at("connection"), "close");
    EXPECT_TRUE(client.AtEnd());
  }
  EXPECT_EQ(log_.counts().parked, 0);
}

TEST_F(HttpTest, TwoLengthsAreRefused) {
  Start();
  for (const std::string& headers :
       {std::string("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n"),
        std::string("Transfer-Encoding: chunked\r\nContent-Length: 2\r\n"),
        std::string("Content-Length: 2\r\nContent-Length: 3\r\n"),
        std::string("Content-Length: -2\r\n"), std::string("Content-Length: 2x\r\n"),
        std::string("Transfer-Encoding: chunked, identity\r\n"),
        std::string("Transfer-Encoding: gzip, chunked\r\n"),
        std::string("Transfer-Encoding: xchunked\r\n"),
        std::string("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
        std::string("Content-Length : 2\r\n"), std::string("A: b\r\n c\r\nB\r\n")}) {
    HttpClient client(port());
    const Answer answer = client.Ask("POST " + std::string(kDay) +
                                     " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" +
                                     headers + "\r\n{}");
    EXPECT_EQ(answer.status, 400) << headers;
    EXPECT_TRUE(client.AtEnd()) << headers;
  }
}

TEST_F(HttpTest, GarbageAndLongHeadersAreAnsweredAndClosed) {
  Start();
  HttpClient garbage(port());
  EXPECT_EQ(garbage.Ask("\x16\x03\x01 this is TLS\r\n\r\n").status, 400);
  EXPECT_TRUE(garbage.AtEnd());
  HttpClient version(port());
  EXPECT_EQ(version.Ask("GET / HTTP/3.7\r\n\r\n").status, 400);
  HttpClient longer(port());
  EXPECT_EQ(longer.Ask(Get("/healthz", "X: " + std::string(20'000, 'x') + "\r\n")).status, 431);
  EXPECT_TRUE(longer.AtEnd());
}

TEST_F(HttpTest, BodiesHaveALimitAndTheAnswerArrives) {
  Start({.max_message_bytes = 1000});
  const std::string fits = "{\"shopId\":\"" + std::string(900, 'x') + "\"}";
  HttpClient small(port());
  EXPECT_EQ(small.Ask(Post(kDay, fits)).status, 200);
  const std::string large = "{\"shopId\":\"" + std::string(3'000'000, 'x') + "\"}";
  for (const std::string& request :
       {Post(kDay, large),
        "POST " + std::string(kDay) +
            " HTTP/1.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" +
            Chunk(large) + Chunk("")}) {
    HttpClient client(port());
    client.Send(request);  // the answer must survive that not all of it is read
    const Answer answer = client.Read();
    EXPECT_EQ(answer.status, 429);
    EXPECT_EQ(ReasonIn(answer), "MESSAGE_TOO_LARGE");
    client.EndSending();
    EXPECT_TRUE(client.AtEnd());
  }
  HttpClient liar(port());  // announces more than there is memory
  EXPECT_EQ(liar.Ask("POST " + std::string(kDay) +
                     " HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: "
                     "9000000000000000000\r\n\r\n{")
                .status,
            429);
}

TEST_F(HttpTest, ChunkedBodiesAndExpectContinueWork) {
  Start();
  HttpClient client(port());
  EXPECT_THAT(client
                  .Ask("POST " + std::string(kDay) +
                       " HTTP/1.1\r\nContent-Type: application/json\r\nTransfer-Encoding: "
                       "chunked\r\n\r\n" +
                       Chunk("{\"shop") + Chunk("Id\":\"c\"}") + Chunk(""))
                  .body,
              HasSubstr("\"c\""));
  const std::string body = R"({"shopId":"d"})";
  client.Send("POST " + std::string(kDay) +
              " HTTP/1.1\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n"
              "Content-Length: " +
              std::to_string(body.size()) + "\r\n\r\n");
  EXPECT_EQ(client.ReadHead().status, 100);
  EXPECT_THAT(client.Ask(body).body, HasSubstr("\"d\""));
}

TEST_F(HttpTest, ABodyThatEndsEarlyIsSaidSo) {
  Start();
  HttpClient client(port());
  client.Send("POST " + std::string(kDay) +
              " HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{");
  client.EndSending();
  EXPECT_EQ(ReasonIn(client.Read()), "BAD_BODY");
  HttpClient chunks(port());
  EXPECT_EQ(ReasonIn(chunks.Ask(
                "POST " + std::string(kDay) +
                " HTTP/1.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                "zz\r\n")),
            "BAD_BODY");
}

TEST_F(HttpTest, AClientThatLeavesEndsItsCall) {
  Start();
  HttpClient leaves(port());
  leaves.Send(Post(kDay, R"({"shopId":"park"})"));
  ASSERT_TRUE(log_.Wait([](const auto& c) { return c.parked == 1; }));
  leaves.Close();
  EXPECT_TRUE(log_.Wait([](const auto& c) { return c.cancelled == 1; }));
}

TEST_F(HttpTest, ASlowClientIsLeftAtLast) {
  Start({.idle_timeout = absl::Milliseconds(100)});
  HttpClient idle(port()), header(port()), body(port());
  header.Send("POST /x HT");
  body.Send("POST " + std::string(kDay) +
            " HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{");
  EXPECT_TRUE(idle.AtEnd());
  EXPECT_TRUE(header.AtEnd());
  EXPECT_EQ(body.Read().status, 0);
}

TEST_F(HttpTest, AClientThatDoesNotReadIsLeftAtLast) {
  Start({.idle_timeout = absl::Milliseconds(200)});
  HttpClient client(port());
  std::string all;
  for (int i = 0; i < 60; ++i) all += Post("/kefu.gateway.v1.GatewayService/GetShopPeriod", "{}");
  client.Send(all);  // 60 MB of answers
  EXPECT_TRUE(server_ != nullptr);
  server_->Drain(absl::InfiniteFuture());  // returns only since the connection was given up
}

TEST_F(HttpTest, TwoHundredConnectionsAtOnce) {
  Start();
  std::vector<std::thread> clients;
  std::atomic<int> good{0};
  for (int i = 0; i < 200; ++i) {
    clients.emplace_back([&, i] {
      HttpClient client(port());
      for (int call = 0; call < 5; ++call) {
        const std::string id = std::to_string(i * 10 + call);
        const Answer answer = client.Ask(Post(kDay, "{\"shopId\":\"" + id + "\"}"));
        if (answer.status == 200 && answer.body.find("\"" + id + "\"") != std::string::npos) ++good;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(good, 1000);
}

TEST_F(HttpTest, AboveTheLimitAConnectionClosesAndLaterOnesAreServed) {
  Start({.max_connections = 2});
  auto first = std::make_unique<HttpClient>(port());
  EXPECT_EQ(first->Ask(Get("/healthz")).status, 200);
  HttpClient second(port());
  EXPECT_EQ(second.Ask(Get("/healthz")).status, 200);
  HttpClient third(port());
  EXPECT_TRUE(third.AtEnd());
  first->Close();
  int status = 0;
  while (status == 0) {  // until the server has noticed
    HttpClient fourth(port());
    status = fourth.Ask(Get("/healthz")).status;
  }
  EXPECT_EQ(status, 200);
}

TEST_F(HttpTest, ThePortIsTakenOrNoAddress) {
  Start();
  EXPECT_THAT(http::Server::Start({.port = port()}, routes_, ids_).status(),
              HasReason("LISTEN_FAILED"));
  EXPECT_THAT(http::Server::Start({.host = "nowhere"}, routes_, ids_).status(),
              HasReason("LISTEN_REFUSED"));
}

TEST_F(HttpTest, DrainClosesWaitingConnectionsAtOnceAndLetsCallsEnd) {
  Start();
  HttpClient idle(port()), fresh(port()), partial(port()), busy(port());
  EXPECT_EQ(idle.Ask(Get("/healthz")).status, 200);
  partial.Send("POST /x HT");
  busy.Send(Post(kDay, R"({"shopId":"park"})"));
  ASSERT_TRUE(log_.Wait([](const auto& c) { return c.parked == 1; }));
  std::thread drain([&] { server_->Drain(absl::InfiniteFuture()); });
  EXPECT_TRUE(idle.AtEnd());
  EXPECT_TRUE(fresh.AtEnd());
  EXPECT_TRUE(partial.AtEnd());
  HttpClient late(port());
  EXPECT_TRUE(!late.connected() || late.AtEnd());
  EXPECT_EQ(log_.counts().cancelled, 0);
  views_.Release();
  const Answer answer = busy.Read();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers.at("connection"), "close");
  EXPECT_TRUE(busy.AtEnd());
  drain.join();
}

TEST_F(HttpTest, DrainCutsCallsAtItsDeadline) {
  Start();
  HttpClient busy(port());
  busy.Send(Post(kDay, R"({"shopId":"park"})"));
  ASSERT_TRUE(log_.Wait([](const auto& c) { return c.parked == 1; }));
  server_->Drain(absl::Now());
  EXPECT_TRUE(log_.Wait([](const auto& c) { return c.cancelled == 1; }));
  EXPECT_EQ(busy.Read().status, 0);
}

TEST_F(HttpTest, HealthFollowsServing) {
  Start();
  HttpClient client(port());
  server_->SetServing(false);
  EXPECT_EQ(client.Ask(Get("/healthz")).status, 503);
}

}  // namespace
}  // namespace kefu::gateway

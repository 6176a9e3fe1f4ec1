// Connect streams and server-sent events over real sockets.
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include "services/gateway/connect/codec.h"
#include "services/gateway/tests/fake_services.h"

namespace kefu::gateway {
namespace {

using connect::Envelope;
using testing::Answer;
using testing::Chunk;
using testing::Get;
using ::testing::HasSubstr;
using testing::HttpClient;
using testing::Post;

class StreamsTest : public testing::GatewayTest {};

constexpr char kJson[] = "application/connect+json";
constexpr char kProto[] = "application/connect+proto";

// The messages of a stream's body and its end.
struct Messages {
  std::vector<std::string> texts;
  nlohmann::json end;
};
Messages Parse(std::string_view body) {
  Messages result;
  while (body.size() >= 5) {
    size_t size = 0;
    for (int i = 1; i < 5; ++i) size = size << 8 | static_cast<uint8_t>(body[i]);
    const std::string text(body.substr(5, size));
    if (body[0] == 2)
      result.end = nlohmann::json::parse(text);
    else
      result.texts.push_back(text);
    body.remove_prefix(std::min(body.size(), 5 + size));
  }
  return result;
}
std::string EndReason(const Messages& messages) {
  if (!messages.end.contains("error")) return "";
  for (const auto& detail : messages.end["error"]["details"]) {
    if (detail["type"] == "google.rpc.ErrorInfo") return detail["debug"]["reason"];
  }
  return messages.end.dump();
}

std::string Rows(int first, int count) {
  nlohmann::json json{{"rows", nlohmann::json::array()}};
  for (int i = 0; i < count; ++i)
    json["rows"].push_back({{"line", first + i}, {"review", {{"score", (first + i) % 10}}}});
  return json.dump();
}
std::string ChunkedHead(std::string_view path, std::string_view type) {
  return "POST " + std::string(path) +
         " HTTP/1.1\r\nHost: x\r\nContent-Type: " + std::string(type) +
         "\r\nTransfer-Encoding: chunked\r\n\r\n";
}

TEST_F(StreamsTest, ImportsJsonAndReturnsRowErrors) {
  Start();
  HttpClient client(port());
  const std::string body = Envelope(0, R"({"header":{"shopId":"s"}})") + Envelope(0, Rows(1, 25)) +
                           Envelope(0, Rows(26, 25));
  for (const std::string& request :
       {Post(kImport, body, "", kJson), ChunkedHead(kImport, kJson) + Chunk(body.substr(0, 7)) +
                                            Chunk(body.substr(7)) + Chunk("")}) {
    const Answer answer = client.Ask(request);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.headers.at("content-type"), kJson);
    const Messages messages = Parse(answer.body);
    ASSERT_EQ(messages.texts.size(), 1u);
    EXPECT_EQ(messages.end, nlohmann::json::object());
    const auto json = nlohmann::json::parse(messages.texts[0]);
    EXPECT_EQ(json["received"], "50");
    EXPECT_EQ(json["errors"].size(), 5u);
    EXPECT_EQ(json["errors"][0]["line"], "10");
  }
}

TEST_F(StreamsTest, ImportsBinaryByteByByteAndThenTheConnectionGoesOn) {
  Start();
  performance::v1::ImportReviewsRequest request;
  for (int i = 0; i < 3; ++i) request.add_rows()->set_line(i);
  const std::string body = Envelope(0, request.SerializeAsString());
  HttpClient client(port());
  client.Send(ChunkedHead(kImport, kProto));
  for (const char c : body) client.Send(Chunk({&c, 1}));
  client.Send(Chunk(""));
  const Messages messages = Parse(client.Read().body);
  ASSERT_EQ(messages.texts.size(), 1u);
  performance::v1::ImportResponse response;
  ASSERT_TRUE(response.ParseFromString(messages.texts[0]));
  EXPECT_EQ(response.received(), 3);
  EXPECT_EQ(client.Ask(Post(kDay, "{}")).status, 200);
}

TEST_F(StreamsTest, AnEmptyStreamAndAStreamBeyondAnyBufferWork) {
  Start();
  HttpClient client(port());
  EXPECT_EQ(Parse(client.Ask(Post(kImport, "", "", kJson)).body).texts.size(), 1u);
  client.Send(ChunkedHead(kImport, kJson));
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(client.Send(Chunk(Envelope(0, Rows(i * 1000, 1000)))));
  client.Send(Chunk(""));
  EXPECT_THAT(client.Read().body, HasSubstr("\"100000\""));
}

TEST_F(StreamsTest, FaultsOfAStreamEndItWithAReason) {
  Start({.max_message_bytes = 2000});
  const struct {
    std::string body;
    const char* reason;
  } rows[] = {
      {Envelope(1, "{}"), "BAD_ENVELOPE"},
      {Envelope(2, "{}"), "BAD_ENVELOPE"},
      {Envelope(0, "{}").substr(0, 6), "BAD_ENVELOPE"},
      {std::string("\0\0", 2), "BAD_ENVELOPE"},
      {Envelope(0, "{"), "BAD_BODY"},
      {Envelope(0, R"({"noSuch":1})"), "BAD_BODY"},
      {Envelope(0, std::string(3000, ' ')), "MESSAGE_TOO_LARGE"},
      {Envelope(0, Rows(1, 3)) + Envelope(0, "{") + std::string(500'000, 'x'), "BAD_BODY"},
      {Envelope(0, R"({"header":{"sourceName":"refuse"}})"), "SHOP_NOT_ALLOWED"},
  };
  for (const auto& row : rows) {
    HttpClient client(port());
    const Answer answer = client.Ask(Post(kImport, row.body, "", kJson));
    EXPECT_EQ(answer.status, 200) << row.reason;
    EXPECT_EQ(EndReason(Parse(answer.body)), row.reason);
  }
  HttpClient client(port());
  EXPECT_EQ(
      EndReason(Parse(client.Ask(Post(kImport, "", "Connect-Timeout-Ms: x\r\n", kJson)).body)),
      "BAD_TIMEOUT");
  EXPECT_EQ(client
                .Ask("POST " + std::string(kImport) +
                     " HTTP/1.0\r\nContent-Type: application/connect+json\r\n\r\n")
                .status,
            505);
}

TEST_F(StreamsTest, ARefusedStreamIsAnsweredWhileTheClientStillSends) {
  Start();
  HttpClient client(port());
  client.Send(ChunkedHead(kImport, kJson) +
              Chunk(Envelope(0, R"({"header":{"sourceName":"refuse"}})")));
  const Answer answer = client.Read();  // nothing more was sent, and the body is not at its end
  EXPECT_EQ(EndReason(Parse(answer.body)), "SHOP_NOT_ALLOWED");
  EXPECT_EQ(answer.headers.at("connection"), "close");
}

TEST_F(StreamsTest, ABodyThatEndsEarlyCancelsTheCall) {
  Start();
  HttpClient client(port());
  client.Send(ChunkedHead(kImport, kJson) + Chunk(Envelope(0, Rows(1, 5))));
  ASSERT_TRUE(log_.Wait([](const auto& c) { return c.rows == 5; }));
  client.EndSending();
  EXPECT_EQ(EndReason(Parse(client.Read().body)), "BAD_BODY");
  EXPECT_TRUE(log_.Wait([](const auto& c) { return c.cancelled == 1; }));
  HttpClient leaves(port());
  leaves.Send(ChunkedHead(kImport, kJson) + Chunk(Envelope(0, Rows(1, 5))));
  ASSERT_TRUE(log_.Wait([](const auto& c) { return c.rows == 10; }));
  leaves.Close();
  EXPECT_TRUE(log_.Wait([](const auto& c) { return c.cancelled == 2; }));
}

TEST_F(StreamsTest, WatchThroughConnect) {
  Start();
  HttpClient client(port());
  for (const char* type : {kJson, kProto}) {
    kefu::common::v1::WatchRequest request;
    request.set_after_position(1);
    request.set_until_now(true);
    const std::string body =
        type == kProto ? request.SerializeAsString() : R"({"afterPosition":"1","untilNow":true})";
    const Messages messages = Parse(client.Ask(Post(kWatch, Envelope(0, body), "", type)).body);
    EXPECT_EQ(messages.texts.size(), 3u);  // two events and a sign of life
    EXPECT_EQ(messages.end, nlohmann::json::object());
  }
  EXPECT_EQ(EndReason(Parse(client.Ask(Post(kWatch, "", "", kJson)).body)), "BAD_ENVELOPE");
  EXPECT_EQ(EndReason(Parse(
                client
                    .Ask(Post(kWatch, Envelope(0, R"({"afterPosition":200})") + Envelope(0, "{}"),
                              "", kJson))
                    .body)),
            "BAD_ENVELOPE");
}

TEST_F(StreamsTest, WatchEndsWhenTheClientLeaves) {
  Start();
  HttpClient client(port());
  client.Send(Post(kWatch, Envelope(0, R"({"afterPosition":200})"), "", kJson));
  EXPECT_EQ(client.ReadHead().status, 200);
  ASSERT_TRUE(log_.Wait([](const auto& c) { return c.watching == 1; }));
  client.Close();
  EXPECT_TRUE(log_.Wait([](const auto& c) { return c.watching == 0 && c.cancelled == 1; }));
}

TEST_F(StreamsTest, EventsComeAsTextFromThePositionAsked) {
  Start();
  HttpClient client(port());
  client.Send(Get("/events/staffing?after=0", "Last-Event-ID: 2\r\n"));
  const Answer head = client.ReadHead();
  EXPECT_EQ(head.headers.at("content-type"), "text/event-stream");
  EXPECT_EQ(head.headers.at("cache-control"), "no-store");
  EXPECT_THAT(*client.ReadChunk(), ::testing::StartsWith("id: 3\n"));
  EXPECT_EQ(*client.ReadChunk(), ": alive\nid: 4\n\n");
  client.Close();
  EXPECT_TRUE(log_.Wait([](const auto& c) { return c.watching == 0; }));
}

TEST_F(StreamsTest, ARefusedFeedIsAnHttpError) {
  Start();
  HttpClient client(port());
  const Answer trimmed = client.Ask(Get("/events/staffing?after=100"));
  EXPECT_EQ(trimmed.status, 400);
  EXPECT_THAT(trimmed.body, HasSubstr("EVENTS_TRIMMED"));
  EXPECT_EQ(client.Ask(Get("/events/nobody")).status, 404);
  EXPECT_THAT(client.Ask(Get("/events/staffing?after=x")).body, HasSubstr("INVALID_FIELDS"));
}

TEST_F(StreamsTest, AQuietFeedOpensBeforeItsFirstEvent) {
  Start();
  HttpClient client(port());
  client.Send(Get("/events/staffing?after=200"));
  EXPECT_EQ(client.ReadHead().status, 200);
  client.Close();
  EXPECT_TRUE(log_.Wait([](const auto& c) { return c.watching == 0 && c.cancelled == 1; }));
}

TEST_F(StreamsTest, AClientThatDoesNotReadItsFeedIsLeftAtLast) {
  Start({.idle_timeout = absl::Milliseconds(200)});
  HttpClient client(port());
  client.Send(Get("/events/staffing?after=300"));
  EXPECT_EQ(client.ReadHead().status, 200);
  EXPECT_TRUE(log_.Wait([](const auto& c) { return c.watching == 0 && c.cancelled == 1; }));
}

TEST_F(StreamsTest, DrainEndsFeedsAtOnce) {
  Start();
  HttpClient events(port()), watch(port()), flood(port());
  events.Send(Get("/events/staffing?after=3"));
  EXPECT_EQ(events.ReadHead().status, 200);
  EXPECT_TRUE(events.ReadChunk().has_value());
  watch.Send(Post(kWatch, Envelope(0, R"({"afterPosition":200})"), "", kJson));
  EXPECT_EQ(watch.ReadHead().status, 200);
  ASSERT_TRUE(log_.Wait([](const auto& c) { return c.watching == 2; }));
  std::thread drain([&] { server_->Drain(absl::InfiniteFuture()); });
  EXPECT_EQ(events.ReadChunk(), "");
  EXPECT_TRUE(events.AtEnd());
  std::string body;
  for (auto chunk = watch.ReadChunk(); chunk && !chunk->empty(); chunk = watch.ReadChunk())
    body += *chunk;
  EXPECT_EQ(EndReason(Parse(body)), "SERVER_DRAINING");
  drain.join();
  EXPECT_TRUE(log_.Wait([](const auto& c) { return c.watching == 0; }));
}

TEST_F(StreamsTest, ManyFeedsOpenAndCloseWithoutAnyLeft) {
  Start();
  std::vector<std::thread> clients;
  for (int i = 0; i < 20; ++i) {
    clients.emplace_back([&, i] {
      for (int round = 0; round < 10; ++round) {
        HttpClient client(port());
        client.Send(Get("/events/staffing?after=0"));
        if ((i + round) % 3 == 0) continue;  // leaves before the answer
        client.ReadHead();
        if ((i + round) % 3 == 1) continue;
        for (int chunk = 0; chunk < 3; ++chunk) client.ReadChunk();
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_TRUE(log_.Wait([](const auto& c) { return c.watching == 0; }));
}

}  // namespace
}  // namespace kefu::gateway

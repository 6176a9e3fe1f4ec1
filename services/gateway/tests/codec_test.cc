// Bodies, errors, envelopes, event texts and static files: everything without a socket.
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/escaping.h"
#include "common/status/error.h"
#include "common/testing/status_matchers.h"
#include "common/testing/temp_folder.h"
#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"
#include "kefu/common/v1/event.pb.h"
#include "kefu/performance/v1/performance_service.pb.h"
#include "kefu/staffing/v1/events.pb.h"
#include "services/gateway/connect/codec.h"
#include "services/gateway/connect/peer_error.h"
#include "services/gateway/http/events.h"
#include "services/gateway/http/files.h"

namespace kefu::gateway {
namespace {

using connect::Encoding;
using connect::EnvelopeReader;
using ::kefu::testing::HasReason;
using ::kefu::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::Not;

const google::protobuf::Descriptor* Request() {
  return performance::v1::GetMetricsRequest::descriptor();
}

TEST(ContentType, KnowsConnectsFourInAnyCaseAndWithParameters) {
  EXPECT_EQ(connect::ParseContentType("application/json")->encoding, Encoding::kJson);
  EXPECT_FALSE(connect::ParseContentType("Application/JSON; charset=utf-8")->streaming);
  EXPECT_EQ(connect::ParseContentType("application/proto")->encoding, Encoding::kProto);
  EXPECT_TRUE(connect::ParseContentType("application/connect+json")->streaming);
  EXPECT_TRUE(connect::ParseContentType("application/connect+proto ;x=y")->streaming);
  for (const char* other : {"", "text/plain", "application/jsonx", "application/grpc", ";"})
    EXPECT_FALSE(connect::ParseContentType(other)) << other;
}

TEST(Body, JsonAndBinaryBothWays) {
  const std::string json =
      R"({"shopId":"店1","byAgent":true,"period":{"startDate":{"year":2024}}})";
  const auto parsed = connect::ParseBody(Request(), Encoding::kJson, json);
  ASSERT_OK(parsed);
  const std::string binary = (*parsed)->SerializeAsString();
  performance::v1::GetMetricsRequest request;
  ASSERT_TRUE(request.ParseFromString(binary));
  EXPECT_EQ(request.shop_id(), "店1");
  const auto again = connect::FromBinary(Request(), Encoding::kJson, binary);
  ASSERT_OK(again);
  EXPECT_EQ(nlohmann::json::parse(*again), nlohmann::json::parse(json));
  const auto from_binary = connect::ParseBody(Request(), Encoding::kProto, binary);
  ASSERT_OK(from_binary);
  EXPECT_EQ((*from_binary)->SerializeAsString(), binary);
  ASSERT_OK_AND_ASSIGN(const std::string same,
                       connect::FromBinary(Request(), Encoding::kProto, binary));
  EXPECT_EQ(same, binary);
}

TEST(Body, OriginalFieldNamesAndAnEmptyBodyAreJsonToo) {
  ASSERT_OK_AND_ASSIGN(const auto named,
                       connect::ParseBody(Request(), Encoding::kJson, R"({"shop_id":"s"})"));
  EXPECT_THAT(named->SerializeAsString(), HasSubstr("s"));
  ASSERT_OK_AND_ASSIGN(const auto empty, connect::ParseBody(Request(), Encoding::kJson, ""));
  EXPECT_EQ(empty->ByteSizeLong(), 0u);
}

TEST(Body, EveryFaultIsBadBody) {
  std::string deep;
  for (int i = 0; i < 10'000; ++i) deep += "{\"period\":";
  const std::string faults[] = {"{",
                                "[]",
                                "\"x\"",
                                "null x",
                                R"({"noSuchField":1})",
                                R"({"shopId":1.5e400})",
                                "{\"shopId\":\"\xff\xfe\"}",
                                R"({"byAgent":"perhaps"})",
                                R"({"period":{"startDate":7}})",
                                R"({"shopId":"a"}})",
                                deep};
  for (const std::string& fault : faults) {
    const auto result = connect::ParseBody(Request(), Encoding::kJson, fault);
    EXPECT_THAT(result.status(), HasReason("BAD_BODY")) << fault.substr(0, 80);
    EXPECT_THAT(result.status(), StatusIs(absl::StatusCode::kInvalidArgument));
  }
  for (const std::string& fault : {std::string("\x0a\xff"), std::string("\x0a\x02\xff\xfe")})
    EXPECT_THAT(connect::ParseBody(Request(), Encoding::kProto, fault).status(),
                HasReason("BAD_BODY"));
}

TEST(Errors, CarryCodeMessageAndDetailsInBase64WithoutPadding) {
  FieldViolations violations;
  violations.Add("shop_id", "must not be empty ~~~???");
  const auto json = nlohmann::json::parse(connect::ErrorJson(violations.ToStatus()));
  EXPECT_EQ(json["code"], "invalid_argument");
  EXPECT_THAT(json["message"].get<std::string>(), HasSubstr("shop_id"));
  bool seen = false;
  for (const auto& detail : json["details"]) {
    const std::string value = detail["value"];
    EXPECT_THAT(value, Not(HasSubstr("=")));
    EXPECT_EQ(value.find_first_of("-_"), std::string::npos);
    std::string padded = value + std::string((4 - value.size() % 4) % 4, '='), bytes;
    ASSERT_TRUE(absl::Base64Unescape(padded, &bytes)) << value;
    if (detail["type"] != "google.rpc.BadRequest") continue;
    google::rpc::BadRequest bad;
    ASSERT_TRUE(bad.ParseFromString(bytes));
    EXPECT_EQ(bad.field_violations(0).field(), "shop_id");
    EXPECT_EQ(detail["debug"]["fieldViolations"][0]["field"], "shop_id");
    seen = true;
  }
  EXPECT_TRUE(seen);
}

TEST(Errors, EveryCodeHasANameAndAnHttpStatus) {
  for (int code = 1; code <= 16; ++code) {
    EXPECT_FALSE(connect::CodeName(static_cast<absl::StatusCode>(code)).empty());
    EXPECT_GE(connect::HttpStatus(static_cast<absl::StatusCode>(code)), 400);
  }
  EXPECT_EQ(connect::CodeName(absl::StatusCode::kCancelled), "canceled");  // Connect's spelling
  EXPECT_EQ(connect::HttpStatus(absl::StatusCode::kUnauthenticated), 401);
}

TEST(Errors, TheCauseOfAnInternalErrorAndBrokenTextStayInside) {
  EXPECT_THAT(connect::ErrorJson(Internal("SELECT secret")), Not(HasSubstr("secret")));
  const auto json = nlohmann::json::parse(connect::ErrorJson(NotFound("shop", "\xff\xfe")));
  EXPECT_EQ(json["code"], "not_found");
  EXPECT_EQ(connect::EndStreamJson(absl::OkStatus()), "{}");
  EXPECT_EQ(nlohmann::json::parse(connect::EndStreamJson(Cancelled("x")))["error"]["code"],
            "canceled");
}

TEST(PeerErrors, LoseTheAddressesThatTheTransportNames) {
  const struct {
    grpc::StatusCode code;
    absl::StatusCode becomes;
    const char* reason;
  } rows[] = {
      {grpc::StatusCode::UNAVAILABLE, absl::StatusCode::kUnavailable, "PEER_UNAVAILABLE"},
      {grpc::StatusCode::DEADLINE_EXCEEDED, absl::StatusCode::kDeadlineExceeded,
       "DEADLINE_EXCEEDED"},
      {grpc::StatusCode::CANCELLED, absl::StatusCode::kCancelled, "CANCELLED"},
      {grpc::StatusCode::RESOURCE_EXHAUSTED, absl::StatusCode::kResourceExhausted,
       "MESSAGE_TOO_LARGE"},
      {grpc::StatusCode::UNIMPLEMENTED, absl::StatusCode::kUnimplemented, "PEER_OUTDATED"},
      {grpc::StatusCode::UNKNOWN, absl::StatusCode::kInternal, "INTERNAL"},
  };
  for (const auto& row : rows) {
    const absl::Status status = connect::FromPeer({row.code, "10.0.0.7:443 refused"}, "staffing");
    EXPECT_THAT(status, StatusIs(row.becomes));
    EXPECT_THAT(status, HasReason(row.reason));
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("10.0.0.7")));
    EXPECT_THAT(CauseOf(status), HasSubstr("10.0.0.7"));
  }
  EXPECT_OK(connect::FromPeer(grpc::Status::OK, "staffing"));
}

TEST(Envelopes, ComeApartAtEveryByte) {
  const std::string stream = connect::Envelope(0, "first") + connect::Envelope(0, "") +
                             connect::Envelope(0, std::string(300, 'x'));
  for (size_t cut = 0; cut <= stream.size(); ++cut) {
    EnvelopeReader reader(1000);
    std::vector<std::string> messages;
    for (const std::string_view part :
         {std::string_view(stream).substr(0, cut), std::string_view(stream).substr(cut)}) {
      reader.Append(part);
      while (true) {
        const auto next = reader.Next();
        ASSERT_OK(next);
        if (!*next) break;
        messages.push_back(**next);
      }
    }
    EXPECT_THAT(messages, ::testing::ElementsAre("first", "", std::string(300, 'x'))) << cut;
    EXPECT_FALSE(reader.Partial());
  }
}

TEST(Envelopes, ByteByByteAndBeyondTheBuffer) {
  EnvelopeReader reader(64);
  int seen = 0;
  for (int i = 0; i < 500; ++i) {
    const std::string message = connect::Envelope(0, "message " + std::to_string(i));
    for (const char c : message) {
      reader.Append({&c, 1});
      const auto next = reader.Next();
      ASSERT_OK(next);
      if (!*next) continue;
      EXPECT_EQ(**next, "message " + std::to_string(seen++));
    }
  }
  EXPECT_EQ(seen, 500);
}

TEST(Envelopes, RefuseCompressionUnknownFlagsAndExcess) {
  for (const uint8_t flags : {0x01, 0x02, 0x80, 0xff}) {
    EnvelopeReader reader(100);
    reader.Append(connect::Envelope(flags, "x"));
    EXPECT_THAT(reader.Next().status(), HasReason("BAD_ENVELOPE"));
  }
  EnvelopeReader reader(100);
  reader.Append(std::string("\0\0\0\0\x65", 5));  // only the header of 101 bytes
  EXPECT_THAT(reader.Next().status(), HasReason("MESSAGE_TOO_LARGE"));
  EnvelopeReader fits(100);
  fits.Append(connect::Envelope(0, std::string(100, 'x')));
  EXPECT_OK(fits.Next());
  EnvelopeReader most(100);
  most.Append("\xff\xff\xff\xff\xff");
  EXPECT_FALSE(most.Next().ok());
}

TEST(Events, ReadTheirQuestion) {
  ASSERT_OK_AND_ASSIGN(const auto plain, http::ParseEventsTarget("/events/staffing", ""));
  EXPECT_EQ(plain.service, "staffing");
  EXPECT_EQ(plain.request.after_position(), 0);
  ASSERT_OK_AND_ASSIGN(const auto full,
                       http::ParseEventsTarget("/events/staffing?after=17&type=a.B&type=c.D", ""));
  EXPECT_EQ(full.request.after_position(), 17);
  EXPECT_EQ(full.request.types_size(), 2);
  ASSERT_OK_AND_ASSIGN(const auto again,
                       http::ParseEventsTarget("/events/staffing?after=17", "23"));
  EXPECT_EQ(again.request.after_position(), 23);
  for (const char* target : {"/events/x?after=-1", "/events/x?after=a", "/events/x?after",
                             "/events/x?after=99999999999999999999", "/events/x?other=1"})
    EXPECT_THAT(http::ParseEventsTarget(target, "").status(), HasReason("INVALID_FIELDS"))
        << target;
  EXPECT_FALSE(http::ParseEventsTarget("/events/x", "not a number").ok());
}

TEST(Events, BecomeTextWithIdsThatMoveOn) {
  kefu::common::v1::WatchResponse response;
  response.set_position(9);
  EXPECT_EQ(http::EventsText(response.SerializeAsString()), ": alive\nid: 9\n\n");
  auto* event = response.add_events();
  event->set_position(9);
  event->set_key("a\nb");
  staffing::v1::AgentChanged changed;
  changed.mutable_agent()->set_agent_id("A1");
  event->mutable_payload()->PackFrom(changed);
  const std::string text = http::EventsText(response.SerializeAsString());
  EXPECT_THAT(text, ::testing::StartsWith("id: 9\nevent: kefu.staffing.v1.AgentChanged\ndata: {"));
  EXPECT_THAT(text, HasSubstr("\"agentId\":\"A1\""));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 4) << text;  // no line within the data
  response.set_position(12);
  EXPECT_THAT(http::EventsText(response.SerializeAsString()), ::testing::EndsWith("id: 12\n\n"));
}

TEST(Events, PayloadsOfEveryServiceAreKnownByName) {
  for (const char* name :
       {"kefu.staffing.v1.AgentChanged", "kefu.common.v1.WriteRecorded", "google.rpc.BadRequest"})
    EXPECT_NE(google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(name),
              nullptr)
        << name;
  for (const char* file : {"staffing", "performance", "aftersales", "warehouse"})
    EXPECT_NE(google::protobuf::DescriptorPool::generated_pool()->FindFileByName(
                  std::string("kefu/") + file + "/v1/events.proto"),
              nullptr)
        << file;
}

class Files : public ::testing::Test {
 protected:
  Files() {
    std::filesystem::create_directories(dir_ + "/sub");
    Put(base_ + "/secret.txt", "secret");
    Put(dir_ + "/index.html", "<html>");
    Put(dir_ + "/sub/app.js", "js");
    Put(dir_ + "/.env", "secret");
    std::filesystem::create_symlink(base_ + "/secret.txt", dir_ + "/link.txt");
    std::filesystem::create_symlink(dir_ + "/index.html", dir_ + "/inner.html");
  }
  static void Put(const std::string& path, std::string_view text) { std::ofstream(path) << text; }
  const testing::TempFolder folder_{"kefu-files"};
  const std::string& base_ = folder_.path();
  const std::string dir_ = base_ + "/console";
};

TEST_F(Files, AreFoundWithTheirType) {
  EXPECT_EQ(http::ReadStaticFile(dir_, "/")->content, "<html>");
  EXPECT_EQ(http::ReadStaticFile(dir_, "/sub/app.js")->content_type, "text/javascript");
  EXPECT_EQ(http::ReadStaticFile(dir_, "/inner.html")->content, "<html>");
}

TEST_F(Files, OutsideTheFolderAreNot) {
  for (const std::string& path : {std::string("/../secret.txt"),
                                  std::string("//etc/passwd"),
                                  "/" + base_ + "/secret.txt",
                                  "//" + base_ + "/secret.txt",
                                  std::string("/sub/../../secret.txt"),
                                  std::string("/%2e%2e/secret.txt"),
                                  std::string("/..%2fsecret.txt"),
                                  std::string("/.env"),
                                  std::string("/sub/./app.js"),
                                  std::string("/link.txt"),
                                  std::string("/sub"),
                                  std::string("/sub/"),
                                  std::string("/sub//app.js"),
                                  std::string("/none"),
                                  std::string(""),
                                  std::string("index.html"),
                                  std::string("/index.html\0", 12),
                                  std::string("/a\\b"),
                                  std::string("/dev/null"),
                                  std::string(5000, '/')})
    EXPECT_FALSE(http::ReadStaticFile(dir_, path)) << path;
  EXPECT_FALSE(http::ReadStaticFile("", "/etc/passwd"));
}

}  // namespace
}  // namespace kefu::gateway

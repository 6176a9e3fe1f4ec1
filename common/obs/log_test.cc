// Every line is one valid JSON object, whatever is logged.
#include "common/obs/log.h"

#include <limits>
#include <mutex>
#include <random>
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace kefu::obs {
namespace {

using nlohmann::json;
using ::testing::MatchesRegex;
using ::testing::SizeIs;

class LogTest : public ::testing::Test {
 protected:
  LogTest() : capture_([this](std::string_view line) { lines_.emplace_back(line); }) {
    InitLogging("kefu-test", Level::kInfo);
  }
  json Only() {
    EXPECT_THAT(lines_, SizeIs(1));
    return json::parse(lines_.at(0));
  }
  std::vector<std::string> lines_;
  LogCapture capture_;
};

TEST_F(LogTest, LineHasTheStandardKeysAndTypedFields) {
  Info("ready", {{"address", "127.0.0.1:1"},
                 {"count", 3},
                 {"big", uint64_t{18446744073709551615u}},
                 {"rate", 0.5},
                 {"ok", true},
                 {"took_seconds", absl::Milliseconds(250)},
                 {"at", absl::UnixEpoch()},
                 {"error", absl::NotFoundError("gone")}});
  const json line = Only();
  EXPECT_THAT(line["ts"].get<std::string>(),
              MatchesRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{6}Z"));
  EXPECT_EQ(line["level"], "info");
  EXPECT_EQ(line["service"], "kefu-test");
  EXPECT_EQ(line["msg"], "ready");
  EXPECT_EQ(line["count"], 3);
  EXPECT_EQ(line["big"], 18446744073709551615u);
  EXPECT_EQ(line["rate"], 0.5);
  EXPECT_EQ(line["ok"], true);
  EXPECT_EQ(line["took_seconds"], 0.25);
  EXPECT_EQ(line["at"], "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(line["error"], "NOT_FOUND: gone");
  EXPECT_FALSE(line.contains("trace_id"));
}

TEST_F(LogTest, ScopesNestAndBelongToTheirThread) {
  const LogScope outer("trace1", "span1", "request1");
  {
    const LogScope inner("trace2", "", "");
    Info("inner");
  }
  Info("outer");
  std::thread([] { Info("elsewhere"); }).join();
  ASSERT_THAT(lines_, SizeIs(3));
  EXPECT_EQ(json::parse(lines_[0])["trace_id"], "trace2");
  EXPECT_FALSE(json::parse(lines_[0]).contains("request_id"));
  EXPECT_EQ(json::parse(lines_[1])["request_id"], "request1");
  EXPECT_FALSE(json::parse(lines_[2]).contains("trace_id"));
}

TEST_F(LogTest, LevelsBelowTheThresholdAreDropped) {
  Debug("no");
  EXPECT_FALSE(Enabled(Level::kDebug));
  InitLogging("kefu-test", Level::kError);
  Warning("no");
  Error("yes");
  EXPECT_EQ(Only()["level"], "error");
  EXPECT_EQ(*ParseLevel("warning"), Level::kWarning);
  EXPECT_FALSE(ParseLevel("loud").ok());
}

TEST_F(LogTest, CollidingKeysAndNumbersThatJsonLacks) {
  Info("m", {{"msg", "mine"},
             {"level", 7},
             {"x", std::numeric_limits<double>::infinity()},
             {"quo\"te", 1}});
  const json line = Only();
  EXPECT_EQ(line["msg"], "m");
  EXPECT_EQ(line["msg_"], "mine");
  EXPECT_EQ(line["level_"], 7);
  EXPECT_TRUE(line["x"].is_null());
  EXPECT_EQ(line["quo\"te"], 1);
}

TEST_F(LogTest, InvalidUtf8IsReplacedAndValidTextIsKept) {
  const std::string valid = "客服 \xF0\x9F\x93\xA6 \"quoted\" \\ \n\t\x01\x7F";
  Info(valid, {{"bad", std::string_view("a\xFF\xC0\x80\xED\xA0\x80\xF4\x90\x80\x80\xE5\xAE", 13)},
               {"zero", std::string_view("a\0b", 3)}});
  const json line = Only();
  EXPECT_EQ(line["msg"], valid);
  std::string expected = "a";
  for (int i = 0; i < 12; ++i) expected += "\xEF\xBF\xBD";
  EXPECT_EQ(line["bad"], expected);
  EXPECT_EQ(line["zero"].get<std::string>(), std::string("a\0b", 3));
}

TEST_F(LogTest, AnyBytesGiveValidJsonOnOneLine) {
  std::mt19937 random(20240201);
  for (int i = 0; i < 2000; ++i) {
    std::string bytes(random() % 40, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    Info(bytes, {{bytes, bytes}});
  }
  ASSERT_THAT(lines_, SizeIs(2000));
  for (const std::string& line : lines_) {
    ASSERT_TRUE(json::accept(line)) << line;
    ASSERT_EQ(line.find('\n'), std::string::npos);
  }
}

TEST_F(LogTest, ThreadsDoNotMixLines) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([t] {
      for (int i = 0; i < 500; ++i) Info("m", {{"thread", t}, {"i", i}});
    });
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_THAT(lines_, SizeIs(2000));
  for (const std::string& line : lines_) ASSERT_TRUE(json::accept(line));
}

TEST(LogStderrTest, LinesGoToStderr) {
  InitLogging("kefu-test", Level::kInfo);
  ::testing::internal::CaptureStderr();
  Info("to stderr", {{"percent", "%s {}"}});
  const std::string text = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(text.back(), '\n');
  EXPECT_EQ(json::parse(text)["percent"], "%s {}");
}

}  // namespace
}  // namespace kefu::obs

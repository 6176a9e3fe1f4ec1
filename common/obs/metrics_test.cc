// Handles, families, callbacks and a real scrape.
#include "common/obs/metrics.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kefu::obs {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// The answer to GET `path`, headers included; "" when the connection fails.
std::string Get(int port, const std::string& path) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string answer;
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
    const std::string request = "GET " + path + " HTTP/1.0\r\n\r\n";
    EXPECT_EQ(write(fd, request.data(), request.size()), request.size());
    char buffer[4096];
    for (ssize_t got; (got = read(fd, buffer, sizeof buffer)) > 0;) answer.append(buffer, got);
  }
  close(fd);
  return answer;
}

TEST(MetricsTest, HandlesUpdateTheirSeries) {
  Metrics metrics;
  const Counter counter = metrics.Counter("kefu_test_calls_total", "Calls.", {{"code", "OK"}});
  counter.Add();
  counter.Add(2);
  metrics.Counter("kefu_test_calls_total", "Calls.", {{"code", "OK"}}).Add();
  metrics.Gauge("kefu_test_depth", "Depth.").Set(-1.5);
  const Histogram latency = metrics.Histogram("kefu_test_seconds", "Latency.");
  latency.Observe(absl::Milliseconds(3));
  EXPECT_EQ(counter.Value(), 4);
  EXPECT_THAT(metrics.Text(), AllOf(HasSubstr("# TYPE kefu_test_calls_total counter"),
                                    HasSubstr("kefu_test_calls_total{code=\"OK\"} 4"),
                                    HasSubstr("kefu_test_depth -1.5"),
                                    HasSubstr("kefu_test_seconds_bucket{le=\"0.0025\"} 0"),
                                    HasSubstr("kefu_test_seconds_bucket{le=\"0.005\"} 1"),
                                    HasSubstr("kefu_test_seconds_count 1")));
}

TEST(MetricsTest, NullMetricsDoNothing) {
  CounterOf(nullptr, "x", "").Add();
  GaugeOf(nullptr, "x", "").Set(1);
  HistogramOf(nullptr, "x", "").Observe(1.0);
  CountersOf(nullptr, "x", "", {"a"}).With({"b"}).Add();
  HistogramsOf(nullptr, "x", "", {"a"}).With({"b"}).Observe(1.0);
  const Registration none = GaugeCallbackOf(nullptr, "x", "", {}, [] { return 1.0; });
  EXPECT_EQ(CounterOf(nullptr, "x", "").Value(), 0);
}

TEST(MetricsTest, FamiliesCacheAndAreBounded) {
  Metrics metrics;
  const auto calls = metrics.Counters("kefu_test_total", "T.", {"method", "code"});
  calls.With({"Get", "OK"}).Add();
  calls.With({"Get", "OK"}).Add();
  calls.With({"Get", "NOT_FOUND"}).Add();
  EXPECT_EQ(calls.With({"Get", "OK"}).Value(), 2);
  for (int i = 0; i < 6000; ++i) calls.With({std::to_string(i), "OK"}).Add();
  EXPECT_GT(calls.With({"999999", "OK"}).Value(), 1000);  // all those beyond the bound
  EXPECT_THAT(metrics.Text(), HasSubstr("code=\"other\",method=\"other\""));
}

TEST(MetricsTest, FamiliesFromManyThreads) {
  Metrics metrics;
  const auto calls = metrics.Counters("kefu_test_total", "T.", {"n"});
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&calls] {
      for (int i = 0; i < 2000; ++i) calls.With({std::to_string(i % 50)}).Add();
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (int i = 0; i < 50; ++i) EXPECT_EQ(calls.With({std::to_string(i)}).Value(), 160);
}

TEST(MetricsTest, CallbackIsReadAtEachScrapeUntilItsRegistrationDies) {
  Metrics metrics;
  double depth = 1;
  {
    const Registration registration =
        metrics.GaugeCallback("kefu_test_depth", "D.", {}, [&depth] { return depth; });
    EXPECT_THAT(metrics.Text(), HasSubstr("kefu_test_depth 1"));
    depth = 2;
    EXPECT_THAT(metrics.Text(), HasSubstr("kefu_test_depth 2"));
  }
  depth = 3;
  EXPECT_THAT(metrics.Text(), HasSubstr("kefu_test_depth 2"));
}

TEST(MetricsServerTest, ServesTheTextOnAFreePort) {
  Metrics metrics;
  metrics.Counter("kefu_test_total", "T.", {{"name", "客服"}}).Add(7);
  const auto server = MetricsServer::Start(metrics, "localhost:0");
  ASSERT_TRUE(server.ok()) << server.status();
  EXPECT_GT((*server)->port(), 0);
  EXPECT_EQ((*server)->address(), "127.0.0.1:" + std::to_string((*server)->port()));
  const std::string answer = Get((*server)->port(), "/metrics");
  EXPECT_THAT(answer, AllOf(HasSubstr("200 OK"), HasSubstr("text/plain"),
                            HasSubstr("kefu_test_total{name=\"客服\"} 7")));
  EXPECT_THAT(Get((*server)->port(), "/other"), Not(HasSubstr("kefu_test_total")));
}

TEST(MetricsServerTest, TakenPortIsNamed) {
  Metrics metrics;
  const auto first = MetricsServer::Start(metrics, "127.0.0.1:0");
  ASSERT_TRUE(first.ok());
  const auto second = MetricsServer::Start(metrics, (*first)->address());
  EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(second.status().message()), HasSubstr((*first)->address()));
}

}  // namespace
}  // namespace kefu::obs

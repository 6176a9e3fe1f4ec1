#include "common/rpc/trace_context.h"

#include <gtest/gtest.h>

namespace kefu::rpc {
namespace {

constexpr std::string_view kTrace = "4bf92f3577b34da6a3ce929d0e0e4736";
constexpr std::string_view kHeader = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

TEST(TraceContextTest, KeepsTheTraceAndStartsASpan) {
  const TraceIds ids = StartSpan(kHeader);
  EXPECT_EQ(ids.trace_id, kTrace);
  EXPECT_EQ(ids.span_id.size(), 16u);
  EXPECT_NE(ids.span_id, "00f067aa0ba902b7");
}

TEST(TraceContextTest, AcceptsLaterVersionsWithMoreFields) {
  EXPECT_EQ(StartSpan("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more").trace_id,
            kTrace);
}

TEST(TraceContextTest, MalformedHeadersStartANewTrace) {
  for (const std::string_view header :
       {"", "nonsense", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-zz",
        "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01more",
        "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01"}) {
    const TraceIds ids = StartSpan(header);
    EXPECT_EQ(ids.trace_id.size(), 32u) << header;
    EXPECT_NE(ids.trace_id, kTrace) << header;
    EXPECT_EQ(ids.span_id.size(), 16u) << header;
  }
}

TEST(TraceContextTest, WhatIsFormattedIsUnderstood) {
  const TraceIds first = StartSpan("");
  EXPECT_EQ(StartSpan(FormatTraceparent(first.trace_id, first.span_id)).trace_id, first.trace_id);
  EXPECT_NE(StartSpan("").trace_id, first.trace_id);
  EXPECT_EQ(FormatTraceparent("", "00f067aa0ba902b7"), "");
}

}  // namespace
}  // namespace kefu::rpc

// GoogleTest matchers for protobuf messages. Unset and default fields are the same; the difference
// is printed field by field.
//   EXPECT_THAT(agent, EqualsProto(expected));
//   EXPECT_THAT(agent, EqualsProto(R"pb(agent_id: "A" tier: TIER_SENIOR)pb"));
//   EXPECT_THAT(agent, EqualsProtoIgnoring(R"pb(…)pb", {"create_time", "etag"}));
#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/message.h"

namespace kefu::testing {

// Compares with a message, or with text format that is parsed into the type of the actual message;
// text that does not parse fails the match.
class ProtoMatcher {
 public:
  using is_gtest_matcher = void;
  ProtoMatcher(std::string expected_text, std::vector<std::string> ignored);

  bool MatchAndExplain(const google::protobuf::Message& actual, std::ostream* listener) const;
  void DescribeTo(std::ostream* os) const;
  void DescribeNegationTo(std::ostream* os) const;

 private:
  std::string expected_text_;
  std::vector<std::string> ignored_;
};

ProtoMatcher EqualsProto(std::string_view text);
ProtoMatcher EqualsProto(const google::protobuf::Message& message);
// Leaves out top-level fields by name.
ProtoMatcher EqualsProtoIgnoring(std::string_view text, std::vector<std::string> fields);
ProtoMatcher EqualsProtoIgnoring(const google::protobuf::Message& message,
                                 std::vector<std::string> fields);

}  // namespace kefu::testing

#include "common/testing/proto_matchers.h"

#include <memory>
#include <utility>

#include "google/protobuf/text_format.h"
#include "google/protobuf/util/message_differencer.h"

namespace kefu::testing {
namespace {

using ::google::protobuf::Message;
using ::google::protobuf::TextFormat;
using ::google::protobuf::util::MessageDifferencer;

std::string TextOf(const Message& message) {
  std::string text;
  TextFormat::PrintToString(message, &text);
  return text;
}

}  // namespace

ProtoMatcher::ProtoMatcher(std::string expected_text, std::vector<std::string> ignored)
    : expected_text_(std::move(expected_text)), ignored_(std::move(ignored)) {}

bool ProtoMatcher::MatchAndExplain(const Message& actual, std::ostream* listener) const {
  const std::unique_ptr<Message> expected(actual.New());
  const auto tell = [&](const std::string& text) {
    if (listener != nullptr) *listener << text;
    return false;
  };
  if (!TextFormat::ParseFromString(expected_text_, expected.get())) {
    return tell("the expected text is not a " + actual.GetTypeName());
  }
  MessageDifferencer differencer;
  differencer.set_message_field_comparison(MessageDifferencer::EQUIVALENT);
  for (const std::string& name : ignored_) {
    const auto* field = actual.GetDescriptor()->FindFieldByName(name);
    if (field == nullptr) return tell(actual.GetTypeName() + " has no field \"" + name + "\"");
    differencer.IgnoreField(field);
  }
  std::string difference;
  differencer.ReportDifferencesToString(&difference);
  if (differencer.Compare(*expected, actual)) return true;
  return tell("expected -> actual:\n" + difference);
}

void ProtoMatcher::DescribeTo(std::ostream* os) const {
  *os << "equals {" << expected_text_ << "}";
}

void ProtoMatcher::DescribeNegationTo(std::ostream* os) const {
  *os << "differs from {" << expected_text_ << "}";
}

ProtoMatcher EqualsProto(std::string_view text) { return {std::string(text), {}}; }
ProtoMatcher EqualsProto(const Message& message) { return {TextOf(message), {}}; }
ProtoMatcher EqualsProtoIgnoring(std::string_view text, std::vector<std::string> fields) {
  return {std::string(text), std::move(fields)};
}
ProtoMatcher EqualsProtoIgnoring(const Message& message, std::vector<std::string> fields) {
  return {TextOf(message), std::move(fields)};
}

}  // namespace kefu::testing

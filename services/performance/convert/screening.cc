#include "services/performance/convert/screening.h"

#include "common/status/error.h"

namespace kefu::performance::convert {
namespace {

domain::Exclusion ExclusionFrom(v1::Exclusion value) {
  switch (value) {
    case v1::EXCLUSION_ADVERTISEMENT:
      return domain::Exclusion::kAdvertisement;
    case v1::EXCLUSION_FRAUD:
      return domain::Exclusion::kFraud;
    default:
      return domain::Exclusion::kNone;
  }
}

domain::Side SideFrom(v1::Side side) {
  if (side == v1::SIDE_CUSTOMER) return domain::Side::kCustomer;
  return side == v1::SIDE_AGENT ? domain::Side::kAgent : domain::Side::kRobot;
}

domain::ExclusionRule RuleFrom(const v1::ExclusionRule& proto) {
  domain::ExclusionRule rule{.id = proto.rule_id(), .exclusion = ExclusionFrom(proto.exclusion())};
  if (proto.has_text())
    rule.text = {{proto.text().patterns().begin(), proto.text().patterns().end()}};
  if (proto.has_links()) {
    const v1::LinkRule& links = proto.links();
    rule.links = {links.links(), {links.own_hosts().begin(), links.own_hosts().end()}};
  }
  if (proto.has_volume()) {
    const v1::VolumeRule& volume = proto.volume();
    rule.volume = {volume.conversations(), volume.messages(), volume.same_text_customers(),
                   volume.same_text_bytes()};
  }
  return rule;
}

void Fill(const domain::ExclusionRule& rule, v1::ExclusionRule& proto) {
  proto.set_rule_id(rule.id);
  proto.set_exclusion(ToProto(rule.exclusion));
  if (rule.text) {
    for (const std::string& pattern : rule.text->patterns)
      proto.mutable_text()->add_patterns(pattern);
  }
  if (rule.links) {
    proto.mutable_links()->set_links(rule.links->links);
    for (const std::string& host : rule.links->own_hosts)
      proto.mutable_links()->add_own_hosts(host);
  }
  if (!rule.volume) return;
  v1::VolumeRule* volume = proto.mutable_volume();
  volume->set_conversations(rule.volume->conversations);
  volume->set_messages(rule.volume->messages);
  volume->set_same_text_customers(rule.volume->same_text_customers);
  volume->set_same_text_bytes(rule.volume->same_text_bytes);
}

}  // namespace

v1::Exclusion ToProto(domain::Exclusion exclusion) {
  switch (exclusion) {
    case domain::Exclusion::kNone:
      return v1::EXCLUSION_UNSPECIFIED;
    case domain::Exclusion::kAdvertisement:
      return v1::EXCLUSION_ADVERTISEMENT;
    case domain::Exclusion::kFraud:
      return v1::EXCLUSION_FRAUD;
  }
  return v1::EXCLUSION_UNSPECIFIED;
}

domain::ScreeningPolicy PolicyFrom(const v1::ScreeningPolicy& proto) {
  domain::ScreeningPolicy policy{.platform = proto.platform(), .version = proto.version()};
  for (const v1::ExclusionRule& rule : proto.rules()) policy.rules.push_back(RuleFrom(rule));
  for (const v1::ForbiddenWord& word : proto.words()) {
    policy.words.push_back({word.word(), {word.exceptions().begin(), word.exceptions().end()}});
  }
  policy.disabled_rules.assign(proto.disabled_rule_ids().begin(), proto.disabled_rule_ids().end());
  policy.disabled_words.assign(proto.disabled_words().begin(), proto.disabled_words().end());
  return policy;
}

absl::StatusOr<domain::ScreeningPolicy> PolicyFromBody(std::string_view body) {
  v1::ScreeningPolicy proto;
  if (!proto.ParseFromArray(body.data(), static_cast<int>(body.size())))
    return Internal("a stored ScreeningPolicy cannot be read");
  return PolicyFrom(proto);
}

v1::ScreeningPolicy ToProto(const domain::ScreeningPolicy& policy) {
  v1::ScreeningPolicy proto;
  proto.set_platform(policy.platform);
  proto.set_version(policy.version);
  for (const domain::ExclusionRule& rule : policy.rules) Fill(rule, *proto.add_rules());
  for (const domain::ForbiddenWord& word : policy.words) {
    v1::ForbiddenWord* out = proto.add_words();
    out->set_word(word.word);
    for (const std::string& exception : word.exceptions) out->add_exceptions(exception);
  }
  for (const std::string& rule : policy.disabled_rules) proto.add_disabled_rule_ids(rule);
  for (const std::string& word : policy.disabled_words) proto.add_disabled_words(word);
  return proto;
}

absl::StatusOr<Screened> BodyScreener::Add(std::string_view body) {
  if (!proto_.ParseFromArray(body.data(), static_cast<int>(body.size())))
    return Internal("a stored Conversation cannot be read");
  messages_.clear();
  for (const v1::Message& message : proto_.messages()) {
    messages_.push_back(
        {SideFrom(message.side()), message.agent_id(), message.text(),
         message.send_time().seconds() * 1'000'000 + message.send_time().nanos() / 1000});
  }
  day_.Add(proto_.conversation_id(), proto_.customer_id(), messages_);
  return Screened{proto_.conversation_id(), proto_.customer_id(),
                  ExclusionFrom(proto_.exclusion())};
}

}  // namespace kefu::performance::convert

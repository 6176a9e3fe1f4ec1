// What does not count and what must not be said: advertisement and fraud by rules, and the words
// that agents are not to use. Both are a policy, which is data; a day's conversations are screened
// together, since some rules look at what one customer did all day.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/status/error.h"
#include "services/performance/domain/facts.h"

namespace kefu::performance::domain {

// Conversations in which the customer wrote something that matches one of these patterns (RE2
// syntax, letter case ignored; matching takes time linear in the text).
struct TextRule {
  std::vector<std::string> patterns;
  bool operator==(const TextRule&) const = default;
};

// One-sided conversations with links: no agent wrote, and the customer sent at least `links` links
// to hosts other than these and their subdomains.
struct LinkRule {
  int links = 1;
  std::vector<std::string> own_hosts;
  bool operator==(const LinkRule&) const = default;
};

// Volume on one day, over conversations by the day that they begin on; 0 leaves a limit out.
struct VolumeRule {
  int conversations = 0;  // more than this by one customer: all that customer began on the day
  int messages = 0;       // more than this many messages in them: the same
  // The same first words of at least `same_text_bytes` bytes from more than this many customers:
  // all conversations that begin with them.
  int same_text_customers = 0;
  int same_text_bytes = 0;
  bool operator==(const VolumeRule&) const = default;
};

// Exactly one of text, links and volume is set.
struct ExclusionRule {
  std::string id;
  Exclusion exclusion = Exclusion::kAdvertisement;
  std::optional<TextRule> text;
  std::optional<LinkRule> links;
  std::optional<VolumeRule> volume;
  bool operator==(const ExclusionRule&) const = default;
};

// A word that agents must not use; what lies within one of the exceptions ("母亲" for "亲") is no
// hit.
struct ForbiddenWord {
  std::string word;
  std::vector<std::string> exceptions;
  bool operator==(const ForbiddenWord&) const = default;
};

struct ScreeningPolicy {
  std::string platform;              // "PLATFORM_JD"; empty: for every platform
  int version = 0;                   // 0: the shipped one
  std::vector<ExclusionRule> rules;  // the first one that hits is named
  std::vector<ForbiddenWord> words;
  std::vector<std::string> disabled_rules, disabled_words;  // of policies before it: see Add
  bool operator==(const ScreeningPolicy&) const = default;
};

// Adds an organization's policy to what holds before it: first what it disables goes, then its
// rules and words take the place of those with the same id or word, or come behind.
void Add(const ScreeningPolicy& policy, ScreeningPolicy& before);

// The policy that ships for a platform: rules for all of them, JD's words (亲, 宝贝, 淘宝).
ScreeningPolicy ShippedPolicy(std::string_view platform);

// Every fault; fields as in the contract, patterns that cannot be compiled among them.
void Check(const ScreeningPolicy& policy, FieldViolations& violations);

// One message with its words.
struct Utterance {
  Side side = Side::kCustomer;
  std::string_view agent_id;
  std::string_view text;
  int64_t time_us = 0;
};

// Why a conversation does not count by a rule.
struct RuleHit {
  std::string rule_id;
  Exclusion exclusion = Exclusion::kNone;
  std::string evidence;  // the words that matched, or the count that was too high
  bool operator==(const RuleHit&) const = default;
};

struct WordHit {
  std::string conversation_id;
  int message = 0;  // index in the conversation
  std::string word;
  std::string agent_id;
  int64_t time_us = 0;
  std::string text;
  bool operator==(const WordHit&) const = default;
};

// A policy made ready for matching. Immutable, thread-safe.
class Screen;

// Screens the conversations that begin on one day. Not thread-safe.
class DayScreen {
 public:
  explicit DayScreen(std::shared_ptr<const Screen> screen);
  ~DayScreen();

  void Add(std::string_view conversation_id, std::string_view customer_id,
           const std::vector<Utterance>& messages);

  // The rule that hits each conversation that one hits. After the last Add.
  std::unordered_map<std::string, RuleHit> Hits();
  // In order of arrival.
  const std::vector<WordHit>& words() const { return words_; }

 private:
  struct Customer {
    int conversations = 0, messages = 0;
    std::vector<std::string> ids;
  };
  struct SameText {
    std::unordered_map<std::string, int> customers;
    std::vector<std::string> ids;
  };
  void Note(std::string_view conversation_id, size_t rule, std::string evidence);
  void NoteVolume(size_t rule, const VolumeRule& limits);

  const std::shared_ptr<const Screen> screen_;
  // The first rule that hits each conversation: its place among the rules, and the evidence.
  std::unordered_map<std::string, std::pair<size_t, std::string>> hits_;
  std::unordered_map<std::string, Customer> customers_;
  std::unordered_map<std::string, SameText> texts_;
  std::vector<WordHit> words_;
};

// Compiles a checked policy.
std::shared_ptr<const Screen> MakeScreen(ScreeningPolicy policy);

// A conversation of an order's customer, begun on the day of payment, that is fraud: bought or
// fraudulent traffic buys with it.
struct FraudOfCustomer {
  std::string conversation_id, rule_id, evidence;
  bool operator==(const FraudOfCustomer&) const = default;
};
// How an order counts (DOMAIN 3.2: fraud is left out everywhere alike) and what decided so: a
// review, else its flag, else its customer.
struct OrderVerdict {
  enum class Source { kNone, kFlag, kCustomer, kReview };
  Exclusion exclusion = Exclusion::kNone;
  Source source = Source::kNone;
  bool operator==(const OrderVerdict&) const = default;
};
OrderVerdict JudgeOrder(Exclusion flag, bool fraud_of_customer, std::optional<Exclusion> review);

}  // namespace kefu::performance::domain

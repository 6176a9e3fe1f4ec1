#include "services/performance/domain/screening.h"

#include <fmt/format.h>
#include <re2/re2.h>
#include <re2/set.h>

#include <algorithm>
#include <set>
#include <utility>

namespace kefu::performance::domain {
namespace {

constexpr size_t kMaxRules = 50;
constexpr size_t kMaxPatterns = 200;
constexpr size_t kMaxPatternBytes = 500;
constexpr size_t kMaxWords = 500;
constexpr size_t kMaxWordBytes = 100;
constexpr size_t kMaxExceptions = 50;
constexpr int kMaxCount = 1'000'000;
constexpr size_t kMaxEvidenceBytes = 200;
// What a pattern may cost in memory, where a larger one is refused when it is published; and all of
// a policy together, beyond which they are matched one by one.
constexpr int64_t kMaxProgramBytes = 4 << 20;

re2::RE2::Options PatternOptions() {
  re2::RE2::Options options;
  options.set_case_sensitive(false);
  options.set_log_errors(false);
  options.set_max_mem(kMaxProgramBytes);
  return options;
}

// At most `most` bytes, cut between characters.
std::string Cut(std::string_view text, size_t most) {
  if (text.size() <= most) return std::string(text);
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;
  return std::string(text.substr(0, most));
}

bool IsHostByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.';
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

// The hosts of the links in a text: what follows "://" or stands after "www.".
std::vector<std::string> HostsIn(std::string_view text) {
  std::vector<std::string> hosts;
  for (size_t at = 0; at < text.size();) {
    const size_t scheme = text.find("://", at), www = text.find("www.", at);
    const size_t start = scheme < www ? scheme + 3 : www;
    if (std::min(scheme, www) == std::string_view::npos) break;
    size_t end = start;
    while (end < text.size() && IsHostByte(text[end])) ++end;
    if (end > start) hosts.push_back(Lower(text.substr(start, end - start)));
    at = std::max(end, start + 1);
  }
  return hosts;
}

bool IsOwn(const std::string& host, const std::vector<std::string>& own) {
  return std::ranges::any_of(own, [&](const std::string& mine) {
    return host == mine || (host.size() > mine.size() && host.ends_with(mine) &&
                            host[host.size() - mine.size() - 1] == '.');
  });
}

// Whether the word stands in the text outside of its exceptions.
bool Says(std::string_view text, const ForbiddenWord& word) {
  for (size_t at = text.find(word.word); at != std::string_view::npos;
       at = text.find(word.word, at + 1)) {
    const size_t end = at + word.word.size();
    const bool excepted = std::ranges::any_of(word.exceptions, [&](const std::string& exception) {
      const size_t back = exception.size() - std::min(exception.size(), word.word.size());
      for (size_t e = text.find(exception, at - std::min(at, back));
           e != std::string_view::npos && e <= at; e = text.find(exception, e + 1)) {
        if (e + exception.size() >= end) return true;
      }
      return false;
    });
    if (!excepted) return true;
  }
  return false;
}

void CheckText(const TextRule& rule, const std::string& path, FieldViolations& violations) {
  violations.Check(!rule.patterns.empty() && rule.patterns.size() <= kMaxPatterns,
                   path + ".patterns", fmt::format("must hold 1 to {} patterns", kMaxPatterns));
  for (size_t i = 0; i < rule.patterns.size(); ++i) {
    const std::string field = fmt::format("{}.patterns[{}]", path, i);
    const std::string& pattern = rule.patterns[i];
    if (!violations.Check(!pattern.empty() && pattern.size() <= kMaxPatternBytes, field,
                          fmt::format("must be 1 to {} bytes", kMaxPatternBytes)))
      continue;
    const re2::RE2 compiled(pattern, PatternOptions());
    if (violations.Check(compiled.ok(), field, "is no pattern: " + compiled.error()))
      violations.Check(!re2::RE2::PartialMatch("", compiled), field, "must not match everything");
  }
}

void CheckVolume(const VolumeRule& rule, const std::string& path, FieldViolations& violations) {
  const auto count = [&](int value, std::string_view field) {
    violations.Check(value >= 0 && value <= kMaxCount, fmt::format("{}.{}", path, field),
                     fmt::format("must be 0 to {}", kMaxCount));
  };
  count(rule.conversations, "conversations");
  count(rule.messages, "messages");
  count(rule.same_text_customers, "same_text_customers");
  count(rule.same_text_bytes, "same_text_bytes");
  violations.Check(rule.conversations > 0 || rule.messages > 0 || rule.same_text_customers > 0,
                   path, "must set a limit");
}

void CheckRule(const ExclusionRule& rule, const std::string& path, std::set<std::string>& ids,
               FieldViolations& violations) {
  violations.Check(!rule.id.empty() && rule.id.size() <= 64 &&
                       std::ranges::all_of(rule.id, [](char c) { return c > ' ' && c <= '~'; }),
                   path + ".rule_id", "must be 1 to 64 printable ASCII characters");
  violations.Check(ids.insert(rule.id).second, path + ".rule_id", "stands there twice");
  violations.Check(rule.exclusion != Exclusion::kNone, path + ".exclusion", "must be set");
  violations.Check(rule.text || rule.links || rule.volume, path, "must have text, links or volume");
  if (rule.text) CheckText(*rule.text, path + ".text", violations);
  if (rule.volume) CheckVolume(*rule.volume, path + ".volume", violations);
  if (!rule.links) return;
  violations.Check(rule.links->links >= 1 && rule.links->links <= kMaxCount, path + ".links.links",
                   fmt::format("must be 1 to {}", kMaxCount));
  for (size_t i = 0; i < rule.links->own_hosts.size(); ++i) {
    const std::string& host = rule.links->own_hosts[i];
    violations.Check(!host.empty() && host.size() <= 253 && std::ranges::all_of(host, IsHostByte) &&
                         host == Lower(host),
                     fmt::format("{}.links.own_hosts[{}]", path, i),
                     "must be a host name in lower case");
  }
}

// 3.cn and tb.cn are JD's and Taobao's own short links, which buyers paste.
const std::vector<std::string> kPlatformHosts = {
    "jd.com",   "jd.hk",         "3.cn",          "taobao.com", "tb.cn",         "tmall.com",
    "tmall.hk", "yangkeduo.com", "pinduoduo.com", "douyin.com", "jinritemai.com"};

}  // namespace

ScreeningPolicy ShippedPolicy(std::string_view platform) {
  ScreeningPolicy policy;
  policy.rules = {
      {.id = "advertisement-words",
       .text =
           TextRule{
               {"(提供|承接|专业|诚接).{0,8}(刷单|补单|刷好评|代运营|直通车代驾|店铺装修)",
                "(刷单|补单|刷好评|代运营|引流推广|网店贷款).{0,12}(加|联系).{0,4}(微信|QQ|V信|vx)",
                "(加|联系).{0,4}(微信|QQ|V信|vx).{0,16}(刷单|补单|刷好评|代运营|引流推广|"
                "网店贷款)"}}},
      {.id = "one-sided-links", .links = LinkRule{.links = 1, .own_hosts = kPlatformHosts}},
      {.id = "volume",
       .exclusion = Exclusion::kFraud,
       .volume = VolumeRule{.conversations = 50, .messages = 1000}}};
  if (platform == "PLATFORM_JD") {
    policy.platform = platform;
    policy.words = {{"亲",
                     {"亲自", "亲手", "亲眼", "亲身", "亲戚", "亲属", "亲人", "亲友", "亲子",
                      "亲爱", "亲密", "亲切", "亲肤", "母亲", "父亲", "双亲", "相亲", "探亲"}},
                    {"宝贝", {}},
                    {"淘宝", {}}};
  }
  return policy;
}

namespace {

template <class Item, class Id>
void AddItems(const std::vector<Item>& items, const std::vector<std::string>& disabled,
              std::string Id::*id, std::vector<Item>& before) {
  std::erase_if(before,
                [&](const Item& item) { return std::ranges::count(disabled, item.*id) > 0; });
  for (const Item& item : items) {
    const auto same = std::ranges::find(before, item.*id, id);
    if (same == before.end()) {
      before.push_back(item);
    } else {
      *same = item;
    }
  }
}

void CheckDisabled(const std::vector<std::string>& disabled, size_t most, const std::string& path,
                   const std::set<std::string>& own, FieldViolations& violations) {
  violations.Check(disabled.size() <= most, path, fmt::format("must hold at most {}", most));
  for (size_t i = 0; i < std::min(disabled.size(), most); ++i) {
    const std::string field = fmt::format("{}[{}]", path, i);
    violations.Check(!disabled[i].empty() && disabled[i].size() <= kMaxWordBytes, field,
                     fmt::format("must be 1 to {} bytes", kMaxWordBytes));
    violations.Check(!own.contains(disabled[i]), field, "stands in this policy itself");
  }
}

}  // namespace

void Add(const ScreeningPolicy& policy, ScreeningPolicy& before) {
  AddItems(policy.rules, policy.disabled_rules, &ExclusionRule::id, before.rules);
  AddItems(policy.words, policy.disabled_words, &ForbiddenWord::word, before.words);
}

void Check(const ScreeningPolicy& policy, FieldViolations& violations) {
  violations.Check(policy.rules.size() <= kMaxRules, "policy.rules",
                   fmt::format("must hold at most {} rules", kMaxRules));
  std::set<std::string> ids, words;
  for (size_t i = 0; i < std::min(policy.rules.size(), kMaxRules); ++i)
    CheckRule(policy.rules[i], fmt::format("policy.rules[{}]", i), ids, violations);
  violations.Check(policy.words.size() <= kMaxWords, "policy.words",
                   fmt::format("must hold at most {} words", kMaxWords));
  for (size_t i = 0; i < std::min(policy.words.size(), kMaxWords); ++i) {
    const ForbiddenWord& word = policy.words[i];
    const std::string path = fmt::format("policy.words[{}]", i);
    violations.Check(!word.word.empty() && word.word.size() <= kMaxWordBytes, path + ".word",
                     fmt::format("must be 1 to {} bytes", kMaxWordBytes));
    violations.Check(!word.word.starts_with(' ') && !word.word.ends_with(' '), path + ".word",
                     "must not begin or end with a space");
    violations.Check(words.insert(word.word).second, path + ".word", "stands there twice");
    violations.Check(word.exceptions.size() <= kMaxExceptions, path + ".exceptions",
                     fmt::format("must hold at most {}", kMaxExceptions));
    for (const std::string& exception : word.exceptions) {
      violations.Check(exception.size() > word.word.size() && exception.size() <= kMaxWordBytes &&
                           exception.find(word.word) != std::string::npos,
                       path + ".exceptions",
                       fmt::format("'{}' must contain the word and be longer", exception));
    }
  }
  CheckDisabled(policy.disabled_rules, kMaxRules, "policy.disabled_rule_ids", ids, violations);
  CheckDisabled(policy.disabled_words, kMaxWords, "policy.disabled_words", words, violations);
}

// Text rules as one automaton over all patterns.
class Screen {
 public:
  explicit Screen(ScreeningPolicy made) : policy(std::move(made)) {
    for (size_t rule = 0; rule < policy.rules.size(); ++rule) {
      if (!policy.rules[rule].text) continue;
      for (const std::string& pattern : policy.rules[rule].text->patterns) {
        if (patterns == nullptr)
          patterns = std::make_unique<re2::RE2::Set>(PatternOptions(), re2::RE2::UNANCHORED);
        // What can no longer be compiled matches nothing.
        if (patterns->Add(pattern, nullptr) < 0) continue;
        rule_of_pattern.push_back(rule);
        texts.push_back(&pattern);
      }
    }
    together = patterns != nullptr && patterns->Compile();
    for (size_t i = 0; !together && i < texts.size(); ++i)
      singles.emplace_back(rule_of_pattern[i],
                           std::make_unique<re2::RE2>(*texts[i], PatternOptions()));
  }

  // The first text rule that matches.
  std::optional<size_t> Match(std::string_view text, std::vector<int>& scratch) const {
    scratch.clear();
    if (patterns == nullptr || text.empty()) return std::nullopt;
    const re2::StringPiece piece(text.data(), text.size());
    re2::RE2::Set::ErrorInfo error{re2::RE2::Set::kNoError};
    if (together && patterns->Match(piece, &scratch, &error)) {
      size_t first = policy.rules.size();
      for (const int pattern : scratch) first = std::min(first, rule_of_pattern[pattern]);
      return first;
    }
    if (together && error.kind == re2::RE2::Set::kNoError) return std::nullopt;
    return MatchOneByOne(piece);
  }

  const ScreeningPolicy policy;

 private:
  // Where all patterns together are beyond the automaton's memory, each alone is not.
  std::optional<size_t> MatchOneByOne(const re2::StringPiece& text) const {
    if (singles.empty()) {  // the automaton ran out of memory on this text
      for (size_t i = 0; i < rule_of_pattern.size(); ++i) {
        if (re2::RE2::PartialMatch(text, re2::RE2(*texts[i], PatternOptions())))
          return rule_of_pattern[i];
      }
      return std::nullopt;
    }
    for (const auto& [rule, pattern] : singles) {
      if (pattern->ok() && re2::RE2::PartialMatch(text, *pattern)) return rule;
    }
    return std::nullopt;
  }

  std::unique_ptr<re2::RE2::Set> patterns;
  bool together = false;  // compiled
  std::vector<size_t> rule_of_pattern;
  std::vector<const std::string*> texts;  // of the patterns, by rule
  // Compiled each for itself where they cannot be together, by rule.
  std::vector<std::pair<size_t, std::unique_ptr<re2::RE2>>> singles;
};

std::shared_ptr<const Screen> MakeScreen(ScreeningPolicy policy) {
  return std::make_shared<Screen>(std::move(policy));
}

DayScreen::DayScreen(std::shared_ptr<const Screen> screen) : screen_(std::move(screen)) {}
DayScreen::~DayScreen() = default;

void DayScreen::Note(std::string_view conversation_id, size_t rule, std::string evidence) {
  const auto [hit, fresh] =
      hits_.try_emplace(std::string(conversation_id), rule, std::move(evidence));
  if (!fresh && rule < hit->second.first) hit->second = {rule, std::move(evidence)};
}

void DayScreen::Add(std::string_view conversation_id, std::string_view customer_id,
                    const std::vector<Utterance>& messages) {
  Customer& customer = customers_[std::string(customer_id)];
  ++customer.conversations;
  customer.ids.emplace_back(conversation_id);
  bool agent_wrote = false, opened = false;
  std::vector<std::string> hosts;
  std::vector<int> scratch;
  for (int i = 0; i < static_cast<int>(messages.size()); ++i) {
    const Utterance& message = messages[i];
    if (message.side == Side::kAgent) {
      agent_wrote = true;
      for (const ForbiddenWord& word : screen_->policy.words) {
        if (!Says(message.text, word)) continue;
        words_.push_back({std::string(conversation_id), i, word.word, std::string(message.agent_id),
                          message.time_us, std::string(message.text)});
      }
    }
    if (message.side != Side::kCustomer) continue;
    ++customer.messages;
    if (const auto rule = screen_->Match(message.text, scratch))
      Note(conversation_id, *rule, Cut(message.text, kMaxEvidenceBytes));
    for (std::string& host : HostsIn(message.text)) hosts.push_back(std::move(host));
    if (!std::exchange(opened, true) && !message.text.empty()) {
      SameText& same = texts_[std::string(message.text)];
      ++same.customers[std::string(customer_id)];
      same.ids.emplace_back(conversation_id);
    }
  }
  if (agent_wrote) return;
  for (size_t i = 0; i < screen_->policy.rules.size(); ++i) {
    const auto& rule = screen_->policy.rules[i].links;
    if (!rule) continue;
    const auto foreign = std::ranges::count_if(
        hosts, [&](const std::string& host) { return !IsOwn(host, rule->own_hosts); });
    if (foreign < rule->links) continue;
    const auto first = std::ranges::find_if(
        hosts, [&](const std::string& host) { return !IsOwn(host, rule->own_hosts); });
    Note(conversation_id, i, Cut(*first, kMaxEvidenceBytes));
  }
}

void DayScreen::NoteVolume(size_t rule, const VolumeRule& limits) {
  for (const auto& [id, customer] : customers_) {
    std::string evidence;
    if (limits.conversations > 0 && customer.conversations > limits.conversations)
      evidence = fmt::format("{} conversations on the day", customer.conversations);
    else if (limits.messages > 0 && customer.messages > limits.messages)
      evidence = fmt::format("{} messages on the day", customer.messages);
    if (evidence.empty()) continue;
    for (const std::string& conversation : customer.ids) Note(conversation, rule, evidence);
  }
  if (limits.same_text_customers == 0) return;
  for (const auto& [text, same] : texts_) {
    if (text.size() < static_cast<size_t>(limits.same_text_bytes) ||
        same.customers.size() <= static_cast<size_t>(limits.same_text_customers))
      continue;
    for (const std::string& conversation : same.ids) {
      Note(conversation, rule,
           fmt::format("the same words from {} customers: {}", same.customers.size(),
                       Cut(text, kMaxEvidenceBytes)));
    }
  }
}

std::unordered_map<std::string, RuleHit> DayScreen::Hits() {
  const auto& rules = screen_->policy.rules;
  for (size_t i = 0; i < rules.size(); ++i) {
    if (rules[i].volume) NoteVolume(i, *rules[i].volume);
  }
  std::unordered_map<std::string, RuleHit> hits;
  for (const auto& [id, hit] : hits_)
    hits[id] = {rules[hit.first].id, rules[hit.first].exclusion, hit.second};
  return hits;
}

OrderVerdict JudgeOrder(Exclusion flag, bool fraud_of_customer, std::optional<Exclusion> review) {
  using enum OrderVerdict::Source;
  if (review) return {*review, kReview};
  if (flag != Exclusion::kNone) return {flag, kFlag};
  if (fraud_of_customer) return {Exclusion::kFraud, kCustomer};
  return {};
}

}  // namespace kefu::performance::domain

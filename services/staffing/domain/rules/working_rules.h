// Working rules as data, and what follows when one is broken. A version never changes. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/status/error.h"
#include "services/staffing/domain/conduct/catalogue.h"

namespace kefu::staffing::rules {

struct Consequence {
  conduct::Severity severity = conduct::Severity::kUnspecified;  // unspecified: any other
  std::string kind_id;
  conduct::Sanction sanction = conduct::Sanction::kUnspecified;  // unspecified: none proposed
};

struct Rule {
  std::string id;
  std::string title;
  std::string text;
  std::vector<Consequence> consequences;

  // What follows when it was that grave; null when nothing does.
  const Consequence* Of(conduct::Severity severity) const;
  bool LeadsTo(std::string_view kind_id) const;
};

struct Rules {
  int32_t version = 0;                      // 0: shipped
  std::optional<absl::CivilDay> effective;  // nothing of the shipped ones
  std::vector<Rule> rules;
  std::string announcement_id;
  std::string published_by;
  absl::Time create_time;

  // nullptr when there is none.
  const Rule* Find(std::string_view rule_id) const;
};

inline constexpr int kMostRules = 100;         // more are not read
inline constexpr int kMostAnnounced = 10'000;  // characters: an announcement's

// DOMAIN 2.3.
const Rules& ShippedRules();

// No rule and no severity twice, and of each consequence a deduction of the catalogue with one of
// its sanctions. Adds every fault.
void CheckRules(const Rules& checked, const conduct::Catalogue& catalogue,
                FieldViolations& violations);

// What everybody is asked to acknowledge. The catalogue names the kinds.
std::string AnnouncedTitle(const Rules& rules);
std::string AnnouncedText(const Rules& rules, const conduct::Catalogue& catalogue);

}  // namespace kefu::staffing::rules

// Rules of returns, what is asked and what is answered (DOMAIN 4.4), as plain values. Values and
// names of the enumerations are those of the contract without its prefix: see domain/enums.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/enums/enum_names.h"
#include "services/aftersales/domain/types.h"

namespace kefu::aftersales::domain::returns {

enum class Remedy : uint8_t { kUnspecified, kReturn, kExchange, kRepair, kRefundOnly };
enum class Reason : uint8_t {
  kUnspecified,
  kSizeDiffers,
  kColourDiffers,
  kModelDiffers,
  kClaimsDiffer,
  kDamaged,
  kPartsMissing,
  kFunctionalFault,
  kQualityDefect,
  kNoReason
};
enum class Condition : uint8_t {
  kUnspecified,
  kOneUseSealBroken,
  kUnauthorisedRepair,
  kAltered,
  kMarksTampered,
  kLastingMarksOfUse,
  kActivated,
  kLicenceRegistered,
  kPersonalDataLeft,
  kLabelRemoved,
  kSoiledOrDamaged,
  kDownloadedOrUnsealed
};
enum class EvidenceKind : uint8_t { kUnspecified, kPhoto, kVideo, kDocument };
enum class Payer : uint8_t { kUnspecified, kMerchant, kBuyer };
enum class Source : uint8_t { kUnspecified, kLaw, kPlatform, kShopPromise };
enum class Decision : uint8_t { kUnspecified, kAllowed, kNeedsMore, kNotAllowed };
enum class Verdict : uint8_t {
  kUnspecified,
  kDecided,
  kOutdone,
  kIncomplete,
  kNotIntact,
  kTooLate,
  kOtherReason,
  kOtherCategory
};

KEFU_ENUM_NAMES(Remedy, "UNSPECIFIED", "RETURN", "EXCHANGE", "REPAIR", "REFUND_ONLY")
KEFU_ENUM_NAMES(Reason, "UNSPECIFIED", "SIZE_DIFFERS", "COLOUR_DIFFERS", "MODEL_DIFFERS",
                "CLAIMS_DIFFER", "DAMAGED", "PARTS_MISSING", "FUNCTIONAL_FAULT", "QUALITY_DEFECT",
                "NO_REASON")
KEFU_ENUM_NAMES(Condition, "UNSPECIFIED", "ONE_USE_SEAL_BROKEN", "UNAUTHORISED_REPAIR", "ALTERED",
                "MARKS_TAMPERED", "LASTING_MARKS_OF_USE", "ACTIVATED", "LICENCE_REGISTERED",
                "PERSONAL_DATA_LEFT", "LABEL_REMOVED", "SOILED_OR_DAMAGED",
                "DOWNLOADED_OR_UNSEALED")
KEFU_ENUM_NAMES(EvidenceKind, "UNSPECIFIED", "PHOTO", "VIDEO", "DOCUMENT")
KEFU_ENUM_NAMES(Payer, "UNSPECIFIED", "MERCHANT", "BUYER")
KEFU_ENUM_NAMES(Source, "UNSPECIFIED", "LAW", "PLATFORM", "SHOP_PROMISE")
KEFU_ENUM_NAMES(Decision, "UNSPECIFIED", "ALLOWED", "NEEDS_MORE", "NOT_ALLOWED")
KEFU_ENUM_NAMES(Verdict, "UNSPECIFIED", "DECIDED", "OUTDONE", "INCOMPLETE", "NOT_INTACT",
                "TOO_LATE", "OTHER_REASON", "OTHER_CATEGORY")

// Gives one remedy. An empty list of categories or reasons stands for all of them.
struct Rule {
  std::string rule_id;  // unique in its policy
  Source source = Source::kUnspecified;
  Remedy remedy = Remedy::kUnspecified;
  std::vector<std::string> categories;
  std::vector<std::string> excluded_categories;
  std::vector<Reason> reasons;
  std::vector<Condition> spoiled_by;   // each must be answered with no
  std::vector<EvidenceKind> evidence;  // should be shown, or must where it is required
  bool evidence_required = false;
  // One of the two: the last day is so many days after that of signing, or the same day so many
  // months later.
  int32_t window_days = 0;
  int32_t window_months = 0;
  Payer return_freight = Payer::kUnspecified;  // unspecified: nothing goes back
  Payer outbound_freight = Payer::kUnspecified;
  std::string basis;
};

// The same in two languages.
struct Text {
  std::string zh, en;
};

struct Category {
  std::string category_id;
  std::vector<Reason> reasons;  // those that fit
  Text name;
};

struct Policy {
  PolicyRef ref;
  std::string shop_id;   // empty: every shop
  std::string platform;  // empty: every platform
  absl::Time effective;
  std::vector<Rule> rules;  // by id
  std::vector<Category> categories;
  std::string actor;  // empty of a shipped one
  absl::Time create_time;
};

struct Answer {
  Condition condition = Condition::kUnspecified;
  bool yes = false;
};

struct Question {
  std::string category;
  Reason reason = Reason::kUnspecified;
  std::vector<Answer> answers;  // each condition once
  std::vector<EvidenceKind> evidence;
  std::optional<absl::Time> sign_time;  // must be there to decide
  absl::Time ask_time;                  // not before sign_time
  std::string order_id;
  std::optional<absl::CivilDay> purchase_date;
};

struct RuleRef {
  PolicyRef policy;
  std::string rule_id;
  Source source = Source::kUnspecified;
  friend bool operator==(const RuleRef&, const RuleRef&) = default;
};

// Who pays one freight, and the rule that says so.
struct Freight {
  Payer payer = Payer::kUnspecified;
  RuleRef rule;
  friend bool operator==(const Freight&, const Freight&) = default;
};

// Days, both included, on which the same rules hold.
struct Period {
  absl::CivilDay first, last;
  absl::Time end;  // of the last day, exclusive
  RuleRef rule;
  Freight return_freight, outbound_freight;
  friend bool operator==(const Period&, const Period&) = default;
};

struct Considered {
  RuleRef rule;
  Verdict verdict = Verdict::kUnspecified;
  absl::CivilDay last;
  std::string explanation;
  std::string basis;
};

struct Outcome {
  Remedy remedy = Remedy::kUnspecified;
  Decision decision = Decision::kUnspecified;
  std::vector<Period> periods;             // by time, without gaps, from the day of asking
  std::vector<Period> periods_when_shown;  // empty where nothing that is missing changes them
  std::vector<EvidenceKind> missing_evidence;
  std::vector<Condition> missing_answers;
  std::vector<Considered> considered;
};

}  // namespace kefu::aftersales::domain::returns

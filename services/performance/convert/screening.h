// Screening policies and what screening found, between the contract, the stored bodies and the
// domain's form.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "kefu/performance/v1/screening.pb.h"
#include "services/performance/domain/screening.h"

namespace kefu::performance::convert {

domain::ScreeningPolicy PolicyFrom(const v1::ScreeningPolicy& proto);
// INTERNAL when it cannot be read.
absl::StatusOr<domain::ScreeningPolicy> PolicyFromBody(std::string_view body);
v1::ScreeningPolicy ToProto(const domain::ScreeningPolicy& policy);

v1::Exclusion ToProto(domain::Exclusion exclusion);

// Screens a stored conversation; returns its customer and its flag.
struct Screened {
  std::string id, customer_id;
  domain::Exclusion flag = domain::Exclusion::kNone;
};
// Keeps its memory from one body to the next. INTERNAL when a body cannot be read.
class BodyScreener {
 public:
  explicit BodyScreener(domain::DayScreen& day) : day_(day) {}
  absl::StatusOr<Screened> Add(std::string_view body);

 private:
  domain::DayScreen& day_;
  v1::Conversation proto_;
  std::vector<domain::Utterance> messages_;
};

}  // namespace kefu::performance::convert

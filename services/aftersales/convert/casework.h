// Contract <-> domain for proposals, escalation and appeals. As cases.h says.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/status/error.h"
#include "kefu/aftersales/v1/case_work.pb.h"
#include "kefu/aftersales/v1/resources.pb.h"
#include "services/aftersales/domain/types.h"

namespace kefu::aftersales::convert {

// A review result that decides a case: not waiting for the customer.
domain::ReviewResult DecidingResult(int value, std::string_view field, FieldViolations& violations);
// Words with line breaks, not empty.
std::string RequiredNote(std::string_view note, std::string_view field,
                         FieldViolations& violations);

// Corrects a case as the mask says, and tells what it changed.
using CaseUpdate = std::function<std::vector<domain::FieldChange>(domain::Case&)>;
CaseUpdate UpdateFromProto(const v1::UpdateCaseRequest& request, FieldViolations& violations);

// The evidence of the cases in their order, after the item that `after` names by case and number;
// of everything when it is empty.
std::vector<v1::CaseEvidence> EvidenceAfter(std::span<const domain::Case> cases,
                                            std::span<const std::string> after);

v1::CaseComment ToProto(const domain::Comment& comment);
v1::CaseLink ToProto(const domain::CaseLink& link);

// Enters the case's work into its message.
void AddWork(const domain::CaseWork& work, v1::Case& proto);

// A policy without id and version. `now` stands in for an absent effective time.
domain::CasePolicy FromProto(const v1::CasePolicy& proto, absl::Time now,
                             FieldViolations& violations);
v1::CasePolicy ToProto(const domain::CasePolicy& policy);

}  // namespace kefu::aftersales::convert

// Contract <-> domain for every resource of staffing. FromProto checks the shape only and reports
// every fault at once, with paths inside the resource; output-only fields are ignored. What an
// organization defaults (zones, currencies) stays empty for the caller to fill. Pure, thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/status/error.h"
#include "kefu/staffing/v1/resources.pb.h"
#include "kefu/staffing/v1/staffing_service.pb.h"
#include "services/staffing/domain/types.h"

namespace kefu::staffing::convert {

domain::Organization FromProto(const v1::Organization& proto, FieldViolations& violations);
domain::Shop FromProto(const v1::Shop& proto, FieldViolations& violations);
domain::Site FromProto(const v1::Site& proto, FieldViolations& violations);
domain::Team FromProto(const v1::Team& proto, FieldViolations& violations);
// Takes team_id, track and hire_date too, which count at creation only.
domain::Agent FromProto(const v1::Agent& proto, FieldViolations& violations);
domain::Assignment FromProto(const v1::Assignment& proto, FieldViolations& violations);
// A draft: kinds HIRE and REHIRE are refused, an unset track is the professional one.
domain::TierRecord FromProto(const v1::TierChange& proto, FieldViolations& violations);

v1::Organization ToProto(const domain::Organization& organization);
v1::Shop ToProto(const domain::Shop& shop);
v1::Site ToProto(const domain::Site& site);
v1::Team ToProto(const domain::Team& team);
v1::Agent ToProto(const domain::Agent& agent);
v1::Assignment ToProto(const domain::Assignment& assignment);
v1::TeamMembership ToProto(const domain::TeamMembership& membership);
v1::TierChange ToProto(const domain::TierRecord& record);

// The first tier asked for by CreateAgent. `agent` is the converted agent of the same request.
domain::TierRecord InitialTier(const v1::CreateAgentRequest& request, const domain::Agent& agent,
                               FieldViolations& violations);

// Up to 50 references of 1 to 500 characters.
std::vector<std::string> Evidence(const google::protobuf::RepeatedPtrField<std::string>& items,
                                  FieldViolations& violations);

// An employer's name for a kind: 1 to 64 of a-z, 0-9 and _.
std::string KindName(std::string_view name, std::string_view field, FieldViolations& violations);

// The etag of a version.
std::string Etag(const domain::RecordInfo& info);

}  // namespace kefu::staffing::convert

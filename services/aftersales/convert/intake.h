// Contract <-> domain for channels and imports. FromProto checks the shape only and reports every
// fault at once. Pure, thread-safe.
#pragma once

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/status/error.h"
#include "kefu/aftersales/v1/intake.pb.h"
#include "services/aftersales/domain/channels/channels.h"
#include "services/aftersales/domain/types.h"

namespace kefu::aftersales::convert {

// What is wrong with rules that somebody wants to set.
void CheckChannels(const v1::ChannelPolicy& proto, FieldViolations& violations);
// Rules that were checked, or that ship.
domain::ChannelPolicy FromProto(const v1::ChannelPolicy& proto);
// The platform and the value's currency are not looked at.
domain::ChannelQuestion FromProto(const v1::QuoteChannelRequest& proto,
                                  FieldViolations& violations);

struct Imported {
  domain::Case record;
  std::vector<std::string> reply_to;
};
// A row of an import into the shop.
Imported FromProto(const v1::ImportedCase& proto, const std::string& shop_id, absl::Time now,
                   FieldViolations& violations);

// A row that was refused.
v1::ImportResult Refused(const absl::Status& why);

}  // namespace kefu::aftersales::convert

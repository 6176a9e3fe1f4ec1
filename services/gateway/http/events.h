// The change feed as server-sent events: GET
// /events/staffing?after=17&type=kefu.staffing.v1.AgentChanged
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "kefu/common/v1/event.pb.h"

namespace kefu::gateway::http {

struct EventsQuestion {
  std::string service;  // "staffing"
  kefu::common::v1::WatchRequest request;
};

// Last-Event-ID, which a browser sends when it connects again, goes before `after`.
// INVALID_ARGUMENT / INVALID_FIELDS.
absl::StatusOr<EventsQuestion> ParseEventsTarget(std::string_view target,
                                                 std::string_view last_event_id);

// One WatchResponse as text: each event a message with its position as id. What follows the last
// event moves only the client's position on, so that it resumes behind what was filtered out.
std::string EventsText(std::string_view watch_response);

}  // namespace kefu::gateway::http

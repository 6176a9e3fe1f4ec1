#include "services/gateway/http/events.h"

#include <fmt/format.h>
#include <google/protobuf/util/json_util.h>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "common/status/error.h"

namespace kefu::gateway::http {
namespace {

bool ParsePosition(std::string_view text, int64_t* position) {
  return absl::SimpleAtoi(absl::string_view(text.data(), text.size()), position) && *position >= 0;
}

}  // namespace

absl::StatusOr<EventsQuestion> ParseEventsTarget(std::string_view target,
                                                 std::string_view last_event_id) {
  constexpr std::string_view kPrefix = "/events/";
  EventsQuestion question;
  const size_t mark = target.find('?');
  question.service =
      target.substr(kPrefix.size(), mark == target.npos ? mark : mark - kPrefix.size());
  FieldViolations violations;
  int64_t position = 0;
  if (mark != target.npos) {
    const std::string query(target.substr(mark + 1));
    for (const std::string& part :
         std::vector<std::string>(absl::StrSplit(query, '&', absl::SkipEmpty()))) {
      const size_t equals = part.find('=');
      const std::string key = part.substr(0, equals),
                        value = equals == part.npos ? "" : part.substr(equals + 1);
      if (key == "after") {
        violations.Check(ParsePosition(value, &position), "after",
                         "must be a position, 0 or greater");
      } else if (key == "type") {
        question.request.add_types(value);
      } else {
        violations.Add("query", "knows after and type only");
      }
    }
  }
  if (!last_event_id.empty()) {
    violations.Check(ParsePosition(last_event_id, &position), "Last-Event-ID",
                     "must be a position, 0 or greater");
  }
  if (!violations.empty()) return violations.ToStatus();
  question.request.set_after_position(position);
  return question;
}

std::string EventsText(std::string_view watch_response) {
  kefu::common::v1::WatchResponse response;
  if (!response.ParseFromArray(watch_response.data(), static_cast<int>(watch_response.size())))
    return ": unreadable\n\n";
  std::string out;
  for (const auto& event : response.events()) {
    std::string json;
    const auto status = google::protobuf::util::MessageToJsonString(event, &json);
    if (!status.ok())
      json = "{}";  // a payload of a newer contract: the id still moves the client on
    const std::string& url = event.payload().type_url();
    out += fmt::format("id: {}\nevent: {}\ndata: {}\n\n", event.position(),
                       url.substr(url.rfind('/') + 1), json);
  }
  const int64_t last = response.events().empty() ? -1 : response.events().rbegin()->position();
  if (response.position() > last) out += fmt::format(": alive\nid: {}\n\n", response.position());
  return out;
}

}  // namespace kefu::gateway::http

// kefuctl handover, leave, swap and attendance.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "clients/kefuctl/columns.h"
#include "clients/kefuctl/context.h"
#include "clients/kefuctl/words.h"
#include "common/status/status_macros.h"
#include "kefu/common/v1/money.pb.h"

namespace kefu::people_time {

void AddTimeCommands(CLI::App& program, kefuctl::Context& context);

// Each adds its group; AddTimeCommands adds them all.
void AddHandoverCommands(CLI::App& program, kefuctl::Context& context);
void AddLeaveCommands(CLI::App& program, kefuctl::Context& context);
void AddAttendanceCommands(CLI::App& program, kefuctl::Context& context);

// --- What the groups share ---

// A subcommand with options of its own that runs `run` (Context&, const Options&) -> Status.
template <class Options>
std::pair<CLI::App*, std::shared_ptr<Options>> Command(CLI::App& parent, kefuctl::Context& context,
                                                       const char* name, std::string help,
                                                       absl::Status (*run)(kefuctl::Context&,
                                                                           const Options&)) {
  CLI::App* const command = parent.add_subcommand(name, std::move(help));
  const auto options = std::make_shared<Options>();
  command->callback([&context, options, run] {
    context.command = [&context, options, run] { return run(context, *options); };
  });
  return {command, options};
}

// "waiting" as the value of an enum whose names begin with `prefix`; INVALID_ARGUMENT in words.
template <class Enum, class Parse>
absl::StatusOr<Enum> Named(const std::string& option, std::string_view prefix,
                           const std::string& word, Parse parse) {
  Enum value{};
  if (word.empty() || parse(std::string(prefix) + absl::AsciiStrToUpper(word), &value)) {
    return value;
  }
  return absl::InvalidArgumentError(fmt::format(
      fmt::runtime(kefuctl::In("{}：不认识“{}”", "{}: there is no '{}'")), option, word));
}

// Every page of a list, in one response: `field` is its repeated field.
template <class Request, class Response, class Rows>
absl::StatusOr<Response> AllPages(kefuctl::Client& client,
                                  const kefuctl::Rpc<Request, Response>& rpc, Request request,
                                  Rows* (Response::*field)()) {
  Response all;
  do {
    ASSIGN_OR_RETURN(Response page, client.Call(rpc, request));
    (all.*field)()->MergeFrom(*(page.*field)());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return all;
}

// True when JSON was asked for and printed.
template <class Response>
bool PrintedJson(kefuctl::Context& context, const Response& response) {
  if (context.json()) context.PrintJson(kefuctl::JsonOf(response));
  return context.json();
}

inline absl::Status SetDay(const std::string& option, const std::string& text,
                           common::v1::Date* date) {
  ASSIGN_OR_RETURN(const absl::CivilDay day, kefuctl::ReadDay(option, text));
  date->set_year(static_cast<int32_t>(day.year()));
  date->set_month(day.month());
  date->set_day(day.day());
  return absl::OkStatus();
}

// Both days of a range; an empty `to` is `from`.
inline absl::Status SetDays(const std::string& from, const std::string& to,
                            common::v1::DateRange* dates) {
  RETURN_IF_ERROR(SetDay("--from", from, dates->mutable_start_date()));
  return SetDay("--to", to.empty() ? from : to, dates->mutable_end_date());
}

inline std::string DayText(const common::v1::Date& date) {
  return absl::FormatCivilTime(absl::CivilDay(date.year(), date.month(), date.day()));
}

}  // namespace kefu::people_time

// What groups of subcommands with a folder of their own share.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"
#include "clients/kefuctl/columns.h"
#include "clients/kefuctl/context.h"
#include "clients/kefuctl/names.h"
#include "clients/kefuctl/words.h"
#include "common/status/status_macros.h"
#include "kefu/common/v1/money.pb.h"

namespace kefu::kefuctl {

// A subcommand with options of its own that runs `run` (Context&, const Options&) -> Status.
template <class Options>
std::pair<CLI::App*, std::shared_ptr<Options>> Command(CLI::App& parent, Context& context,
                                                       const char* name, std::string help,
                                                       absl::Status (*run)(Context&,
                                                                           const Options&)) {
  CLI::App* const command = parent.add_subcommand(name, std::move(help));
  const auto options = std::make_shared<Options>();
  command->callback([&context, options, run] {
    context.command = [&context, options, run] { return run(context, *options); };
  });
  return {command, options};
}

// The option that makes a retry of a write safe.
template <class Options>
void AddRequestId(CLI::App& command, Options& options) {
  command.add_option("--request-id", options.request_id,
                     In("重试时用同一编号", "Repeat with the same to retry"));
}

// "waiting" as the value of an enum whose names begin with `prefix`; INVALID_ARGUMENT in words.
template <class Enum, class Parse>
absl::StatusOr<Enum> Named(const std::string& option, std::string_view prefix,
                           const std::string& word, Parse parse) {
  Enum value{};
  if (word.empty() || parse(std::string(prefix) + absl::AsciiStrToUpper(word), &value)) {
    return value;
  }
  return absl::InvalidArgumentError(
      fmt::format(fmt::runtime(In("{}：不认识“{}”", "{}: there is no '{}'")), option, word));
}

// Every page of a list, in one response: `field` is its repeated field, and what else a page says
// is the last one's.
template <class Request, class Response, class Rows>
absl::StatusOr<Response> AllPages(Client& client, const Rpc<Request, Response>& rpc,
                                  Request request, Rows* (Response::*field)()) {
  Response all;
  request.set_page_size(1000);
  do {
    ASSIGN_OR_RETURN(Response page, client.Call(rpc, request));
    (all.*field)()->MergeFrom(*(page.*field)());
    (all.*field)()->Swap((page.*field)());
    all = std::move(page);
    request.set_page_token(all.next_page_token());
  } while (!request.page_token().empty());
  return all;
}

// True when JSON was asked for and printed; a list in whole names no next page.
template <class Response>
bool PrintedJson(Context& context, const Response& response) {
  if (!context.json()) return false;
  nlohmann::ordered_json json = JsonOf(response);
  if (json.value("next_page_token", "more").empty()) json.erase("next_page_token");
  context.PrintJson(json);
  return true;
}

// Prints an answer as JSON or as the table that `table`, (response) -> Table, makes of it.
template <class Response, class F>
absl::Status PrintAnswer(Context& context, const Response& response, F table) {
  if (!PrintedJson(context, response)) PrintNamed(context, table(response));
  return absl::OkStatus();
}

// Calls, and prints the answer.
template <class Request, class Response, class F>
absl::Status PrintCall(Context& context, const Rpc<Request, Response>& rpc, const Request& request,
                       F table) {
  ASSIGN_OR_RETURN(Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const Response response, client->Call(rpc, request));
  return PrintAnswer(context, response, std::move(table));
}

// The same of every page of a list; `field` as AllPages takes it.
template <class Request, class Response, class Rows, class F>
absl::Status PrintAll(Context& context, const Rpc<Request, Response>& rpc, const Request& request,
                      Rows* (Response::*field)(), F table) {
  ASSIGN_OR_RETURN(Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const Response all, AllPages(*client, rpc, request, field));
  return PrintAnswer(context, all, std::move(table));
}

// Prints one row, as JSON or as a table: `add` is the method of a list that adds a row, `table`
// makes the table of such a list.
template <class Row, class List, class F>
absl::Status PrintOne(Context& context, const Row& row, Row* (List::*add)(), F table) {
  if (PrintedJson(context, row)) return absl::OkStatus();
  List one;
  *(one.*add)() = row;
  PrintNamed(context, table(one));
  return absl::OkStatus();
}

// "9.50%".
inline std::string Percent(int64_t bps) {
  return fmt::format("{}{}.{:02}%", bps < 0 ? "-" : "", std::abs(bps) / 100, std::abs(bps) % 100);
}

inline absl::Status SetDay(const std::string& option, const std::string& text,
                           common::v1::Date* date) {
  ASSIGN_OR_RETURN(const absl::CivilDay day, ReadDay(option, text));
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

}  // namespace kefu::kefuctl

// What every command has at hand: the options of the command line, the gateway, the terminal.
#pragma once

#include <google/protobuf/message.h>

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/kefuctl/client.h"
#include "clients/kefuctl/table.h"

namespace kefu::kefuctl {

struct Context {
  // --- options ---
  std::string gateway = "127.0.0.1:8080", token_file, language, format = "table";
  bool no_progress = false;

  bool json() const { return format == "json"; }

  // --- the terminal ---
  bool out_is_terminal = false, err_is_terminal = false;

  // --- what the command line asks for ---
  std::function<absl::Status()> command;
  bool rows_refused = false;  // by an import that went through otherwise

  // The gateway, from the first call on. INVALID_ARGUMENT for a wrong address or token file.
  absl::StatusOr<Client*> gateway_client();

  void Print(std::string_view text) const;                   // stdout, as it is
  void PrintJson(const nlohmann::ordered_json& json) const;  // stdout, one line
  void Print(const Table& table) const;
  void Say(std::string_view text) const;  // stderr, one line

 private:
  std::unique_ptr<Client> client_;
};

// JSON in which every number that is no integer carries exactly 6 decimals, as rates and seconds
// do.
std::string Dump(const nlohmann::ordered_json& json);

// A message as JSON with the contract's field names, zeros included.
nlohmann::ordered_json JsonOf(const google::protobuf::Message& message);

// Each adds its commands to the program; the callbacks set context.command. The context outlives
// the program.
void AddImportCommands(CLI::App& program, Context& context);
void AddMetricsCommand(CLI::App& program, Context& context);
void AddReportCommands(CLI::App& report, Context& context);
void AddListCommands(CLI::App& program, Context& context);

}  // namespace kefu::kefuctl

#include "clients/kefuctl/context.h"

#include <google/protobuf/util/json_util.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "clients/kefuctl/i18n.h"
#include "common/status/status_macros.h"

namespace kefu::kefuctl {
namespace {

constexpr size_t kMaxTokenBytes = 8 << 10;  // the gateway's limit of all headers is 16 KiB

absl::StatusOr<std::string> ReadToken(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string token(kMaxTokenBytes + 1, '\0');
  file.read(token.data(), static_cast<std::streamsize>(token.size()));
  if (file.bad() || (!file.eof() && file.gcount() == 0)) {
    return absl::InvalidArgumentError(
        Tr(Text::kTokenFileUnreadable, path, std::strerror(errno != 0 ? errno : EIO)));
  }
  token.resize(static_cast<size_t>(file.gcount()));
  while (!token.empty() && std::strchr(" \t\r\n", token.back()) != nullptr) token.pop_back();
  const bool plain =
      token.find_first_not_of(
          "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.") == std::string::npos;
  if (token.empty() || token.size() > kMaxTokenBytes || !plain)
    return absl::InvalidArgumentError(Tr(Text::kTokenFileEmpty, path));
  return token;
}

void Dump(const nlohmann::ordered_json& json, std::string& out) {
  const char* separator = "";
  if (json.is_object()) {
    out += '{';
    for (const auto& [name, value] : json.items()) {
      out += separator + nlohmann::ordered_json(name).dump() + ':';
      Dump(value, out);
      separator = ",";
    }
    out += '}';
  } else if (json.is_array()) {
    out += '[';
    for (const auto& value : json) {
      out += separator;
      Dump(value, out);
      separator = ",";
    }
    out += ']';
  } else if (json.is_number_float()) {
    out += fmt::format("{:.6f}", json.get<double>());
  } else {
    out += json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
}

}  // namespace

absl::StatusOr<Client*> Context::gateway_client() {
  if (client_) return client_.get();
  ClientOptions options;
  RETURN_IF_ERROR(ParseAddress(gateway, options));
  if (!token_file.empty()) {
    ASSIGN_OR_RETURN(options.token, ReadToken(token_file));
  }
  options.language = Chinese() ? "zh" : "en";
  client_ = std::make_unique<Client>(std::move(options));
  return client_.get();
}

void Context::Print(std::string_view text) const { fmt::print("{}", text); }
void Context::PrintJson(const nlohmann::ordered_json& json) const {
  fmt::print("{}\n", kefuctl::Dump(json));
}
void Context::Print(const Table& table) const { Print(table.Render(out_is_terminal)); }
void Context::Say(std::string_view text) const { fmt::print(stderr, "{}\n", text); }

std::string Dump(const nlohmann::ordered_json& json) {
  std::string out;
  Dump(json, out);
  return out;
}

nlohmann::ordered_json JsonOf(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  std::string text;
  if (!google::protobuf::util::MessageToJsonString(message, &text, options).ok())
    return nlohmann::ordered_json::object();
  return nlohmann::ordered_json::parse(text, nullptr, /*allow_exceptions=*/false);
}

}  // namespace kefu::kefuctl

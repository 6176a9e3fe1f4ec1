// What the verbs of cases share.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "clients/kefuctl/context.h"
#include "clients/kefuctl/rpcs.h"
#include "clients/kefuctl/shops.h"
#include "clients/kefuctl/subcommand.h"
#include "clients/kefuctl/values.h"
#include "kefu/aftersales/v1/resources.pb.h"

namespace kefu::cases {

#define KEFU_CASES_RPC(service, method, response)                                              \
  constexpr kefuctl::Rpc<aftersales::v1::method##Request, aftersales::v1::response> k##method{ \
      "/kefu.aftersales.v1." #service "/" #method};

// A case after something was done with it.
absl::Status PrintCase(kefuctl::Context& context, kefuctl::Client& client,
                       const aftersales::v1::Case& record);

absl::StatusOr<aftersales::v1::Case> CaseOf(kefuctl::Client& client, const std::string& case_id);

// A request about the case that the command line names.
template <class Request, class Options>
Request About(const Options& options) {
  Request request;
  request.set_case_id(options.id);
  if constexpr (requires { request.set_request_id(options.request_id); }) {
    request.set_request_id(options.request_id);
  }
  return request;
}

// What --result names; unspecified for no text.
inline absl::StatusOr<aftersales::v1::ReviewResult> ResultOf(const std::string& text) {
  return kefuctl::Named<aftersales::v1::ReviewResult>("--result", "REVIEW_RESULT_", text,
                                                      &aftersales::v1::ReviewResult_Parse);
}

// Does it and prints the case.
template <class Request>
absl::Status Move(kefuctl::Context& context, const kefuctl::Rpc<Request, aftersales::v1::Case>& rpc,
                  const Request& request) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const auto record, client->Call(rpc, request));
  return PrintCase(context, *client, record);
}

// "12.50" in the currency of the case's shop, as the request's cost; nothing for no text.
template <class Request>
absl::Status SetCost(kefuctl::Context& context, const std::string& text, Request& request) {
  if (text.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const auto record, CaseOf(*client, request.case_id()));
  ASSIGN_OR_RETURN(const auto shop, kefuctl::FindShop(*client, record.shop_id()));
  ASSIGN_OR_RETURN(const int64_t minor, kefuctl::ParseAmount(text, shop.currency_code()));
  request.mutable_cost()->set_currency_code(shop.currency_code());
  request.mutable_cost()->set_minor_units(minor);
  return absl::OkStatus();
}

}  // namespace kefu::cases

#include "clients/kefuctl/planning/lookup.h"

#include <fmt/format.h>

#include "clients/kefuctl/rpcs.h"
#include "common/status/status_macros.h"

namespace kefu::planning {
namespace {

namespace rpcs = kefuctl::rpcs;
namespace wh = warehouse::v1;

template <class Request, class Response, class Take>
absl::Status EachPage(kefuctl::Client& client, const kefuctl::Rpc<Request, Response>& rpc,
                      const Take& take) {
  Request request;
  request.set_page_size(1000);
  do {
    ASSIGN_OR_RETURN(const Response page, client.Call(rpc, request));
    take(page);
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return absl::OkStatus();
}

void Add(const std::string& id, const std::string& name, Ids& ids) {
  ids.by_name[name] = id;
  ids.names[id] = name;
}

}  // namespace

absl::StatusOr<std::string> Ids::Of(const std::string& where, const std::string& name) const {
  const auto found = by_name.find(name);
  if (found != by_name.end()) return found->second;
  if (names.contains(name)) return name;
  return absl::InvalidArgumentError(fmt::format("{}: there is no '{}'", where, name));
}

const std::string& Ids::NameOf(const std::string& id) const {
  const auto found = names.find(id);
  return found == names.end() ? id : found->second;
}

absl::StatusOr<Ids> AllSkus(kefuctl::Client& client) {
  Ids ids;
  RETURN_IF_ERROR(EachPage(client, rpcs::kListSkus, [&](const wh::ListSkusResponse& page) {
    for (const wh::Sku& sku : page.skus()) Add(sku.sku_id(), sku.code(), ids);
  }));
  return ids;
}

absl::StatusOr<Ids> AllNodes(kefuctl::Client& client) {
  Ids ids;
  RETURN_IF_ERROR(EachPage(client, rpcs::kListNodes, [&](const wh::ListNodesResponse& page) {
    for (const wh::Node& node : page.nodes()) {
      Add(node.node_id(), node.external_id().empty() ? node.node_id() : node.external_id(), ids);
    }
  }));
  return ids;
}

}  // namespace kefu::planning

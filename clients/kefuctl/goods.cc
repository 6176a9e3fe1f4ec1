#include "clients/kefuctl/goods.h"

#include "clients/kefuctl/figures.h"
#include "common/ids/id_generator.h"
#include "kefu/warehouse/v1/warehouse_service.pb.h"

namespace kefu::kefuctl {
namespace {

constexpr Rpc<warehouse::v1::GetSkuRequest, warehouse::v1::Sku> kGetSku{
    "/kefu.warehouse.v1.WarehouseService/GetSku"};

}  // namespace

std::string GoodsNames::Of(const std::string& sku) {
  if (!IsUlid(sku)) return sku;  // no id that the warehouse has made
  const auto [code, fresh] = codes_.try_emplace(sku);
  if (fresh) {
    warehouse::v1::GetSkuRequest request;
    request.set_sku_id(sku);
    const auto found = client_.Call(kGetSku, request);
    if (found.ok()) code->second = found->code();
  }
  return ShownName(code->second, sku);
}

}  // namespace kefu::kefuctl

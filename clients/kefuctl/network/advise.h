// Site planning over a folder of warehouse tables.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/kefuctl/context.h"
#include "kefu/warehouse/v1/warehouse_service.pb.h"

namespace kefu::network {

struct AdviseOptions {
  std::string data;
  std::string from = "2023-04-01", to = "2023-06-30";  // days of sales, both included
  int margin_percent = 0;  // more pieces a day and in stock than the tables show
  int max_sites = 0, time_limit_seconds = 20;
  bool flows = false;  // print who serves what
};

// The files warehouses.csv (仓库, 仓容上限, 产能上限, 仓租日成本: CNY), categories.csv (品类,
// 高级品类, 件型), category_sales_daily.csv (品类, 日期, 销量) and category_stock_monthly.csv
// (品类, 月份, 库存量). One demand a category group (高级品类): pieces a day are the mean of its
// daily sales over the days, stock is what the last month of the stock table shows. The tables hold
// no coordinates, so transport is left out. INVALID_ARGUMENT in words.
absl::StatusOr<warehouse::v1::AdviseSitesRequest> ReadSiteQuestion(const AdviseOptions& options);

// Asks AdviseSites and prints the plan.
absl::Status RunAdvise(kefuctl::Context& context, const AdviseOptions& options);

}  // namespace kefu::network

// kefu-warehouse: stock that is never oversold, and the ledger of every movement.
#include <utility>

#include "common/app/service_main.h"
#include "migrations/warehouse.h"
#include "services/warehouse/config.h"
#include "services/warehouse/service.h"

int main(int argc, char** argv) {
  kefu::app::ServiceSpec spec;
  spec.name = "kefu-warehouse";
  spec.summary = "Nodes, SKUs, stock, reservations and the ledger.";
  spec.schema = "kefu_warehouse";
  spec.migrations = {kefu::migrations::Warehouse()};
  spec.add_keys = kefu::warehouse::AddKeys;
  spec.make = [](const kefu::app::Dependencies& deps) {
    return kefu::warehouse::MakeService(deps);
  };
  return kefu::app::ServiceMain(argc, argv, std::move(spec));
}

// Goods as people know them, beside the warehouse's ids.
#pragma once

#include <map>
#include <string>

#include "clients/kefuctl/client.h"

namespace kefu::kefuctl {

// Orders name goods by the warehouse's ids where the warehouse ships them. Each is asked for once;
// nothing else of the catalogue is read. Not thread-safe.
class GoodsNames {
 public:
  explicit GoodsNames(Client& client) : client_(client) {}

  // "YQ-bath-02 (01M8…)"; the SKU alone where the warehouse does not know it or cannot be asked.
  std::string Of(const std::string& sku);
  // The same in lines that are to be shown.
  template <class Lines>
  void Name(Lines& lines) {
    for (auto& line : lines) line.set_sku(Of(line.sku()));
  }

 private:
  Client& client_;
  std::map<std::string, std::string> codes_;  // by id; empty: not known
};

}  // namespace kefu::kefuctl

// Credited + silent = all sales, to the minor unit (DOMAIN 3.2).
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace kefu::performance::domain {

// A day's sales three times: by the orders themselves, by their credits, by the figures.
struct DaySales {
  // What counted orders paid, by the agent that their credit names; "": silent.
  std::map<std::string, int64_t> paid_by_agent;
  int64_t uncredited_minor = 0;  // of counted orders without any credit: there must be none
  // The figures: the shop's sales and silent sales, and each agent's sales.
  int64_t shop_minor = 0, silent_minor = 0;
  std::map<std::string, int64_t> agents_minor;
};

struct SalesBalance {
  int64_t paid_minor = 0;      // by the orders
  int64_t credited_minor = 0;  // by the figures
  int64_t silent_minor = 0;    // by the figures
  int64_t sales_minor = 0;     // the shop's, by the figures
  std::string fault;           // empty: everything adds up
};

SalesBalance Balance(const DaySales& day);

}  // namespace kefu::performance::domain

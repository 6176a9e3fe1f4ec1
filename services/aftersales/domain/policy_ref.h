// Names one version of a policy.
#pragma once

#include <cstdint>
#include <string>

namespace kefu::aftersales::domain {

struct PolicyRef {
  std::string org_id;  // empty: shipped
  std::string policy_id;
  int32_t version = 0;
  friend bool operator==(const PolicyRef&, const PolicyRef&) = default;
};

}  // namespace kefu::aftersales::domain

// The network as a tree (a forest, where several nodes stand at the top). Pure.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "services/warehouse/domain/types.h"

namespace kefu::warehouse::domain {

// A node's place; `index` is into the nodes given.
struct TreeNode {
  size_t index = 0;
  int32_t depth = 0;  // 0 at the top
  int32_t children = 0;
  int32_t descendants = 0;
};

// Every node level by level, within a level in the order of the parents, then of the nodes given;
// without recursion, so that nothing limits the depth. A node whose parent is not among the nodes
// (archived, say) stands at the top. `root` not empty: only that node and those below it; nothing
// when it is not there. Nodes of a cycle, which the service never lets come about, are left out.
std::vector<TreeNode> Tree(std::span<const Node> nodes, std::string_view root = "");

// How many nodes of a tree share a kind, a province (two digits of the region code) and a depth,
// and how many region codes there are.
struct TreeCounts {
  std::map<NodeKind, int32_t> by_kind;
  std::map<std::string, int32_t> by_province;
  std::map<int32_t, int32_t> by_depth;
  int32_t regions = 0;
};
TreeCounts CountsOf(std::span<const Node> nodes, std::span<const TreeNode> tree);

}  // namespace kefu::warehouse::domain

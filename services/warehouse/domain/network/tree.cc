#include "services/warehouse/domain/network/tree.h"

#include <set>
#include <unordered_map>

namespace kefu::warehouse::domain {

std::vector<TreeNode> Tree(std::span<const Node> nodes, std::string_view root) {
  std::unordered_map<std::string_view, size_t> by_id;
  for (size_t i = 0; i < nodes.size(); ++i) by_id.emplace(nodes[i].id, i);
  std::vector<std::vector<size_t>> children(nodes.size());
  std::vector<TreeNode> tree;
  for (size_t i = 0; i < nodes.size(); ++i) {
    const auto parent = by_id.find(nodes[i].parent_node_id);
    if (parent != by_id.end()) children[parent->second].push_back(i);
    if (root.empty() ? parent == by_id.end() : nodes[i].id == root) tree.push_back({.index = i});
  }
  std::vector<size_t> parent_of(tree.size(), SIZE_MAX);  // positions in the tree
  std::vector<bool> seen(nodes.size());  // a root inside a cycle would go round for ever
  for (const TreeNode& top : tree) seen[top.index] = true;
  for (size_t at = 0; at < tree.size(); ++at) {
    const std::vector<size_t>& below = children[tree[at].index];
    tree[at].children = static_cast<int32_t>(below.size());
    const int32_t depth = tree[at].depth + 1;
    for (const size_t child : below) {
      if (seen[child]) continue;
      seen[child] = true;
      tree.push_back({.index = child, .depth = depth});
      parent_of.push_back(at);
    }
  }
  for (size_t at = tree.size(); at-- > 0;) {
    if (parent_of[at] != SIZE_MAX) tree[parent_of[at]].descendants += tree[at].descendants + 1;
  }
  return tree;
}

TreeCounts CountsOf(std::span<const Node> nodes, std::span<const TreeNode> tree) {
  TreeCounts counts;
  std::set<std::string_view> regions;
  for (const TreeNode& place : tree) {
    const Node& node = nodes[place.index];
    ++counts.by_kind[node.kind];
    ++counts.by_province[node.region_code.substr(0, 2)];
    ++counts.by_depth[place.depth];
    if (!node.region_code.empty()) regions.insert(node.region_code);
  }
  counts.regions = static_cast<int32_t>(regions.size());
  return counts;
}

}  // namespace kefu::warehouse::domain

// Which subscriptions a subject reaches: a tree of subject parts (NATS rules).
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace archipelago::bus {

/// Not synchronised. T is compared with == for removal.
/// Cost: a subject of n parts visits at most 2^n nodes, in practice n plus one per wildcard level;
/// bounded by kMaxParts.
template <class T>
class SubjectTree {
 public:
  static constexpr std::size_t kMaxParts = 16;  ///< deeper patterns and subjects match nothing

  void insert(std::string_view pattern, T value);
  void erase(std::string_view pattern, T const& value);

  /// Calls `visit(T const&)` for every pattern that matches.
  template <class Visit>
  void match(std::string_view subject, Visit&& visit) const {
    match_from(root_, subject, kMaxParts, visit);
  }

  [[nodiscard]] bool empty() const { return root_.empty(); }

 private:
  struct Node {
    std::map<std::string, std::unique_ptr<Node>, std::less<>>
        parts;             // "*" is a part like any other
    std::vector<T> here;   // patterns that end at this node
    std::vector<T> below;  // patterns that end in ">" under it

    [[nodiscard]] bool empty() const { return parts.empty() && here.empty() && below.empty(); }
    [[nodiscard]] Node const* find(std::string_view part) const {
      auto const found = parts.find(part);
      return found == parts.end() ? nullptr : found->second.get();
    }
  };

  static std::string_view take_part(std::string_view& rest, bool& last) {
    auto const dot = rest.find('.');
    auto const part = rest.substr(0, dot);
    last = dot == std::string_view::npos;
    rest.remove_prefix(last ? rest.size() : dot + 1);
    return part;
  }

  static bool erase_from(Node& node, std::string_view rest, T const& value);

  template <class Visit>
  static void match_from(Node const& node, std::string_view rest, std::size_t depth, Visit& visit);

  Node root_;
};

template <class T>
void SubjectTree<T>::insert(std::string_view pattern, T value) {
  Node* node = &root_;
  for (bool last = false; !last;) {
    auto const part = take_part(pattern, last);
    if (part == ">" && last) {
      node->below.push_back(std::move(value));
      return;
    }
    auto& child = node->parts[std::string(part)];
    if (!child) child = std::make_unique<Node>();
    node = child.get();
  }
  node->here.push_back(std::move(value));
}

template <class T>
void SubjectTree<T>::erase(std::string_view pattern, T const& value) {
  erase_from(root_, pattern, value);
}

/// True when `node` has become empty, so that its parent forgets it.
template <class T>
bool SubjectTree<T>::erase_from(Node& node, std::string_view rest, T const& value) {
  bool last = false;
  auto const part = take_part(rest, last);
  if (part == ">" && last) {
    std::erase(node.below, value);
    return node.empty();
  }
  auto const child = node.parts.find(part);
  if (child == node.parts.end()) return false;
  if (last) std::erase(child->second->here, value);
  if (last ? child->second->empty() : erase_from(*child->second, rest, value))
    node.parts.erase(child);
  return node.empty();
}

template <class T>
template <class Visit>
void SubjectTree<T>::match_from(Node const& node, std::string_view rest, std::size_t depth,
                                Visit& visit) {
  if (depth == 0) return;
  for (auto const& value : node.below) visit(value);
  bool last = false;
  auto const part = take_part(rest, last);
  for (auto const* const child : {node.find(part), part == "*" ? nullptr : node.find("*")}) {
    if (child == nullptr) continue;
    if (!last) {
      match_from(*child, rest, depth - 1, visit);
    } else {
      for (auto const& value : child->here) visit(value);
    }
  }
}

}  // namespace archipelago::bus

#include "frontend/tensorflow/object_graph.h"

#include <set>

#include "frontend/tensorflow/proto/object_graph.pb.h"

namespace slimc::frontend {

tl::expected<std::map<std::string, std::string>, std::string> variable_keys(
    std::string_view object_graph) {
  tensorflow::TrackableObjectGraph graph;
  if (!graph.ParseFromArray(object_graph.data(), static_cast<int>(object_graph.size()))) {
    return tl::unexpected(std::string("is not a graph of objects: it is damaged"));
  }
  std::map<std::string, std::string> keys;
  std::set<std::string> shared;
  for (const auto& node : graph.nodes()) {
    for (const auto& attribute : node.attributes()) {
      if (attribute.name() != "VARIABLE_VALUE" || attribute.full_name().empty()) continue;
      const auto [it, is_new] = keys.emplace(attribute.full_name(), attribute.checkpoint_key());
      if (!is_new && it->second != attribute.checkpoint_key()) shared.insert(it->first);
    }
  }
  for (const std::string& name : shared) keys.erase(name);
  return keys;
}

}  // namespace slimc::frontend

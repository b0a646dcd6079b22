// The keys of layers' configs.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace slimc::frontend {

// Keys that no version of Keras writes for a layer that slimc reads. Keras leaves out nothing, so a
// damaged key is one that is missing, and its default may make another network: a ReLU without
// max_value is no relu6.
std::vector<std::string> unknown_keys(const nlohmann::json& config);

}  // namespace slimc::frontend

#include "frontend/keras/precision.h"
#include "frontend/listed.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>

namespace slimc::frontend {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxListed = 6;

// "float32", or of a policy {"class_name": "DTypePolicy", "config": {"name": "mixed_float16"}}; a
// quantised one has a name like "int8_from_float32", or its mode.
std::string policy_of(const Json& config) {
  const auto dtype = config.find("dtype");
  if (dtype == config.end()) return "";
  if (dtype->is_string()) return dtype->get<std::string>();
  if (!dtype->is_object()) return "";
  const auto class_name = dtype->find("class_name");
  const auto inner = dtype->find("config");
  if (class_name != dtype->end() && class_name->is_string() &&
      class_name->get<std::string>().rfind("Quantized", 0) == 0) {
    std::string mode = "quantised";
    if (inner != dtype->end() && inner->is_object() && inner->contains("mode") &&
        (*inner)["mode"].is_string()) {
      mode = (*inner)["mode"].get<std::string>();
    }
    return mode + "_from_float";
  }
  if (inner == dtype->end() || !inner->is_object()) return "";
  const auto name = inner->find("name");
  return name != inner->end() && name->is_string() ? name->get<std::string>() : "";
}

std::string quoted(const std::string& name) { return "'" + name + "'"; }

}  // namespace

Result<void> check_precision(const KerasModel& model, const std::vector<int>& layers,
                             const std::string& file, Reporter& reporter) {
  std::map<std::string, std::vector<std::string>> quantised;
  std::map<std::string, std::vector<std::string>> other;
  for (const int index : layers) {
    const KerasLayer& layer = model.layers[static_cast<std::size_t>(index)];
    if (layer.class_name == "InputLayer") continue;
    const std::string policy = policy_of(*layer.config);
    if (policy.find("_from_") != std::string::npos) {
      quantised[policy.substr(0, policy.find("_from_"))].push_back(layer.path);
    } else if (!policy.empty() && policy != "float32") {
      other[policy].push_back(layer.path);
    }
  }
  if (!quantised.empty()) {
    Diagnostics problems;
    for (const auto& [mode, names] : quantised) {
      problems.add({.file = file,
                    .message = fmt::format("is quantised ({}) in the layers {}; slimc compiles "
                                           "float models: save the model before model.quantize()",
                                           mode, listed(names, kMaxListed, quoted))});
    }
    return Failure(std::move(problems));
  }
  for (const auto& [policy, names] : other) {
    reporter.warning({.file = file,
                      .message = fmt::format("computes in {} in the layers {}; compiled, all of it "
                                             "is computed in float32",
                                             policy, listed(names, kMaxListed, quoted))});
  }
  return {};
}

}  // namespace slimc::frontend

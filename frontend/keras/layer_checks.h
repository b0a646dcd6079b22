// Whether slimc can compile layers, before their weights are read.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "frontend/keras/convert/layer_context.h"
#include "frontend/keras/model_config.h"
#include "support/reporter.h"
#include "support/result.h"

namespace slimc::frontend {

// Classes, activations, numbers of inputs, calls for training: all problems at once. `entry` is
// where the network begins, if not at the model's input.
Result<void> check_supported(const KerasModel& model, const std::vector<int>& needed,
                             std::optional<int> entry, KerasImport& import);

// The only layer without inputs among those that are needed.
Result<int> find_input(const KerasModel& model, const std::vector<int>& needed,
                       std::optional<int> entry, const std::string& file);

// A network of bytes computes what it does of floats, unless it computes with bytes.
Result<void> check_byte_input(const KerasModel& model, const std::vector<int>& needed, int input,
                              const std::string& file, Reporter& reporter);

}  // namespace slimc::frontend

// In which types of numbers a model's layers compute.
#pragma once

#include <string>
#include <vector>

#include "frontend/keras/model_config.h"
#include "support/reporter.h"
#include "support/result.h"

namespace slimc::frontend {

// Fails for quantised layers, by name; says where floats of 16 or 64 bits become those of 32.
Result<void> check_precision(const KerasModel& model, const std::vector<int>& layers,
                             const std::string& file, Reporter& reporter);

}  // namespace slimc::frontend

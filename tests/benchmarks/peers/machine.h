// What the report says about the machine.
#pragma once

#include <string>
#include <string_view>

#include "tests/benchmarks/peers/comparison.h"

namespace slimc::peers {

// From /proc/cpuinfo's text: "model name, family 6, model 207"; "unknown CPU" where it says
// nothing.
std::string cpu_name(std::string_view cpuinfo);

// cpu, cores, system, date and load as they are now.
Circumstances circumstances_now();

}  // namespace slimc::peers

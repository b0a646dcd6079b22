// The machine that measurements are made on.
#pragma once

#include <string>

namespace slimc {

// "Intel(R) Xeon(R) Processor @ 2.10GHz"; "unknown" where the system does not say.
std::string cpu_model();

// That this process may use.
int cpu_cores();

// What share of all cores was busy, or taken by other machines on the same hardware, while this
// thread slept for a moment. 0 where the system does not say.
double busy_share();

}  // namespace slimc

// What the C++ that slimc generates is written with: kernel arguments, threads and their barrier,
// stages and who watches them, and the check of the CPU. Nothing here has external linkage and
// nothing is included but headers that the compiler brings along, so generated code compiles for
// any target without its sysroot. C++20; clang and GCC.
#pragma once

#include "arguments.h"
#include "cpu.h"
#include "float_environment.h"
#include "forced_target.h"
#include "instance.h"
#include "kernel.h"
#include "predictions.h"
#include "stages.h"
#include "threads.h"
#include "weights_file.h"

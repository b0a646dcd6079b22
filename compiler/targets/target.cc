#include "compiler/targets/target.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/ADT/Triple.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "compiler/targets/host_cpu.h"

namespace slimc {
namespace {

using Names = std::vector<std::string_view>;

// Names that people use for a family of CPUs, and the Halide target they stand for on Linux.
struct Alias {
  std::string_view name, arch_and_bits;
  Names features;
};
const std::vector<Alias>& aliases() {
  static const std::vector<Alias> list = {
      {"x86-64", "x86-64", {"sse41"}},
      {"x86-64-v3", "x86-64", {"avx2", "f16c", "fma"}},
      {"x86-64-v4", "x86-64", {"avx512_skylake", "f16c", "fma"}},
      {"arm64", "arm-64", {}},
      {"arm64-dotprod", "arm-64", {"arm_dot_prod"}},
      {"arm64-fp16", "arm-64", {"arm_fp16"}},
      {"armv7-neon", "arm-32", {}},
  };
  return list;
}

// The user's names of operating systems and Halide's.
constexpr std::pair<std::string_view, std::string_view> kSystems[] = {
    {"linux", "linux"}, {"android", "android"}, {"macos", "osx"}, {"osx", "osx"},
    {"ios", "ios"},     {"windows", "windows"}, {"noos", "noos"}, {"baremetal", "noos"},
};

// A CPU feature of Halide 14, what it brings along, and what the CPU is asked for at run time.
struct Feature {
  std::string_view name, arch;
  Names implies;
  Names required;
};
const std::vector<Feature>& features() {
  // Halide passes these to LLVM as CPUs (haswell, skylake-avx512, ...), so avx2 also lets LLVM use
  // the bit-manipulation instructions of those.
  static const std::vector<Feature> list = {
      {"sse41", "x86", {}, {"sse41"}},
      {"avx", "x86", {"sse41"}, {"avx"}},
      {"avx2", "x86", {"avx"}, {"avx2"}},
      {"f16c", "x86", {"avx"}, {"f16c"}},
      {"fma", "x86", {"avx"}, {"fma"}},
      {"avx512", "x86", {"avx2", "f16c", "fma"}, {"avx512f", "avx512cd"}},
      {"avx512_skylake", "x86", {"avx512"}, {"avx512bw", "avx512dq", "avx512vl"}},
      {"avx512_cannonlake", "x86", {"avx512_skylake"}, {"avx512ifma", "avx512vbmi"}},
      {"avx512_sapphirerapids", "x86", {"avx512_cannonlake"}, {"avx512vnni", "avx512bf16"}},
      {"armv7s", "arm", {}, {}},
      {"soft_float_abi", "arm", {}, {}},
      {"arm_dot_prod", "arm", {}, {"dotprod"}},
      {"arm_fp16", "arm", {}, {"fp16"}},
      {"armv81a", "arm", {}, {}},
      {"large_buffers", "", {}, {}},
      {"strict_float", "", {}, {}},
      {"disable_llvm_loop_opt", "", {}, {}},
      {"enable_llvm_loop_opt", "", {}, {}},
      // slimc adds these itself; a target copied from elsewhere may hold them.
      {"no_asserts", "", {}, {}},
      {"no_bounds_query", "", {}, {}},
      {"no_runtime", "", {}, {}},
  };
  return list;
}
constexpr std::string_view kAddedLater[] = {"no_asserts", "no_bounds_query", "no_runtime"};

// Parts of Halide targets that are right elsewhere and wrong here.
constexpr std::string_view kUnsupported[] = {
    "hexagon",
    "mips",
    "powerpc",
    "riscv",
    "wasm",
    "qurt",
    "fuchsia",
    "wasmrt",
    "jit",
    "debug",
    "fma4",
    "no_neon",
    "vsx",
    "power_arch_2_07",
    "cuda",
    "cuda_capability_30",
    "cuda_capability_32",
    "cuda_capability_35",
    "cuda_capability_50",
    "cuda_capability_61",
    "cuda_capability_70",
    "cuda_capability_75",
    "cuda_capability_80",
    "cuda_capability_86",
    "opencl",
    "cl_doubles",
    "cl_half",
    "cl_atomics64",
    "openglcompute",
    "egl",
    "user_context",
    "matlab",
    "profile",
    "profile_by_timer",
    "metal",
    "c_plus_plus_name_mangling",
    "hexagon_dma",
    "hvx_128",
    "hvx_v62",
    "hvx_v65",
    "hvx_v66",
    "hvx_shared_object",
    "fuzz_float_stores",
    "msan",
    "tsan",
    "asan",
    "avx512_knl",
    "trace_loads",
    "trace_stores",
    "trace_realizations",
    "trace_pipeline",
    "d3d12compute",
    "check_unsafe_promises",
    "embed_bitcode",
    "wasm_simd128",
    "wasm_signext",
    "wasm_sat_float_to_int",
    "wasm_threads",
    "wasm_bulk_memory",
    "sve",
    "sve2",
    "rvv",
    "sanitizer_coverage",
};

// A Halide target taken apart.
struct Parts {
  std::string arch;
  int bits = 0;
  std::string os;
  std::set<std::string> features;  // closed under `implies`
  bool has(const char* feature) const { return features.count(feature) != 0; }
};

template <typename List>
bool contains(const List& list, std::string_view name) {
  return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

const Feature* find_feature(std::string_view name) {
  for (const Feature& feature : features()) {
    if (feature.name == name) return &feature;
  }
  return nullptr;
}

std::optional<std::string> find_system(std::string_view name) {
  for (const auto& [theirs, halides] : kSystems) {
    if (theirs == name) return std::string(halides);
  }
  return std::nullopt;
}

void add_with_implied(std::string_view name, std::set<std::string>& set) {
  if (!set.emplace(name).second) return;
  for (std::string_view implied : find_feature(name)->implies) add_with_implied(implied, set);
}

Names alias_names() {
  Names names;
  for (const Alias& alias : aliases()) names.push_back(alias.name);
  return names;
}

// " (did you mean avx2 or avx?)" from names two letters or a third of the word away; or empty.
std::string suggestion(std::string_view word, const Names& candidates) {
  std::vector<std::pair<unsigned, std::string_view>> close;
  const unsigned limit = word.size() < 4 ? 1 : std::max(2u, static_cast<unsigned>(word.size()) / 3);
  for (std::string_view candidate : candidates) {
    const unsigned distance =
        llvm::StringRef(word.data(), word.size())
            .edit_distance(llvm::StringRef(candidate.data(), candidate.size()), true, limit);
    if (distance <= limit) close.emplace_back(distance, candidate);
  }
  std::stable_sort(close.begin(), close.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  Names names;
  for (const auto& [distance, name] : close) {
    if (names.size() < 3 && !contains(names, name)) names.push_back(name);
  }
  if (names.empty()) return "";
  return fmt::format(" (did you mean {}?)", fmt::join(names, " or "));
}

Diagnostic problem(const std::string& text, std::string message) {
  Diagnostic diagnostic;
  diagnostic.subject = "target '" + text + "'";
  diagnostic.message = std::move(message);
  diagnostic.blame = Blame::Usage;
  return diagnostic;
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t begin = 0;;) {
    const std::size_t end = text.find('-', begin);
    words.emplace_back(text.substr(begin, end - begin));
    if (end == std::string_view::npos) return words;
    begin = end + 1;
  }
}

// An alias alone or with an operating system behind it. "x86-64-linux" is read as an alias, so it
// means SSE 4.1.
std::optional<Parts> parse_alias(const std::string& text) {
  for (const Alias& alias : aliases()) {
    std::string_view rest = text;
    if (rest.substr(0, alias.name.size()) != alias.name) continue;
    rest.remove_prefix(alias.name.size());
    std::optional<std::string> os = "linux";
    if (!rest.empty()) os = rest[0] == '-' ? find_system(rest.substr(1)) : std::nullopt;
    if (!os) continue;
    Parts parts;
    parts.arch = alias.arch_and_bits.substr(0, 3);
    parts.bits = alias.arch_and_bits.substr(4) == "64" ? 64 : 32;
    parts.os = *os;
    for (std::string_view feature : alias.features) add_with_implied(feature, parts.features);
    return parts;
  }
  return std::nullopt;
}

// arch-bits-os-feature-feature...
Result<Parts> parse_halide(const std::string& text) {
  const std::vector<std::string> words = split(text);
  Diagnostics problems;
  Parts parts;
  parts.arch = words[0];
  if (parts.arch != "x86" && parts.arch != "arm") {
    if (contains(kUnsupported, parts.arch)) {
      return fail(problem(text, "Halide knows the architecture '" + parts.arch +
                                    "', but slimc generates code for x86 and arm only"));
    }
    return fail(problem(
        text, fmt::format("'{}' is neither host, nor one of {}, nor a Halide architecture (x86 or "
                          "arm){}",
                          text, fmt::join(alias_names(), ", "), suggestion(text, alias_names()))));
  }
  std::size_t next = 1;
  if (next < words.size() && (words[next] == "32" || words[next] == "64")) {
    parts.bits = words[next++] == "64" ? 64 : 32;
  } else {
    problems.add(problem(text, "expected 32 or 64 behind '" + parts.arch + "-'"));
  }
  Names systems;
  for (const auto& system : kSystems) systems.push_back(system.first);
  if (next < words.size() && find_system(words[next])) {
    parts.os = *find_system(words[next++]);
  } else if (parts.bits != 0) {
    const std::string found = next < words.size() ? words[next++] : "";
    std::string hint = suggestion(found, systems);
    if (hint.empty()) hint = suggestion(text, alias_names());
    problems.add(
        problem(text, fmt::format("expected an operating system ({}) behind '{}-{}-', found '{}'{}",
                                  fmt::join(systems, ", "), parts.arch, parts.bits, found, hint)));
  }
  Names known;
  for (const Feature& feature : features()) {
    if (feature.arch.empty() || feature.arch == parts.arch) known.push_back(feature.name);
  }
  for (; next < words.size(); ++next) {
    const std::string& word = words[next];
    if (contains(known, word)) {
      if (!contains(kAddedLater, word)) add_with_implied(word, parts.features);
    } else if (find_feature(word)) {
      problems.add(problem(text, "'" + word + "' is not a feature of " + parts.arch));
    } else if (contains(kUnsupported, word)) {
      problems.add(problem(text, "'" + word + "' is a Halide feature that slimc does not support"));
    } else {
      problems.add(
          problem(text, "'" + word + "' is not a Halide target feature" + suggestion(word, known)));
    }
  }
  if (!problems.empty()) return Failure(std::move(problems));
  return parts;
}

Parts host_parts() {
  const HostCpu& cpu = host_cpu();
  Parts parts;
  parts.arch = cpu.arch;
  parts.bits = 64;
#if defined(__APPLE__)
  parts.os = "osx";
#else
  parts.os = "linux";
#endif
  auto has = [&](const char* name) { return cpu.features.count(name) != 0; };
  if (cpu.arch == "x86") {
    if (has("sse4.1")) parts.features.insert("sse41");
    if (has("avx")) parts.features.insert("avx");
    if (has("f16c")) parts.features.insert("f16c");
    if (has("fma")) parts.features.insert("fma");
    if (has("avx2") && has("bmi") && has("bmi2")) parts.features.insert("avx2");
    // Later AVX-512 subsets only add integer and bfloat16 instructions, which no stage uses.
    if (parts.has("avx2") && parts.has("fma") && parts.has("f16c") && has("avx512f") &&
        has("avx512cd") && has("avx512bw") && has("avx512dq") && has("avx512vl")) {
      parts.features.insert({"avx512", "avx512_skylake"});
    }
  }
  return parts;
}

std::string halide_string(const Parts& parts) {
  std::string text = fmt::format("{}-{}-{}", parts.arch, parts.bits, parts.os);
  for (const std::string& feature : parts.features) text += "-" + feature;
  return text;
}

// Vendor, system and environment as Halide gives them to LLVM, so that all objects of a library
// agree. All four parts: LLVM goes by position, where clang guesses.
Result<std::string> triple_of(const Parts& parts, const std::string& text) {
  const bool arm = parts.arch == "arm";
  const bool wide = parts.bits == 64;
  const std::string arch = arm ? (wide ? "aarch64" : "armv7") : (wide ? "x86_64" : "i386");
  if (parts.os == "linux") {
    const bool soft = parts.has("soft_float_abi");
    return arch + "-unknown-linux-" + (arm && !wide ? (soft ? "gnueabi" : "gnueabihf") : "gnu");
  }
  if (parts.os == "android") return arch + "-unknown-linux-android21";
  if (parts.os == "noos")
    return arch + (arm && !wide ? "-unknown-none-eabihf" : "-unknown-none-elf");
  if (parts.os == "windows" && !(arm && !wide)) return arch + "-pc-windows-msvc";
  if (parts.os == "osx" && wide)
    return arm ? "arm64-apple-macosx11.0.0" : "x86_64-apple-macosx10.15.0";
  if (parts.os == "ios" && arm && wide) return "arm64-apple-ios12.0.0";
  return fail(problem(text, fmt::format("there is no {}-bit {} on {}", parts.bits, parts.arch,
                                        parts.os == "osx" ? "macos" : parts.os)));
}

// What decides schedules, from the family alone, so that equal targets give equal libraries on any
// machine. Typical figures of the server and desktop cores of each family.
TargetTraits traits_of(const Parts& parts) {
  TargetTraits traits;
  if (parts.arch == "arm") {
    traits.lanes = 4;
    traits.multiplies_by_lane = true;
    traits.vector_registers = parts.bits == 64 ? 32 : 16;
    traits.fma_ports = parts.bits == 64 ? 2 : 1;
    traits.l1_bytes = 32 << 10;
    traits.l2_bytes = 512 << 10;
  } else if (parts.has("avx512")) {
    traits.lanes = 16;
    traits.vector_registers = 32;
    traits.l1_bytes = 32 << 10;
    traits.l2_bytes = 1 << 20;
  } else if (parts.has("avx")) {
    traits.lanes = 8;
    traits.vector_registers = parts.bits == 64 ? 16 : 8;
    traits.l1_bytes = 32 << 10;
    traits.l2_bytes = 512 << 10;
  } else {
    traits.lanes = 4;
    traits.vector_registers = parts.bits == 64 ? 16 : 8;
    traits.l1_bytes = 32 << 10;
    traits.l2_bytes = 256 << 10;
  }
  return traits;
}

// The runtime's names of CPU features, where LLVM has others.
std::string llvm_name(const std::string& feature) {
  if (feature == "sse41") return "sse4.1";
  if (feature == "fp16") return "fullfp16";
  return feature;
}

bool runs_here(const Parts& parts, const std::vector<std::string>& required) {
  const Parts host = host_parts();
  if (parts.arch != host.arch || parts.bits != host.bits || parts.os != host.os) return false;
  return std::all_of(required.begin(), required.end(), [&](const std::string& feature) {
    return host_cpu().features.count(llvm_name(feature)) != 0;
  });
}

// Why a library that has kernels for `better` cannot have some for `next` behind them; or empty.
std::string cannot_follow(const Target& better, const Target& next) {
  if (better.triple != next.triple) {
    return fmt::format("{} is {} and {} is {}; expected targets of one architecture and system",
                       better.name, better.triple, next.name, next.triple);
  }
  const std::vector<std::string>& has = better.required_features;
  for (const std::string& feature : next.required_features) {
    if (contains(has, feature)) continue;
    return fmt::format(
        "{} needs {}, which {} before it does not; expected the most demanding first", next.name,
        feature, better.name);
  }
  if (has.size() > next.required_features.size()) return "";
  return fmt::format("{} and {} need the same of the CPU, so the second would never be taken",
                     better.name, next.name);
}

// x86 has an instruction for that, elsewhere the system must say (runtime's cpu.h).
bool can_ask_cpu(const Target& target) {
  const llvm::Triple triple(target.triple);
  return triple.isX86() || triple.isOSLinux() || triple.isOSDarwin();
}

}  // namespace

Result<Target> parse_target(const std::string& text) {
  Parts parts;
  if (text == "host") {
    parts = host_parts();
    if (parts.arch.empty()) {
      return fail(problem(text, "this machine is neither x86-64 nor arm64; name a target"));
    }
  } else if (std::optional<Parts> alias = parse_alias(text)) {
    parts = *alias;
  } else {
    SLIMC_ASSIGN(parts, parse_halide(text));
  }
  Target target;
  SLIMC_ASSIGN(target.triple, triple_of(parts, text));
  target.halide = halide_string(parts);
  target.name = text == "host" ? target.halide : text;
  target.traits = traits_of(parts);
  if (text == "host") {
    if (host_cpu().l1_bytes > 0) target.traits.l1_bytes = host_cpu().l1_bytes;
    if (host_cpu().l2_bytes > 0) target.traits.l2_bytes = host_cpu().l2_bytes;
  }
  // vcvtph2ps; fcvtl, which all of ARMv8 has. 32-bit ARM has vcvt only from VFPv4 on, which no
  // target of Halide's asks for.
  target.converts_half = parts.has("f16c") || (parts.arch == "arm" && parts.bits == 64);
  // What Halide and LLVM have for it; 32-bit ARM's kernels would convert.
  target.computes_half = parts.has("arm_fp16") && parts.bits == 64;
  // In the order of the table: a CPU that lacks something is told the most basic first.
  for (const Feature& feature : features()) {
    if (parts.features.count(std::string(feature.name)) == 0) continue;
    for (std::string_view name : feature.required) target.required_features.emplace_back(name);
  }
  target.is_host_compatible = runs_here(parts, target.required_features);
  return target;
}

Result<std::vector<Target>> parse_targets(const std::string& text) {
  std::vector<Target> targets;
  Diagnostics problems;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    if (Result<Target> target = parse_target(text.substr(begin, end - begin))) {
      targets.push_back(std::move(*target));
    } else {
      problems.add(std::move(target).error());
    }
    begin = end + 1;
  }
  if (!problems.empty()) return Failure(std::move(problems));
  for (std::size_t i = 1; i < targets.size(); ++i) {
    if (std::string wrong = cannot_follow(targets[i - 1], targets[i]); !wrong.empty()) {
      problems.add(problem(text, std::move(wrong)));
    }
  }
  if (targets.size() > 1 && !can_ask_cpu(targets[0])) {
    problems.add(problem(text,
                         "nobody there can say which of these the CPU can run; expected "
                         "one target"));
  }
  if (!problems.empty()) return Failure(std::move(problems));
  return targets;
}

std::vector<std::string_view> target_families() { return alias_names(); }

}  // namespace slimc

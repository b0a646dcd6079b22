#include "compiler/targets/target_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <llvm/ADT/StringRef.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace slimc {
namespace {

using Names = std::vector<std::string_view>;

// Halide's features of every architecture.
constexpr std::string_view kEverywhere[] = {"large_buffers", "strict_float",
                                            "disable_llvm_loop_opt", "enable_llvm_loop_opt"};

// slimc adds these itself; a target copied from elsewhere may hold them.
constexpr std::string_view kAddedLater[] = {"no_asserts", "no_bounds_query", "no_runtime"};

// Parts of Halide targets that are right elsewhere and wrong here.
constexpr std::string_view kUnsupported[] = {"hexagon",
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
                                             "sanitizer_coverage"};

template <typename List>
bool contains(const List& list, std::string_view name) {
  return std::find(std::begin(list), std::end(list), name) != std::end(list);
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

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t begin = 0;;) {
    const std::size_t end = text.find('-', begin);
    words.emplace_back(text.substr(begin, end - begin));
    if (end == std::string_view::npos) return words;
    begin = end + 1;
  }
}

// Halide's names, once each: {"x86", "arm"}.
Names architecture_names() {
  Names names;
  for (const Architecture& row : architectures()) {
    if (!contains(names, row.halide)) names.push_back(row.halide);
  }
  return names;
}

bool is_feature(std::string_view word) {
  return std::any_of(architectures().begin(), architectures().end(),
                     [&](const Architecture& row) { return find_feature(row, word) != nullptr; });
}

// All that may stand behind an architecture and a system.
Names feature_names(const Architecture& architecture) {
  Names names;
  for (const CpuFeature& feature : architecture.features) names.push_back(feature.name);
  names.insert(names.end(), std::begin(kEverywhere), std::end(kEverywhere));
  names.insert(names.end(), std::begin(kAddedLater), std::end(kAddedLater));
  return names;
}

// "x86-64-linux" is read as a family with a system, so it means SSE 4.1.
std::optional<TargetParts> parse_family(std::string_view text) {
  for (const Architecture& architecture : architectures()) {
    for (const CpuFamily& family : architecture.families) {
      if (!text.starts_with(family.name)) continue;
      const std::string_view rest = text.substr(family.name.size());
      if (!rest.empty() && rest[0] != '-') continue;
      const Platform* platform = find_platform(rest.empty() ? "linux" : rest.substr(1));
      if (platform == nullptr) continue;
      TargetParts parts = {.architecture = &architecture, .platform = platform, .features = {}};
      for (const std::string_view feature : family.features) {
        add_with_implied(architecture, feature, parts.features);
      }
      return parts;
    }
  }
  return std::nullopt;
}

Diagnostic unknown_architecture(const std::string& text, const std::string& word) {
  const Names names = architecture_names();
  if (contains(kUnsupported, word)) {
    return target_problem(
        text,
        fmt::format("Halide knows the architecture '{}', but slimc generates code for {} only",
                    word, fmt::join(names, " and ")));
  }
  return target_problem(
      text, fmt::format("'{}' is neither host, nor one of {}, nor a Halide architecture ({}){}",
                        text, fmt::join(target_families(), ", "), fmt::join(names, " or "),
                        suggestion(text, target_families())));
}

// A Halide target's words, from the first to the last; with as many problems as there are.
class HalideTarget {
 public:
  explicit HalideTarget(const std::string& text) : text_(text), words_(split(text)) {}

  Result<TargetParts> parse() {
    if (!contains(architecture_names(), words_[0])) {
      return fail(unknown_architecture(text_, words_[0]));
    }
    next_ = 1;
    parse_bits();
    parse_platform();
    parse_features();
    if (!problems_.empty()) return Failure(std::move(problems_));
    return parts_;
  }

 private:
  void add_problem(std::string message) {
    problems_.add(target_problem(text_, std::move(message)));
  }

  void parse_bits() {
    const std::string word = next_ < words_.size() ? words_[next_] : "";
    for (const Architecture& row : architectures()) {
      if (row.halide != words_[0]) continue;
      if (word == std::to_string(row.bits)) {
        parts_.architecture = &row;
        ++next_;
        return;
      }
    }
    add_problem("expected 32 or 64 behind '" + words_[0] + "-'");
  }

  void parse_platform() {
    if (next_ < words_.size()) parts_.platform = find_platform(words_[next_]);
    if (parts_.platform != nullptr) {
      ++next_;
      return;
    }
    if (parts_.architecture == nullptr) return;
    const std::string found = next_ < words_.size() ? words_[next_++] : "";
    std::string hint = suggestion(found, platform_names());
    if (hint.empty()) hint = suggestion(text_, target_families());
    add_problem(fmt::format("expected an operating system ({}) behind '{}-{}-', found '{}'{}",
                            fmt::join(platform_names(), ", "), words_[0], parts_.architecture->bits,
                            found, hint));
  }

  void parse_features() {
    // Both of an architecture's rows have the same.
    const Architecture& row =
        *std::find_if(architectures().begin(), architectures().end(),
                      [&](const Architecture& candidate) { return candidate.halide == words_[0]; });
    const Names known = feature_names(row);
    for (; next_ < words_.size(); ++next_) {
      const std::string& word = words_[next_];
      if (contains(known, word)) {
        if (!contains(kAddedLater, word)) add_with_implied(row, word, parts_.features);
      } else if (is_feature(word)) {
        add_problem("'" + word + "' is not a feature of " + words_[0]);
      } else if (contains(kUnsupported, word)) {
        add_problem("'" + word + "' is a Halide feature that slimc does not support");
      } else {
        add_problem("'" + word + "' is not a Halide target feature" + suggestion(word, known));
      }
    }
  }

  const std::string& text_;
  const std::vector<std::string> words_;
  std::size_t next_ = 0;
  TargetParts parts_;
  Diagnostics problems_;
};

}  // namespace

Result<TargetParts> parse_target_text(const std::string& text) {
  if (const std::optional<TargetParts> parts = parse_family(text)) return *parts;
  return HalideTarget(text).parse();
}

std::string halide_string(const TargetParts& parts) {
  std::string text = fmt::format("{}-{}-{}", parts.architecture->halide, parts.architecture->bits,
                                 parts.platform->halide);
  for (const std::string& feature : parts.features) text += "-" + feature;
  return text;
}

std::vector<std::string_view> target_families() {
  Names names;
  for (const Architecture& architecture : architectures()) {
    for (const CpuFamily& family : architecture.families) names.push_back(family.name);
  }
  return names;
}

Diagnostic target_problem(const std::string& text, std::string message) {
  return {.subject = "target '" + text + "'", .message = std::move(message), .blame = Blame::Usage};
}

}  // namespace slimc

#include "compiler/targets/target.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "compiler/targets/host_cpu.h"
#include "compiler/targets/target_text.h"

namespace slimc {
namespace {

Result<TargetParts> host_parts() {
  const Architecture* architecture = host_architecture();
  if (architecture == nullptr || architecture->host_features == nullptr) {
    return fail(target_problem("host", "this machine is neither x86-64 nor arm64; name a target"));
  }
  return TargetParts{.architecture = architecture,
                     .platform = &host_platform(),
                     .features = architecture->host_features(host_cpu())};
}

// What the CPU needs for the features, the most basic first.
std::vector<RequiredFeature> required_by(const TargetParts& parts) {
  std::vector<RequiredFeature> required;
  for (const CpuFeature& feature : parts.architecture->features) {
    if (!parts.features.contains(feature.name)) continue;
    required.insert(required.end(), feature.required.begin(), feature.required.end());
  }
  return required;
}

bool runs_here(const TargetParts& parts, const std::vector<RequiredFeature>& required) {
  if (parts.architecture != host_architecture() || parts.platform != &host_platform()) return false;
  return std::all_of(required.begin(), required.end(), [](const RequiredFeature& feature) {
    return host_cpu().features.contains(feature.llvm);
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
    if (std::find(has.begin(), has.end(), feature) != has.end()) continue;
    return fmt::format(
        "{} needs {}, which {} before it does not; expected the most demanding first", next.name,
        feature, better.name);
  }
  if (has.size() > next.required_features.size()) return "";
  return fmt::format("{} and {} need the same of the CPU, so the second would never be taken",
                     better.name, next.name);
}

}  // namespace

Result<Target> parse_target(const std::string& text) {
  const bool host = text == "host";
  SLIMC_ASSIGN(const TargetParts parts, host ? host_parts() : parse_target_text(text));
  const Architecture& architecture = *parts.architecture;
  Target target;
  target.architecture = parts.architecture;
  target.platform = parts.platform;
  target.triple = triple_of(*parts.platform, architecture, parts.features);
  if (target.triple.empty()) {
    return fail(target_problem(text, fmt::format("there is no {}-bit {} on {}", architecture.bits,
                                                 architecture.halide, parts.platform->name)));
  }
  target.halide = halide_string(parts);
  target.name = host ? target.halide : text;
  target.traits = architecture.traits(parts.features);
  if (host) {
    if (host_cpu().l1_bytes > 0) target.traits.l1_bytes = host_cpu().l1_bytes;
    if (host_cpu().l2_bytes > 0) target.traits.l2_bytes = host_cpu().l2_bytes;
  }
  target.vector_isa = architecture.vector_isa(parts.features);
  target.converts_half = architecture.converts_half(parts.features);
  target.computes_half = architecture.computes_half(parts.features);
  const std::vector<RequiredFeature> required = required_by(parts);
  for (const RequiredFeature& feature : required) {
    target.required_features.emplace_back(feature.name);
  }
  target.is_host_compatible = runs_here(parts, required);
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
      problems.add(target_problem(text, std::move(wrong)));
    }
  }
  if (targets.size() > 1 && !can_ask_cpu(*targets[0].platform, *targets[0].architecture)) {
    problems.add(target_problem(text,
                                "nobody there can say which of these the CPU can run; expected "
                                "one target"));
  }
  if (!problems.empty()) return Failure(std::move(problems));
  return targets;
}

}  // namespace slimc

// arm_speed: how near the innermost loops of a network come to what a core's multiply-add units can
// do, by llvm-mca. `run` builds and calls it; README.md says how to read the table.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>

#include "support/process.h"
#include "tests/benchmarks/arm/machine_code_analyzer.h"
#include "tests/benchmarks/arm/network_kernels.h"

namespace slimc::arm {
namespace {

struct Options {
  std::vector<std::string> networks = {"1.0/224"};
  std::vector<std::string> cpus = {"a53", "a55", "a72", "a76", "n1"};
  std::string target = "arm64";
  std::string weights_type = "f32";
  std::string llvm_mca;
};

// One loop of a stage: its product, its depthwise, or the first convolution.
struct Row {
  std::string stage, part, tile;
  InnerLoop loop;
  double multiply_adds = 0;  // that the network does in such a loop
  bool is_product = false;
  std::vector<double> cycles;  // for each core
};

std::string cpu_name(const std::string& word) {
  if (word == "n1") return "neoverse-n1";
  return word.starts_with("a") && word.find('-') == std::string::npos ? "cortex-" + word : word;
}

// The loop with the most multiply-adds: others are the first and last pixels of a row.
const InnerLoop* widest(const std::vector<InnerLoop>& loops, bool reduction) {
  const InnerLoop* best = nullptr;
  for (const InnerLoop& loop : loops) {
    if (loop.is_reduction() != reduction) continue;
    if (best == nullptr || loop.fmas > best->fmas) best = &loop;
  }
  return best;
}

std::string product_tile(const Tiling& tiling) {
  return fmt::format("{}x{}", tiling.tile_pixels, tiling.panel_vectors * tiling.lanes);
}

std::vector<Row> rows_of(const Stage& stage, const std::vector<InnerLoop>& loops) {
  const StageShape& s = stage.shape;
  const double pixels = static_cast<double>(s.out_h * s.out_w);
  const double middle = static_cast<double>(s.in_c * s.depth_multiplier);
  const double taps = static_cast<double>(s.kernel_h * s.kernel_w);
  std::vector<Row> rows;
  const auto add = [&](const char* part, std::string tile, bool reduction, double multiply_adds) {
    const InnerLoop* loop = widest(loops, reduction);
    if (loop == nullptr) return;
    rows.push_back({.stage = stage.name,
                    .part = part,
                    .tile = std::move(tile),
                    .loop = *loop,
                    .multiply_adds = multiply_adds,
                    .is_product = s.kind == StageKind::Pointwise ||
                                  (s.kind == StageKind::DepthwisePointwise && reduction)});
  };
  const std::string depthwise_tile = fmt::format(
      "{}x{}x{}", stage.tiling.depthwise_rows, stage.tiling.depthwise_pixels,
      s.kind == StageKind::Depthwise ? stage.tiling.lanes : stage.tiling.depthwise_lanes);
  switch (s.kind) {
    case StageKind::FirstConvolution:
      add("first", product_tile(stage.tiling), true,
          pixels * static_cast<double>(s.in_c * s.out_c) * taps);
      break;
    case StageKind::Depthwise:
      add("depthwise", depthwise_tile, false, pixels * middle * taps);
      break;
    case StageKind::DepthwisePointwise:
      add("depthwise", depthwise_tile, false, pixels * middle * taps);
      add("product", product_tile(stage.tiling), true,
          pixels * middle * static_cast<double>(s.out_c));
      break;
    case StageKind::Pointwise:
      add("product", product_tile(stage.tiling), true,
          pixels * middle * static_cast<double>(s.out_c));
      break;
    default:
      break;
  }
  return rows;
}

struct CoreModel {
  Core core;
  std::string model;
  double fma_cycles = 0;
};

double share(const Row& row, std::size_t core, const std::vector<CoreModel>& cores) {
  return row.loop.fmas * cores[core].fma_cycles / row.cycles[core];
}

// The time that all of the rows would take at the limit, over what they take by the model.
template <typename Choose>
std::string weighted(const std::vector<Row>& rows, std::size_t core,
                     const std::vector<CoreModel>& cores, const Choose& choose) {
  double limit = 0, modelled = 0;
  for (const Row& row : rows) {
    if (!choose(row)) continue;
    limit += row.multiply_adds;
    modelled += row.multiply_adds / share(row, core, cores);
  }
  return modelled > 0 ? fmt::format("{:.1f}%", 100 * limit / modelled) : "-";
}

Result<void> print_network(const std::string& network, const Options& options,
                           const CompileOptions& compilation, const std::string& llvm_mca,
                           const std::vector<CoreModel>& cores) {
  double alpha = 0;
  int resolution = 0;
  if (std::sscanf(network.c_str(), "%lf/%d", &alpha, &resolution) != 2) {
    return fail({.subject = "network '" + network + "'",
                 .message = "should be ALPHA/RESOLUTION, as in 0.5/160",
                 .blame = Blame::Usage});
  }
  SLIMC_ASSIGN(const Plan plan, plan_network(alpha, resolution, compilation));
  std::map<int, std::vector<InnerLoop>> loops;  // by kernel
  std::vector<Row> rows;
  for (const Stage& stage : plan.stages) {
    if (loops.find(stage.variants[0].kernel) == loops.end()) {
      SLIMC_ASSIGN(const std::string assembly,
                   assembly_of(plan.kernels[static_cast<std::size_t>(stage.variants[0].kernel)],
                               compilation.target(), executable_folder() / "slimc-stages"));
      loops[stage.variants[0].kernel] = inner_loops(assembly);
    }
    for (Row& row : rows_of(stage, loops[stage.variants[0].kernel])) rows.push_back(std::move(row));
  }
  std::vector<InnerLoop> all;
  for (const Row& row : rows) all.push_back(row.loop);
  for (const CoreModel& core : cores) {
    SLIMC_ASSIGN(const std::vector<double> cycles, cycles_per_iteration(llvm_mca, core.core, all));
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i].cycles.push_back(cycles[i]);
  }

  fmt::print("\n## {}, {}, weights {}\n\n", network, options.target, options.weights_type);
  std::string head = "| stage | loop | tile | FMAs | loads/FMA | stack |";
  std::string rule = "|---|---|---|--:|--:|--:|";
  for (const CoreModel& core : cores) {
    head += fmt::format(" {} |", core.core.cpu);
    rule += "--:|";
  }
  fmt::print("{}\n{}\n", head, rule);
  for (const Row& row : rows) {
    fmt::print("| {} | {} | {} | {} | {:.2f} | {} |", row.stage, row.part, row.tile, row.loop.fmas,
               double(row.loop.loads) / row.loop.fmas, row.loop.stack_accesses.size());
    for (std::size_t c = 0; c < cores.size(); ++c) {
      fmt::print(" {:.1f}, {:.0f}% |", row.cycles[c], 100 * share(row, c, cores));
    }
    fmt::print("\n");
  }
  const auto print_weighted = [&](const char* title, const auto& choose) {
    fmt::print("| **{}** | | | | | |", title);
    for (std::size_t c = 0; c < cores.size(); ++c) {
      fmt::print(" {} |", weighted(rows, c, cores, choose));
    }
    fmt::print("\n");
  };
  print_weighted("products", [](const Row& row) { return row.is_product; });
  print_weighted("others", [](const Row& row) { return !row.is_product; });
  print_weighted("network", [](const Row&) { return true; });
  return {};
}

Result<void> run(const Options& options) {
  CompileOptions compilation;
  SLIMC_ASSIGN(compilation.targets, parse_targets(options.target));
  if (options.weights_type == "f16") compilation.plan.precision.weights = ElementType::Float16;
  const std::string llvm_mca =
      options.llvm_mca.empty() ? find_llvm_mca().string() : options.llvm_mca;
  if (llvm_mca.empty()) {
    return fail({.message = "there is no llvm-mca; Debian's packages llvm-14 and llvm-19 have one",
                 .blame = Blame::Tool});
  }
  std::vector<CoreModel> cores;
  fmt::print("By {}. A cell is cycles an iteration, share of the model's limit.\n\n", llvm_mca);
  for (const std::string& word : options.cpus) {
    CoreModel core{.core = {compilation.target().triple, cpu_name(word)}};
    SLIMC_ASSIGN(core.model, model_name(llvm_mca, core.core));
    SLIMC_ASSIGN(core.fma_cycles, cycles_per_fma(llvm_mca, core.core));
    fmt::print("- {}: model {}, {:.2f} vector FMAs a cycle\n", core.core.cpu, core.model,
               1 / core.fma_cycles);
    cores.push_back(core);
  }
  for (const std::string& network : options.networks) {
    SLIMC_TRY(print_network(network, options, compilation, llvm_mca, cores));
    std::fflush(stdout);
  }
  return {};
}

}  // namespace
}  // namespace slimc::arm

int main(int argc, char** argv) {
  slimc::arm::Options options;
  CLI::App app("Share of the multiply-add units' limit that a network's loops reach, by llvm-mca.");
  app.add_option("--network", options.networks, "ALPHA/RESOLUTION, several with commas")
      ->delimiter(',')
      ->capture_default_str();
  app.add_option("--cpu", options.cpus, "a53, a76, n1, or LLVM's names; several with commas")
      ->delimiter(',')
      ->capture_default_str();
  app.add_option("--target", options.target, "a target of slimc's for ARM")->capture_default_str();
  app.add_option("--weights-type", options.weights_type, "f32 or f16")
      ->check(CLI::IsMember({"f32", "f16"}))
      ->capture_default_str();
  app.add_option("--llvm-mca", options.llvm_mca, "the program; otherwise the newest in PATH");
  CLI11_PARSE(app, argc, argv);
  const slimc::Result<void> done = slimc::arm::run(options);
  if (done) return 0;
  std::fprintf(stderr, "arm_speed: %s\n", done.error().to_string().c_str());
  return 1;
}

#include "tests/benchmarks/arm/machine_code_analyzer.h"

#include <fmt/format.h>

#include <regex>
#include <sstream>

#include "support/files.h"
#include "support/process.h"
#include "support/temporary_folder.h"

namespace slimc::arm {
namespace {

bool is_32_bit(const Core& core) { return core.triple.starts_with("armv7"); }

Result<std::string> run_mca(const std::filesystem::path& llvm_mca, const Core& core,
                            const std::string& assembly,
                            const std::vector<std::string>& more_arguments) {
  SLIMC_ASSIGN(const TemporaryFolder folder, TemporaryFolder::create());
  const std::filesystem::path file = folder.path() / "loops.s";
  OutputFiles files;
  files.add(file, assembly);
  SLIMC_TRY(files.commit());
  std::vector<std::string> arguments = {
      "-mtriple=" + core.triple, "-mcpu=" + core.cpu,
      // Of cores that lack them, the model of their other instructions is what counts.
      is_32_bit(core) ? "-mattr=+neon,+vfp4" : "-mattr=+fullfp16,+dotprod"};
  arguments.insert(arguments.end(), more_arguments.begin(), more_arguments.end());
  arguments.push_back(file.string());
  SLIMC_ASSIGN(const ProcessOutcome outcome,
               run_process(llvm_mca.string(), arguments, std::chrono::seconds(60)));
  if (!outcome.ok()) {
    return fail({.subject = "llvm-mca for " + core.cpu,
                 .message = outcome.last_lines(),
                 .blame = Blame::Tool});
  }
  return outcome.output;
}

// Of each region.
Result<std::vector<double>> total_cycles(const std::filesystem::path& llvm_mca, const Core& core,
                                         const std::string& assembly, int iterations) {
  SLIMC_ASSIGN(const std::string report,
               run_mca(llvm_mca, core, assembly,
                       {fmt::format("-iterations={}", iterations), "-instruction-info=false",
                        "-resource-pressure=false"}));
  static const std::regex total(R"(Total Cycles:\s+(\d+))");
  std::vector<double> cycles;
  for (std::sregex_iterator match(report.begin(), report.end(), total), end; match != end;
       ++match) {
    cycles.push_back(std::stod((*match)[1]));
  }
  return cycles;
}

Result<std::vector<double>> steady_cycles(const std::filesystem::path& llvm_mca, const Core& core,
                                          const std::vector<std::vector<std::string>>& blocks) {
  if (blocks.empty()) return std::vector<double>{};
  std::string assembly;
  const std::string comment = is_32_bit(core) ? "@" : "#";
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    assembly += fmt::format("{} LLVM-MCA-BEGIN {}\n", comment, i);
    for (const std::string& instruction : blocks[i]) assembly += instruction + "\n";
    assembly += fmt::format("{} LLVM-MCA-END\n", comment);
  }
  // What filling and draining the pipeline takes falls out of the difference.
  constexpr int kFew = 50, kMany = 150;
  SLIMC_ASSIGN(const std::vector<double> few, total_cycles(llvm_mca, core, assembly, kFew));
  SLIMC_ASSIGN(const std::vector<double> many, total_cycles(llvm_mca, core, assembly, kMany));
  if (few.size() != blocks.size() || many.size() != blocks.size()) {
    return fail({.subject = "llvm-mca for " + core.cpu,
                 .message = fmt::format("reported {} and {} blocks of {}", few.size(), many.size(),
                                        blocks.size()),
                 .blame = Blame::Tool});
  }
  std::vector<double> cycles;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    cycles.push_back((many[i] - few[i]) / (kMany - kFew));
  }
  return cycles;
}

// As many independent sums as registers hold.
std::vector<std::string> fma_stream(const Core& core) {
  std::vector<std::string> stream;
  const int sums = is_32_bit(core) ? 12 : 24;
  for (int i = 0; i < sums; ++i) {
    stream.push_back(is_32_bit(core) ? fmt::format("\tvmla.f32 q{}, q13, d0[0]", i + 1)
                                     : fmt::format("\tfmla v{}.4s, v30.4s, v31.s[0]", i));
  }
  return stream;
}

}  // namespace

std::filesystem::path find_llvm_mca() {
  for (const char* name :
       {"llvm-mca-22", "llvm-mca-19", "llvm-mca-16", "llvm-mca-15", "llvm-mca-14"}) {
    if (std::filesystem::path program = find_program(name); !program.empty()) return program;
  }
  return {};
}

Result<std::vector<double>> cycles_per_iteration(const std::filesystem::path& llvm_mca,
                                                 const Core& core,
                                                 const std::vector<InnerLoop>& loops) {
  std::vector<std::vector<std::string>> blocks;
  for (const InnerLoop& loop : loops) blocks.push_back(loop.instructions);
  return steady_cycles(llvm_mca, core, blocks);
}

Result<double> cycles_per_fma(const std::filesystem::path& llvm_mca, const Core& core) {
  const std::vector<std::string> stream = fma_stream(core);
  SLIMC_ASSIGN(const std::vector<double> cycles, steady_cycles(llvm_mca, core, {stream}));
  return cycles[0] / static_cast<double>(stream.size());
}

Result<std::string> model_name(const std::filesystem::path& llvm_mca, const Core& core) {
  SLIMC_ASSIGN(const std::string report,
               run_mca(llvm_mca, core, fma_stream(core)[0] + "\n", {"-instruction-info=false"}));
  static const std::regex resource(R"(\[0(?:\.0)?\]\s+- (\w+?)(?:Unit\w*)?\s)");
  std::smatch match;
  return std::regex_search(report, match, resource) ? match[1].str() : "unknown";
}

}  // namespace slimc::arm

#include "tests/benchmarks/arm/inner_loops.h"

#include <map>
#include <regex>
#include <sstream>

namespace slimc::arm {
namespace {

// Registers of vectors that a load fills: "ldp q0, q1, [x0]" two, "ld1 { v0.4s, v1.4s }, [x0]" two.
int vector_loads(const std::string& instruction) {
  static const std::regex load(R"(^\s+(ldu?r|ldp|ld1r?|vldr|vld1\.\d+|vldmia)\s+(.*))");
  static const std::regex vector_register(R"(\b[bhsdqv]\d+\b)");
  std::smatch match;
  if (!std::regex_match(instruction, match, load)) return 0;
  const std::string operands = match[2].str().substr(0, match[2].str().find('['));
  const auto registers =
      std::distance(std::sregex_iterator(operands.begin(), operands.end(), vector_register), {});
  // 32-bit ARM names the halves of a vector: "vld1.32 {d0, d1}, [r0]".
  const bool halves = operands.find('{') != std::string::npos && instruction.find("\tvld") == 0;
  return static_cast<int>(halves ? (registers + 1) / 2 : registers);
}

void count(const std::string& line, InnerLoop& loop) {
  // 32-bit ARM's vmul is one whose sum is an instruction of its own.
  static const std::regex fma(R"(^\s+(vfn?madd[0-9]*ps|fmla|v(mla|fma|mul)\.f32)\s.*)");
  static const std::regex prefetch(R"(^\s+(prefetcht[01]|prfm|pld)\s.*)");
  static const std::regex conversion(R"(^\s+(vcvtph2ps|fcvtl2?)\s.*)");
  static const std::regex stack(R"(.*(\(%rsp|\[sp|\badd\s.*\bsp\b).*)");
  if (std::regex_match(line, fma)) ++loop.fmas;
  if (std::regex_match(line, prefetch)) ++loop.prefetches;
  if (std::regex_match(line, conversion)) ++loop.conversions;
  if (std::regex_match(line, stack)) loop.stack_accesses.push_back(line);
  loop.loads += vector_loads(line);
}

}  // namespace

bool InnerLoop::is_reduction() const {
  static const std::regex accumulator(R"(^accumulator(\$\d+)?\.s1\..*)");
  return std::regex_match(name, accumulator);
}

std::vector<InnerLoop> inner_loops(std::string_view assembly) {
  static const std::regex label(R"re(^(\.?LBB[0-9_]+):(?:.*%"for ([^"]+)".*)?.*)re");
  static const std::regex branch(
      R"(^\s+(?:j[a-z]+|b\.[a-z]+|b[a-z]*|cbnz|cbz|tbz|tbnz)\s+(?:.*[ ,\t])?(\.?LBB[0-9_]+)\s*(?:(?://|#|@).*)?$)");
  // Directives, labels without loops and comments of a whole line are no instructions.
  static const std::regex instruction(R"(^\s+[a-z].*)");
  struct Header {
    std::size_t line;
    std::string name;
  };
  std::map<std::string, Header> headers;
  std::vector<std::string> lines;
  std::vector<InnerLoop> loops;
  std::size_t last_begin = 0;  // of the loop that was found last: one that begins before holds it
  std::istringstream text{std::string(assembly)};
  for (std::string line; std::getline(text, line); lines.push_back(line)) {
    std::smatch match;
    if (std::regex_match(line, match, label)) {
      headers[match[1]] = {lines.size(), match[2]};
      continue;
    }
    if (!std::regex_match(line, match, branch)) continue;
    const auto header = headers.find(match[1]);
    if (header == headers.end() || header->second.line < last_begin) continue;
    InnerLoop loop{.label = header->first, .name = header->second.name};
    // A second branch back makes the loop longer that the first one closed.
    if (!loops.empty() && loops.back().label == loop.label) loops.pop_back();
    last_begin = header->second.line;
    for (std::size_t i = header->second.line + 1; i < lines.size(); ++i) {
      if (std::regex_match(lines[i], instruction)) loop.instructions.push_back(lines[i]);
    }
    loop.instructions.push_back(line);
    for (const std::string& one : loop.instructions) count(one, loop);
    loops.push_back(std::move(loop));
  }
  std::erase_if(loops, [](const InnerLoop& loop) { return loop.fmas == 0; });
  return loops;
}

}  // namespace slimc::arm

#include "compiler/codegen/source_text.h"

#include <fmt/format.h>
#include <llvm/ADT/Triple.h>

#include <cctype>

#include "compiler/codegen/codegen.h"
#include "compiler/support/check.h"

namespace slimc {

std::string macro_prefix(const std::string& name) {
  std::string prefix = name;
  for (char& c : prefix) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return prefix;
}

std::string comment_text(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    const bool closes = c == '/' && !safe.empty() && safe.back() == '*';
    const bool opens = c == '*' && !safe.empty() && safe.back() == '/';
    if (closes || opens) safe += ' ';
    safe += c == '\\' || std::iscntrl(static_cast<unsigned char>(c)) ? ' ' : c;
  }
  return safe;
}

std::string string_literal(const std::string& text) {
  std::string literal = "\"";
  for (const char c : text) {
    // Three octal digits never run into what follows; '?' could begin a trigraph in C99.
    if (c == '"' || c == '\\' || c == '?' || std::iscntrl(static_cast<unsigned char>(c))) {
      literal += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
    } else {
      literal += c;
    }
  }
  return literal + '"';
}

std::string bytes_text(std::int64_t bytes) {
  if (bytes < 1000) return fmt::format("{} bytes", bytes);
  const auto amount = static_cast<double>(bytes);
  return bytes < 1000000 ? fmt::format("{:.1f} KB", amount * 1e-3)
                         : fmt::format("{:.2f} MB", amount * 1e-6);
}

std::string count_text(std::int64_t count) {
  return count < 1000000 ? std::to_string(count)
                         : fmt::format("{:.2f} million", static_cast<double>(count) * 1e-6);
}

bool has_threads(const Target& target) {
  const llvm::Triple triple(target.triple);
  return triple.isOSLinux() || triple.isOSDarwin();
}

int max_threads(const Plan& plan, const Target& target) {
  return has_threads(target) ? plan.max_threads : 1;
}

std::string kernel_symbol(const Plan& plan, int kernel) {
  for (const Stage& stage : plan.stages) {
    if (stage.kernel == kernel) return plan.name + "_k_" + stage.name;
    if (stage.kernel_u8 == kernel) return plan.name + "_k_" + stage.name + "_u8";
  }
  SLIMC_CHECK(false, fmt::format("no stage uses kernel {}", kernel));
  return {};
}

}  // namespace slimc

#include "compiler/objects/stack_reader.h"

#include <algorithm>
#include <cstdlib>
#include <regex>

namespace slimc {
namespace {

using Taken = std::optional<std::int64_t>;

std::int64_t number(const std::string& text) { return std::strtoll(text.c_str(), nullptr, 0); }

std::int64_t registers_in(const std::string& list) {
  return 1 + std::count(list.begin(), list.end(), ',');
}

Taken taken_x86(const std::string& text) {
  static const std::regex push("push[a-z]*\\s.*|pushf.*"), pop("(pop|ret|call|leave).*"),
      sub("sub[lq]?\\s\\$(-?\\w+), %[re]sp"), add("add[lq]?\\s\\$(-?\\w+), %[re]sp"),
      align("and[lq]?\\s\\$(-?\\w+), %[re]sp"), restore("(mov|lea)[lq]?\\s.*%[re]bp\\)?, %[re]sp"),
      restore_lea("lea[lq]?\\s(-?\\w*)\\(%[re]sp\\), %[re]sp");
  std::smatch match;
  if (std::regex_match(text, push)) return 8;
  if (std::regex_match(text, pop) || std::regex_match(text, restore)) return 0;
  if (std::regex_match(text, match, sub)) {
    return std::max<std::int64_t>(number(match[1]), 0);
  }
  if (std::regex_match(text, match, add) || std::regex_match(text, match, restore_lea)) {
    return std::max<std::int64_t>(-number(match[1]), 0);
  }
  if (std::regex_match(text, match, align)) {
    // LLVM writes -256 of 32 bits as 4294967040.
    const auto mask = static_cast<std::int32_t>(number(match[1]));
    if (mask < 0) return -std::int64_t{mask};
  }
  return std::nullopt;
}

Taken taken_arm64(const std::string& text) {
  static const std::regex pre("(stp|str)\\s.*\\[sp, #-(\\w+)\\]!"),
      post("(ldp|ldr)\\s.*\\[sp\\], #\\w+"), sub("sub\\s(\\w+), sp, #(\\w+)(, lsl #12)?"),
      align("and\\ssp, x\\d+, #(\\w+)"),
      restore("add\\ssp, .*|mov\\ssp, x29|sub\\ssp, x29, #.*|(ret|bl|blr)\\b.*");
  std::smatch match;
  if (std::regex_match(text, match, pre)) return number(match[2]);
  if (std::regex_match(text, match, sub)) {
    return number(match[2]) << (match[3].matched ? 12 : 0);
  }
  if (std::regex_match(text, match, align)) {
    return static_cast<std::int64_t>(~std::strtoull(match[1].str().c_str(), nullptr, 0) + 1);
  }
  if (std::regex_match(text, post) || std::regex_match(text, restore)) return 0;
  return std::nullopt;
}

// Of "pophi {r4, pc}", which gives back where the comparison before says so.
constexpr char kConditions[] = "eq|ne|hs|lo|mi|pl|vs|vc|hi|ls|ge|lt|gt|le";

// LLVM aligns the pointer in place, or in r4 where it saves vector registers
// (ARMFrameLowering.cpp); bits of other registers are cleared for other reasons.
Taken taken_arm32(const std::string& text) {
  static const std::regex push("(push|stmdb\\ssp!,)\\s*\\{(.*)\\}"), vpush("vpush\\s\\{(.*)\\}"),
      pre("str\\s.*\\[sp, #-(\\w+)\\]!"), sub("sub\\s\\w+, sp, #(\\w+)"),
      align("bfc\\s(?:sp|r4), #0, #(\\w+)"), other("bfc\\s.*"),
      restore(std::string("(pop|vpop|add|ldr|ldm|bx|bl|mov)(") + kConditions +
              ")?\\b.*|sub\\ssp, r\\d+, #.*");
  std::smatch match;
  if (std::regex_match(text, match, vpush)) return registers_in(match[1]) * 8;
  if (std::regex_match(text, match, push)) return registers_in(match[2]) * 4;
  if (std::regex_match(text, match, pre) || std::regex_match(text, match, sub)) {
    return number(match[1]);
  }
  if (std::regex_match(text, match, align)) return std::int64_t{1} << number(match[1]);
  if (std::regex_match(text, restore) || std::regex_match(text, other)) return 0;
  return std::nullopt;
}

bool never(std::string_view /*opcode*/, bool /*from_pointer*/) { return false; }

// sub x9, sp, #...: on its way to be aligned.
bool subtracts(std::string_view opcode, bool from_pointer) {
  return from_pointer && opcode.starts_with("SUB");
}

bool subtracts_or_aligns(std::string_view opcode, bool from_pointer) {
  return subtracts(opcode, from_pointer) || opcode.starts_with("BFC");
}

constexpr StackReader kReaders[] = {
    {.name = "x86",
     .features = "",
     .return_address = 8,  // of 32 bits, too: a bound
     .data_word_bytes = 0,
     .prepares_pointer = never,
     .taken = taken_x86},
    {.name = "arm64",
     .features = "+v8.6a,+fullfp16,+fp16fml,+dotprod",
     .return_address = 0,
     .data_word_bytes = 4,
     .prepares_pointer = subtracts,
     .taken = taken_arm64},
    {.name = "arm32",
     .features = "+v8.2a,+neon,+vfp4,+fullfp16,+dotprod,+hwdiv-arm",
     .return_address = 0,
     .data_word_bytes = 4,
     .prepares_pointer = subtracts_or_aligns,
     .taken = taken_arm32},
};

}  // namespace

const StackReader* find_stack_reader(std::string_view name) {
  for (const StackReader& reader : kReaders) {
    if (reader.name == name) return &reader;
  }
  return nullptr;
}

}  // namespace slimc

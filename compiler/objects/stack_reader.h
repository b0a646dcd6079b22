// How much stack the instructions of an architecture take: a row each.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace slimc {

struct StackReader {
  std::string_view name;  // Architecture::stack_reader
  // LLVM's, for its disassembler: all that the code of any target may use.
  std::string_view features;
  std::int64_t return_address;  // bytes that a call puts on the stack
  // Words between functions that are no instructions and can be stepped over; 0: there are none.
  int data_word_bytes;
  // Whether an instruction that leaves the stack pointer as it is takes part in a frame all the
  // same: one that computes what the pointer will be. `opcode` is LLVM's name, "SUBXri";
  // `from_pointer` says that its first operand is the pointer.
  bool (*prepares_pointer)(std::string_view opcode, bool from_pointer);
  // The bytes that an instruction takes which changes the pointer or prepares that; nothing where
  // it does so in a way that no compiler's frame does. The text is that of LLVM's assembly.
  std::optional<std::int64_t> (*taken)(const std::string& text);
};

// Null for a name without a row.
const StackReader* find_stack_reader(std::string_view name);

}  // namespace slimc

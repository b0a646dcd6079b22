#include "compiler/objects/stack_frames.h"

#include <fmt/format.h>
#include <llvm/MC/MCAsmInfo.h>
#include <llvm/MC/MCContext.h>
#include <llvm/MC/MCDisassembler/MCDisassembler.h>
#include <llvm/MC/MCInst.h>
#include <llvm/MC/MCInstPrinter.h>
#include <llvm/MC/MCInstrInfo.h>
#include <llvm/MC/MCRegisterInfo.h>
#include <llvm/MC/MCSubtargetInfo.h>
#include <llvm/MC/MCTargetOptions.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "compiler/objects/object_file.h"
#include "compiler/objects/stack_reader.h"

namespace slimc {
namespace {

Failure unknown(std::string message) {
  return fail({.message = std::move(message), .blame = Blame::Tool});
}

// LLVM's disassembler for one target, and what its instructions take.
class Disassembler {
 public:
  static Result<std::unique_ptr<Disassembler>> make(const Target& target) {
    const StackReader* reader = find_stack_reader(target.architecture->stack_reader);
    if (reader == nullptr) {
      return unknown(fmt::format("slimc does not know what instructions of {}-bit {} take",
                                 target.architecture->bits, target.architecture->halide));
    }
    static std::once_flag initialised;
    std::call_once(initialised, [] {
      llvm::InitializeAllTargetInfos();
      llvm::InitializeAllTargetMCs();
      llvm::InitializeAllDisassemblers();
    });
    std::string error;
    const llvm::Target* llvm = llvm::TargetRegistry::lookupTarget(target.triple, error);
    if (llvm == nullptr) return unknown("LLVM does not read " + target.triple + ": " + error);
    auto made = std::make_unique<Disassembler>();
    made->reader_ = reader;
    made->start(*llvm, target.triple);
    if (!made->disassembler_ || !made->printer_) {
      return unknown("LLVM has no disassembler for " + target.triple);
    }
    return made;
  }

  // What the code of one function takes in all.
  Result<std::int64_t> taken(llvm::ArrayRef<std::uint8_t> code, std::uint64_t address) {
    std::int64_t sum = reader_->return_address;
    for (std::uint64_t at = 0; at < code.size();) {
      llvm::MCInst instruction;
      std::uint64_t size = 0;
      if (disassembler_->getInstruction(instruction, size, code.slice(at), address + at,
                                        llvm::nulls()) != llvm::MCDisassembler::Success) {
        if (reader_->data_word_bytes == 0) {
          return unknown(fmt::format("LLVM knows no instruction at {:#x}", address + at));
        }
        at += static_cast<std::uint64_t>(reader_->data_word_bytes);
        continue;
      }
      if (touches_pointer(instruction)) {
        const std::string text = text_of(instruction, address + at);
        const std::optional<std::int64_t> bytes = reader_->taken(text);
        if (!bytes) return unknown("'" + text + "' takes what is no constant");
        sum += *bytes;
      }
      at += size;
    }
    return sum;
  }

 private:
  void start(const llvm::Target& llvm, const std::string& triple) {
    registers_.reset(llvm.createMCRegInfo(triple));
    assembly_.reset(llvm.createMCAsmInfo(*registers_, triple, {}));
    instructions_.reset(llvm.createMCInstrInfo());
    subtarget_.reset(llvm.createMCSubtargetInfo(triple, "", std::string(reader_->features)));
    context_ = std::make_unique<llvm::MCContext>(llvm::Triple(triple), assembly_.get(),
                                                 registers_.get(), subtarget_.get());
    disassembler_.reset(llvm.createMCDisassembler(*subtarget_, *context_));
    printer_.reset(
        llvm.createMCInstPrinter(llvm::Triple(triple), 0, *assembly_, *instructions_, *registers_));
    for (unsigned i = 1; i < registers_->getNumRegs(); ++i) {
      const llvm::StringRef name = registers_->getName(i);
      if (name == "RSP" || name == "ESP" || name == "SP") pointers_.push_back(i);
    }
  }

  // Whether the stack pointer is changed, or prepared to be.
  bool touches_pointer(const llvm::MCInst& instruction) const {
    const llvm::MCInstrDesc& what = instructions_->get(instruction.getOpcode());
    const bool is_call = what.isCall() || what.isReturn();
    bool from_pointer = false;
    for (const unsigned pointer : pointers_) {
      if (!is_call && what.hasDefOfPhysReg(instruction, pointer, *registers_)) return true;
      from_pointer |= instruction.getNumOperands() >= 3 && instruction.getOperand(1).isReg() &&
                      instruction.getOperand(1).getReg() == pointer;
    }
    const llvm::StringRef opcode = instructions_->getName(instruction.getOpcode());
    return reader_->prepares_pointer({opcode.data(), opcode.size()}, from_pointer);
  }

  std::string text_of(const llvm::MCInst& instruction, std::uint64_t address) {
    std::string text;
    llvm::raw_string_ostream stream(text);
    printer_->printInst(&instruction, address, "", *subtarget_, stream);
    stream.flush();
    text.erase(0, text.find_first_not_of(" \t"));
    std::replace(text.begin(), text.end(), '\t', ' ');
    while (!text.empty() && text.back() == ' ') text.pop_back();
    return text;
  }

  const StackReader* reader_ = nullptr;
  std::vector<unsigned> pointers_;
  std::unique_ptr<llvm::MCRegisterInfo> registers_;
  std::unique_ptr<llvm::MCAsmInfo> assembly_;
  std::unique_ptr<llvm::MCInstrInfo> instructions_;
  std::unique_ptr<llvm::MCSubtargetInfo> subtarget_;
  std::unique_ptr<llvm::MCContext> context_;
  std::unique_ptr<llvm::MCDisassembler> disassembler_;
  std::unique_ptr<llvm::MCInstPrinter> printer_;
};

// A section's pieces: (first byte, name), a name beginning with '$' for a kind of content.
using Pieces = std::vector<std::pair<std::uint64_t, std::string>>;

Pieces pieces_of(const llvm::object::ObjectFile& file, const llvm::object::SectionRef& section) {
  Pieces pieces;
  for (const llvm::object::SymbolRef& symbol : file.symbols()) {
    auto home = symbol.getSection();
    auto name = symbol.getName();
    auto value = symbol.getValue();
    auto type = symbol.getType();
    if (!home || !name || !value || !type) {
      if (!home) llvm::consumeError(home.takeError());
      if (!name) llvm::consumeError(name.takeError());
      if (!value) llvm::consumeError(value.takeError());
      if (!type) llvm::consumeError(type.takeError());
      continue;
    }
    if (*home == file.section_end() || **home != section || name->empty()) continue;
    // Labels of Mach-O's assembler at the beginning of a section ("ltmp0"), where a function's own
    // name stands, too.
    if (file.isMachO() && name->startswith("l")) continue;
    const bool mapping = name->startswith("$");
    if (*type != llvm::object::SymbolRef::ST_Function && !mapping) continue;
    pieces.emplace_back(*value, name->str());
  }
  std::sort(pieces.begin(), pieces.end());
  return pieces;
}

// Adds the functions of one section.
Result<void> add_frames(const llvm::object::ObjectFile& file,
                        const llvm::object::SectionRef& section, Disassembler& disassembler,
                        StackFrames& frames) {
  auto contents = section.getContents();
  if (!contents) return unknown(llvm::toString(contents.takeError()));
  const Pieces pieces = pieces_of(file, section);
  const std::uint64_t start = section.getAddress(), end = start + contents->size();
  std::string function;
  bool is_code = true;
  std::uint64_t at = start;
  for (std::size_t i = 0; i <= pieces.size(); ++i) {
    const std::uint64_t next = i < pieces.size() ? pieces[i].first : end;
    if (next > end) return unknown("'" + pieces[i].second + "' lies behind its section");
    if (next > at && is_code) {
      const auto code = llvm::arrayRefFromStringRef(contents->substr(at - start, next - at));
      const Result<std::int64_t> taken = disassembler.taken(code, at);
      if (!taken) return unknown(function + ": " + taken.error().to_string());
      frames[function] += *taken;
    }
    at = next;
    if (i == pieces.size()) break;
    const std::string& name = pieces[i].second;
    if (name.starts_with("$t")) return unknown(fmt::format("there is Thumb code at {:#x}", next));
    is_code = !name.starts_with("$d");
    if (!name.starts_with("$")) function = name;
  }
  return {};
}

}  // namespace

Result<StackFrames> stack_frames(const std::string& object, const Target& target) {
  SLIMC_ASSIGN(const std::unique_ptr<Disassembler> disassembler, Disassembler::make(target));
  SLIMC_ASSIGN(const auto file, open_object(object));
  StackFrames frames;
  for (const llvm::object::SectionRef& section : file->sections()) {
    if (!section.isText() || section.getSize() == 0) continue;
    SLIMC_TRY(add_frames(*file, section, *disassembler, frames));
  }
  return frames;
}

}  // namespace slimc

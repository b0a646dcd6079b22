#include "compiler/objects/stack_bytes.h"

#include <llvm/Demangle/Demangle.h>
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
#include <llvm/Object/ObjectFile.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <regex>
#include <vector>

namespace slimc {
namespace {

using Frames = std::map<std::string, std::int64_t>;

enum class Family { X86, Arm64, Arm32 };

// Bytes below the stack pointer that functions of some systems use without taking them.
constexpr std::int64_t kRedZone = 128;

std::int64_t number(const std::string& text) { return std::strtoll(text.c_str(), nullptr, 0); }

std::int64_t registers_in(const std::string& list) {
  return 1 + std::count(list.begin(), list.end(), ',');
}

// What an instruction takes from the stack; nothing where it moves the stack pointer in a way that
// no compiler's frame does. The texts are those of LLVM's assembly.
std::optional<std::int64_t> taken_x86(const std::string& text) {
  static const std::regex push("push[a-z]*\\s.*|pushf.*"), pop("(pop|ret|call|leave).*"),
      sub("sub[lq]?\\s\\$(-?\\w+), %[re]sp"), add("add[lq]?\\s\\$(-?\\w+), %[re]sp"),
      align("and[lq]?\\s\\$(-\\w+), %[re]sp"), restore("(mov|lea)[lq]?\\s.*%[re]bp\\)?, %[re]sp"),
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
  if (std::regex_match(text, match, align)) return -number(match[1]);
  return std::nullopt;
}

std::optional<std::int64_t> taken_arm64(const std::string& text) {
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

std::optional<std::int64_t> taken_arm32(const std::string& text) {
  static const std::regex push("(push|stmdb\\ssp!,)\\s*\\{(.*)\\}"), vpush("vpush\\s\\{(.*)\\}"),
      pre("str\\s.*\\[sp, #-(\\w+)\\]!"), sub("sub\\s\\w+, sp, #(\\w+)"),
      align("bfc\\s\\w+, #0, #(\\w+)"),
      restore("(pop|vpop|add|ldr|ldm|bx|bl|mov)\\b.*|sub\\ssp, r\\d+, #.*");
  std::smatch match;
  if (std::regex_match(text, match, vpush)) return registers_in(match[1]) * 8;
  if (std::regex_match(text, match, push)) return registers_in(match[2]) * 4;
  if (std::regex_match(text, match, pre) || std::regex_match(text, match, sub)) {
    return number(match[1]);
  }
  if (std::regex_match(text, match, align)) return std::int64_t{1} << number(match[1]);
  if (std::regex_match(text, restore)) return 0;
  return std::nullopt;
}

// LLVM's disassembler for one target.
class Reader {
 public:
  static std::unique_ptr<Reader> make(const std::string& triple_name) {
    static std::once_flag initialised;
    std::call_once(initialised, [] {
      llvm::InitializeAllTargetInfos();
      llvm::InitializeAllTargetMCs();
      llvm::InitializeAllDisassemblers();
    });
    auto reader = std::make_unique<Reader>();
    const llvm::Triple triple(triple_name);
    std::string features;
    if (triple.isX86()) {
      reader->family_ = Family::X86;
    } else if (triple.isAArch64()) {
      reader->family_ = Family::Arm64;
      features = "+v8.6a,+fullfp16,+fp16fml,+dotprod";
    } else if (triple.isARM() && !triple.isOSDarwin()) {
      reader->family_ = Family::Arm32;
      features = "+v8.2a,+neon,+vfp4,+fullfp16,+dotprod,+hwdiv-arm";
    } else {
      return nullptr;  // Apple's 32-bit ARM code is Thumb
    }
    std::string error;
    const llvm::Target* target = llvm::TargetRegistry::lookupTarget(triple_name, error);
    if (target == nullptr) return nullptr;
    reader->registers_.reset(target->createMCRegInfo(triple_name));
    reader->assembly_.reset(target->createMCAsmInfo(*reader->registers_, triple_name, {}));
    reader->instructions_.reset(target->createMCInstrInfo());
    reader->subtarget_.reset(target->createMCSubtargetInfo(triple_name, "", features));
    reader->context_ = std::make_unique<llvm::MCContext>(
        triple, reader->assembly_.get(), reader->registers_.get(), reader->subtarget_.get());
    reader->disassembler_.reset(
        target->createMCDisassembler(*reader->subtarget_, *reader->context_));
    reader->printer_.reset(target->createMCInstPrinter(
        triple, 0, *reader->assembly_, *reader->instructions_, *reader->registers_));
    if (!reader->disassembler_ || !reader->printer_) return nullptr;
    for (unsigned i = 1; i < reader->registers_->getNumRegs(); ++i) {
      const llvm::StringRef name = reader->registers_->getName(i);
      if (name == "RSP" || name == "ESP" || name == "SP") reader->pointers_.push_back(i);
    }
    return reader;
  }

  // What the code of one function takes in all.
  std::optional<std::int64_t> taken(llvm::ArrayRef<std::uint8_t> code, std::uint64_t address) {
    std::int64_t sum = family_ == Family::X86 ? 8 : 0;  // the return address
    for (std::uint64_t at = 0; at < code.size();) {
      llvm::MCInst instruction;
      std::uint64_t size = 0;
      if (disassembler_->getInstruction(instruction, size, code.slice(at), address + at,
                                        llvm::nulls()) != llvm::MCDisassembler::Success) {
        // Padding of a section, or words between functions.
        if (family_ == Family::X86) return std::nullopt;
        at += 4;
        continue;
      }
      if (touches_pointer(instruction)) {
        const std::optional<std::int64_t> bytes = taken(instruction, address + at);
        if (!bytes) return std::nullopt;
        sum += *bytes;
      }
      at += size;
    }
    return sum;
  }

 private:
  // Whether the stack pointer is changed, or copied with another value.
  bool touches_pointer(const llvm::MCInst& instruction) const {
    const llvm::MCInstrDesc& what = instructions_->get(instruction.getOpcode());
    const bool is_call = what.isCall() || what.isReturn();
    for (const unsigned pointer : pointers_) {
      if (!is_call && what.hasDefOfPhysReg(instruction, pointer, *registers_)) return true;
      // sub x9, sp, #...: on its way to be aligned.
      if (family_ == Family::X86 || instruction.getNumOperands() < 3) continue;
      const llvm::StringRef name = instructions_->getName(instruction.getOpcode());
      if (!name.startswith("SUB")) continue;
      if (instruction.getOperand(1).isReg() && instruction.getOperand(1).getReg() == pointer) {
        return true;
      }
    }
    return family_ == Family::Arm32 &&
           instructions_->getName(instruction.getOpcode()).startswith("BFC");
  }

  std::optional<std::int64_t> taken(const llvm::MCInst& instruction, std::uint64_t address) {
    std::string text;
    llvm::raw_string_ostream stream(text);
    printer_->printInst(&instruction, address, "", *subtarget_, stream);
    stream.flush();
    text.erase(0, text.find_first_not_of(" \t"));
    std::replace(text.begin(), text.end(), '\t', ' ');
    while (!text.empty() && text.back() == ' ') text.pop_back();
    switch (family_) {
      case Family::X86:
        return taken_x86(text);
      case Family::Arm64:
        return taken_arm64(text);
      case Family::Arm32:
        return taken_arm32(text);
    }
    return std::nullopt;
  }

  Family family_ = Family::X86;
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
    const bool mapping = name->startswith("$");
    if (*type != llvm::object::SymbolRef::ST_Function && !mapping) continue;
    pieces.emplace_back(*value, name->str());
  }
  std::sort(pieces.begin(), pieces.end());
  return pieces;
}

}  // namespace

std::optional<Frames> stack_frames(const std::string& object, const std::string& triple) {
  const std::unique_ptr<Reader> reader = Reader::make(triple);
  if (!reader) return std::nullopt;
  auto file = llvm::object::ObjectFile::createObjectFile(llvm::MemoryBufferRef(object, "object"));
  if (!file) {
    llvm::consumeError(file.takeError());
    return std::nullopt;
  }
  Frames frames;
  for (const llvm::object::SectionRef& section : (*file)->sections()) {
    if (!section.isText() || section.getSize() == 0) continue;
    auto contents = section.getContents();
    if (!contents) {
      llvm::consumeError(contents.takeError());
      return std::nullopt;
    }
    const Pieces pieces = pieces_of(**file, section);
    const std::uint64_t start = section.getAddress(), end = start + contents->size();
    std::string function;
    bool is_code = true;
    std::uint64_t at = start;
    for (std::size_t i = 0; i <= pieces.size(); ++i) {
      const std::uint64_t next = i < pieces.size() ? pieces[i].first : end;
      if (next > end) return std::nullopt;
      if (next > at && is_code) {
        const auto taken =
            reader->taken(llvm::arrayRefFromStringRef(contents->substr(at - start, next - at)), at);
        if (!taken) return std::nullopt;
        frames[function] += *taken;
      }
      at = next;
      if (i == pieces.size()) break;
      const std::string& name = pieces[i].second;
      if (name.starts_with("$t")) return std::nullopt;  // Thumb
      if (name.starts_with("$d")) {
        is_code = false;
      } else {
        is_code = true;
        if (!name.starts_with("$")) function = name;
      }
    }
  }
  return frames;
}

namespace {

// "compute_conv_0" of "_ZN12_GLOBAL__N_114compute_conv_0ERN...".
bool is_stage(const std::string& symbol) {
  std::string name = llvm::demangle(symbol);
  for (const std::string_view scope : {"(anonymous namespace)", "`anonymous namespace'"}) {
    for (std::size_t at; (at = name.find(scope)) != std::string::npos;)
      name.erase(at, scope.size());
  }
  if (name.find('(') == std::string::npos) return false;  // a C function
  name = name.substr(0, name.find('('));
  const std::size_t scope = name.rfind("::");
  return scope != std::string::npos && name.compare(scope + 2, 8, "compute_") == 0 &&
         name.find(' ', scope) == std::string::npos && name != "::compute_stages" &&
         !name.ends_with("::compute_stages");
}

}  // namespace

std::int64_t stack_bound(const Frames& code, std::int64_t kernel) {
  std::int64_t sum = kRedZone + kernel, stage = 0;
  for (const auto& [name, bytes] : code) {
    if (is_stage(name)) {
      stage = std::max(stage, bytes);
    } else {
      sum += bytes;
    }
  }
  return (sum + stage + 63) / 64 * 64;
}

std::int64_t kernel_stack(const Frames& frames, std::string_view unused) {
  std::int64_t sum = 0;
  for (const auto& [name, bytes] : frames) {
    if (!name.ends_with(unused)) sum += bytes;
  }
  return sum;
}

}  // namespace slimc

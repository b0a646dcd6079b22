#include "schedules/half_weights.h"

#include <llvm/AsmParser/Parser.h>
#include <llvm/Bitcode/BitcodeWriter.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Support/SourceMgr.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Target/TargetMachine.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

namespace slimc::schedules {
namespace {

constexpr char kFunction[] = "slimc_widen_half";

// One function that takes a vector of bits; Halide finds it by its name with an x and the lanes,
// scalars by the name alone. fpext is what its own cast of Float(16) should have become. Local, so
// that no symbol is left for a linker; and used, because modules are linked before the kernel
// calls it, and LLVM would leave it out.
std::string assembly(int lanes) {
  std::string text = R"(
@llvm.compiler.used = appending global [2 x i8*] [
    i8* bitcast (float (i16)* @NAME to i8*),
    i8* bitcast (<LANES x float> (<LANES x i16>)* @NAMExLANES to i8*)], section "llvm.metadata"
define internal float @NAME(i16 %bits) alwaysinline nounwind readnone {
  %half = bitcast i16 %bits to half
  %wide = fpext half %half to float
  ret float %wide
}
define internal <LANES x float> @NAMExLANES(<LANES x i16> %bits) alwaysinline nounwind readnone {
  %half = bitcast <LANES x i16> %bits to <LANES x half>
  %wide = fpext <LANES x half> %half to <LANES x float>
  ret <LANES x float> %wide
})";
  for (const auto& [word, meaning] :
       {std::pair<std::string, std::string>("NAME", kFunction), {"LANES", std::to_string(lanes)}}) {
    for (std::size_t at = 0; (at = text.find(word, at)) != std::string::npos;) {
      text.replace(at, word.size(), meaning);
      at += meaning.size();
    }
  }
  return text;
}

// Modules are linked without a warning only if they agree in this.
std::string data_layout(const llvm::Triple& triple) {
  llvm::InitializeAllTargetInfos();
  llvm::InitializeAllTargets();
  llvm::InitializeAllTargetMCs();
  std::string problem;
  const llvm::Target* target = llvm::TargetRegistry::lookupTarget(triple.str(), problem);
  if (target == nullptr) return "";
  const std::unique_ptr<llvm::TargetMachine> machine(
      target->createTargetMachine(triple.str(), "", "", {}, llvm::None));
  return machine->createDataLayout().getStringRepresentation();
}

}  // namespace

Halide::Expr widen_weight(const Halide::Expr& stored) {
  if (stored.type().is_float()) return stored;
  return Halide::Internal::Call::make(Halide::Float(32), kFunction, {stored},
                                      Halide::Internal::Call::PureExtern);
}

Halide::ExternalCode half_conversion(const Halide::Target& target, int lanes) {
  const std::string text = assembly(lanes);
  llvm::LLVMContext context;
  llvm::SMDiagnostic problem;
  const std::unique_ptr<llvm::Module> module = llvm::parseAssemblyString(text, problem, context);
  if (module == nullptr) {
    std::cerr << "half_weights.cc: " << problem.getMessage().str() << "\n" << text;
    std::abort();
  }
  const llvm::Triple triple = Halide::Internal::get_triple_for_target(target);
  module->setTargetTriple(triple.str());
  module->setDataLayout(data_layout(triple));
  std::string bitcode;
  llvm::raw_string_ostream stream(bitcode);
  llvm::WriteBitcodeToFile(*module, stream);
  stream.flush();
  return Halide::ExternalCode::bitcode_wrapper(target, {bitcode.begin(), bitcode.end()}, kFunction);
}

}  // namespace slimc::schedules

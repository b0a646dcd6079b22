// The weights as an object of their own: one constant, `NAME_k_weights`, whatever the target.
#include "compiler/objects/write_weights.h"

#include <llvm/ADT/SmallVector.h>
#include <llvm/IR/Constants.h>
#include <llvm/IR/GlobalVariable.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/IR/Module.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Target/TargetMachine.h>
#include <llvm/Target/TargetOptions.h>

#include <memory>
#include <mutex>

#include "compiler/targets/target.h"
#include "support/check.h"

namespace slimc {
namespace {

Result<std::unique_ptr<llvm::TargetMachine>> machine_for(const Target& target) {
  static std::once_flag initialised;
  std::call_once(initialised, [] {
    llvm::InitializeAllTargetInfos();
    llvm::InitializeAllTargets();
    llvm::InitializeAllTargetMCs();
    llvm::InitializeAllAsmPrinters();
  });
  std::string error;
  const llvm::Target* backend = llvm::TargetRegistry::lookupTarget(target.triple, error);
  if (!backend) {
    return fail({.subject = "target '" + target.halide + "'",
                 .message = "LLVM cannot write objects for " + target.triple + ": " + error,
                 .blame = Blame::Tool});
  }
  return std::unique_ptr<llvm::TargetMachine>(
      backend->createTargetMachine(target.triple, "", "", {}, llvm::Reloc::PIC_));
}

void add_constant(llvm::Module& module, const std::string& name, const std::string& bytes) {
  llvm::Constant* data = llvm::ConstantDataArray::getRaw(
      bytes, bytes.size(), llvm::Type::getInt8Ty(module.getContext()));
  auto* variable = new llvm::GlobalVariable(module, data->getType(), /*isConstant=*/true,
                                            llvm::GlobalValue::ExternalLinkage, data, name);
  variable->setAlignment(llvm::Align(64));
  // Only NAME.cc uses it: a shared library around it neither exports nor copies it.
  variable->setVisibility(llvm::GlobalValue::HiddenVisibility);
}

}  // namespace

Result<std::string> write_weights_object(const std::string& symbol, const std::string& weights,
                                         const Target& target) {
  SLIMC_ASSIGN(const std::unique_ptr<llvm::TargetMachine> machine, machine_for(target));
  llvm::LLVMContext context;
  llvm::Module module("weights", context);
  module.setTargetTriple(target.triple);
  module.setDataLayout(machine->createDataLayout());
  add_constant(module, symbol, weights);

  llvm::SmallVector<char, 0> object;
  object.reserve(weights.size() + 4096);
  llvm::raw_svector_ostream stream(object);
  llvm::legacy::PassManager passes;
  const bool refused = machine->addPassesToEmitFile(passes, stream, nullptr, llvm::CGFT_ObjectFile);
  SLIMC_CHECK(!refused, "LLVM's back end for " + target.triple + " writes no objects");
  passes.run(module);
  return std::string(object.data(), object.size());
}

}  // namespace slimc

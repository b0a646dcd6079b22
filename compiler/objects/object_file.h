// Objects through LLVM's readers.
#pragma once

#include <llvm/Object/ObjectFile.h>

#include <memory>
#include <optional>
#include <string>

#include "compiler/targets/platform.h"
#include "support/result.h"

namespace slimc {

// `object` must outlive the result. Fails where LLVM does not know the bytes or finds them torn.
Result<std::unique_ptr<llvm::object::ObjectFile>> open_object(const std::string& object);

// Nothing for the formats that LLVM reads and slimc writes none of: WebAssembly, XCOFF.
std::optional<ObjectFormat> format_of(const llvm::object::ObjectFile& file);

}  // namespace slimc

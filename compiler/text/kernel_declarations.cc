// The part of NAME.cc that declares what other objects of the library define.
#include <fmt/format.h>

#include <cctype>
#include <utility>
#include <vector>

#include "compiler/text/source_parts.h"
#include "compiler/text/source_text.h"
#include "support/check.h"

namespace slimc {
namespace {

// Kernels that take the same arguments, in one declaration.
struct Signature {
  StageKind kind;
  std::string name;  // "DepthwisePointwise"
  std::vector<std::string> parameters;
  std::vector<std::string> kernels;
};

// "depthwise_pointwise" -> "DepthwisePointwise"
std::string in_camel_case(std::string_view words) {
  std::string name;
  bool begins = true;
  for (const char c : words) {
    if (c != '_') name += begins ? static_cast<char>(std::toupper(c)) : c;
    begins = c == '_';
  }
  return name;
}

std::vector<std::string> parameters_of(const StageVariant& variant) {
  std::vector<std::string> parameters;
  for (const Argument& argument : variant.arguments) {
    const bool is_scalar = argument.source == Argument::Source::TaskRow;
    parameters.push_back((is_scalar ? "int32_t " : "Buffer* ") + argument.name);
  }
  return parameters;
}

std::vector<Signature> signatures(const TargetPlan& code) {
  const Plan& plan = code.plan;
  std::vector<Signature> list;
  std::vector<std::vector<std::string>> declared(plan.kernels.size());
  const auto declare = [&](const Stage& stage, const StageVariant& variant) {
    std::vector<std::string> parameters = parameters_of(variant);
    std::vector<std::string>& before = declared.at(static_cast<std::size_t>(variant.kernel));
    SLIMC_CHECK(before.empty() || before == parameters,
                fmt::format("stage '{}' calls its kernel with other arguments than an earlier one",
                            stage.name));
    if (!before.empty()) return;
    before = parameters;
    int of_kind = 1;
    for (Signature& signature : list) {
      if (signature.kind != stage.shape.kind) continue;
      if (signature.parameters == parameters) {
        signature.kernels.push_back(kernel_symbol(code, variant.kernel));
        return;
      }
      ++of_kind;
    }
    std::string name = in_camel_case(name_of(stage.shape.kind));
    if (of_kind > 1) name += std::to_string(of_kind);
    list.push_back({.kind = stage.shape.kind,
                    .name = std::move(name),
                    .parameters = std::move(parameters),
                    .kernels = {kernel_symbol(code, variant.kernel)}});
  };
  for (const Stage& stage : plan.stages) {
    for (const StageVariant& variant : stage.variants) declare(stage, variant);
  }
  return list;
}

}  // namespace

// Kernels and weights are symbols of the library's, but nobody's business outside of it.
std::string kernel_declarations(const Library& library, const TargetPlan& code) {
  std::string text = "\n#pragma GCC visibility push(hidden)\nextern \"C\" {\n";
  if (!library.external_weights) {
    text += fmt::format(
        "// {}, packed in the order in which the kernels read them.\n"
        "extern const unsigned char {}[];\n\n",
        bytes_text(code.plan.weights_bytes), weights_symbol(code));
  }
  text += "// The compiled kernels. A call computes one task of a stage.\n";
  for (const Signature& signature : signatures(code)) {
    text +=
        wrap_list(fmt::format("using {} = int(", signature.name), signature.parameters, ",", ");");
    text += wrap_list(signature.name + " ", signature.kernels, ",", ";");
  }
  return text + "}\n#pragma GCC visibility pop\n";
}

}  // namespace slimc

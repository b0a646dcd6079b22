// NAME.h: what a caller of one network needs to know, and nothing of how it was made.
#include "compiler/text/write_header.h"

#include <fmt/format.h>

#include "compiler/text/header_parts.h"
#include "compiler/text/source_text.h"

namespace slimc {

std::string write_header(const Library& library) {
  const Plan& plan = library.plan();
  const std::string prefix = macro_prefix(plan.name);
  std::string text = fmt::format(
      R"(/* {title}: {n_images} of {h} x {w} x {c} in, {classes} classes out.
   float input{input}; float output{output}.
   {parameters} parameters (batch norms are folded), {multiply_adds} multiply-adds an image.
   For {targets}.
   C99 and C++; link lib{name}.a{libraries}. Written by slimc. */
#ifndef SLIMC_{name}_H
#define SLIMC_{name}_H

#ifdef {NAME}_BATCH
#error "{NAME}_BATCH is taken already: by a name that differs in case alone?"
#endif

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {{
#endif
)",
      fmt::arg("title", comment_text(plan.title)),
      fmt::arg("n_images", plan.input_shape[0] == 1
                               ? std::string("an image")
                               : fmt::format("{} images", plan.input_shape[0])),
      fmt::arg("h", plan.input_shape[1]), fmt::arg("w", plan.input_shape[2]),
      fmt::arg("c", plan.input_shape[3]), fmt::arg("classes", output_channels(plan)),
      fmt::arg("input", extents(plan.input_shape)),
      fmt::arg("output", extents(plan.outputs.front().shape)),
      fmt::arg("parameters", count_text(plan.parameters)),
      fmt::arg("multiply_adds", count_text(plan.multiply_adds)),
      fmt::arg("targets", target_names(library)), fmt::arg("name", plan.name),
      fmt::arg("libraries", has_threads(library) ? ", pthreads and libm" : " and libm"),
      fmt::arg("NAME", prefix));
  text += fit_columns(header_constants(library) + header_functions(library) +
                      header_images(library) + header_observation(plan));
  text += fmt::format(R"(
#ifdef __cplusplus
}}
#endif

#endif /* SLIMC_{}_H */
)",
                      plan.name);
  return text;
}

}  // namespace slimc

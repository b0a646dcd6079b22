// --input and --order: what the numbers of a network's input mean, in the user's words.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <optional>
#include <string>

#include "frontend/frontend.h"
#include "ir/pixel_encoding.h"

namespace slimc {

// "inception", "unit", "raw", "caffe", "torch", or "scale=1/255,offset=0" with one number or one
// for each channel, behind one another with commas: "scale=0.017,0.017,0.018,offset=-2.1,-2,-1.8".
// A scale may be a fraction. Nothing if it is none of these.
std::optional<PixelEncoding> parse_pixels(const std::string& text);

// Adds both to a subcommand. Where `array` is given, --input also takes the file of an array: what
// is no encoding is stored there.
void add_pixel_options(CLI::App& command, frontend::ModelRequest& request,
                       std::filesystem::path* array = nullptr);

}  // namespace slimc

// How --help looks: like CLI11's, but wrapped, and without the validators' internals.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace slimc {

class HelpFormat final : public CLI::Formatter {
 public:
  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override;
  std::string make_option(const CLI::Option* option, bool is_positional) const override;
};

}  // namespace slimc

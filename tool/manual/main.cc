// slimc-manual OVERVIEW SHARE: writes manual pages and completions under the folder SHARE, as they
// are to lie in an installed prefix's share/. OVERVIEW is docs/slimc.1. Part of the build, not
// installed.
#include <cstdio>

#include "support/encode.h"
#include "support/files.h"
#include "tool/command_line.h"
#include "tool/manual/completion.h"
#include "tool/manual/manual_page.h"

namespace slimc {
namespace {

Result<void> write_pages(const std::filesystem::path& overview,
                         const std::filesystem::path& share) {
  Action action;
  const std::unique_ptr<CLI::App> app = make_command_line(action);
  const OptionTable table = read_options(*app);
  SLIMC_ASSIGN(const std::string text, read_file(overview));
  SLIMC_ASSIGN(const std::string date, date_of(text, overview.string()));
  SLIMC_ASSIGN(std::string page, overview_page(text, table, overview.string()));

  OutputFiles files;
  const std::filesystem::path man = share / "man" / "man1";
  files.add(man / "slimc.1", std::move(page));
  for (const CommandEntry& command : table.commands) {
    files.add(man / ("slimc-" + command.name + ".1"), manual_page(command, date));
  }
  files.add(share / "bash-completion" / "completions" / "slimc", bash_completion(table));
  files.add(share / "zsh" / "site-functions" / "_slimc", zsh_completion(table));
  files.add(share / "fish" / "vendor_completions.d" / "slimc.fish", fish_completion(table));
  return files.commit();
}

}  // namespace
}  // namespace slimc

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: slimc-manual OVERVIEW SHARE\n", stderr);
    return 2;
  }
  const slimc::Result<void> written = slimc::write_pages(argv[1], argv[2]);
  if (written) return 0;
  std::fprintf(stderr, "slimc-manual: error: %s\n",
               slimc::printable(written.error().to_string()).c_str());
  return 1;
}

// slimc fetch: a published model onto the disk.
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <memory>
#include <string>

#include "frontend/zoo/fetch_model.h"
#include "frontend/zoo/models_folder.h"
#include "frontend/zoo/published.h"
#include "support/encode.h"
#include "tool/command.h"

namespace slimc {
namespace {

struct Options {
  std::string name;
  frontend::FetchOptions fetch;
  bool quiet = false;
};

// Often enough to look alive.
constexpr std::chrono::milliseconds kRedraw(100);
constexpr std::uint64_t kKilobyte = 1000;

// On a terminal only: elsewhere it would fill a log.
frontend::DownloadProgress progress_on(Console& console, const std::string& file) {
  return [&console, what = "kB " + file, last = std::chrono::steady_clock::time_point()](
             std::uint64_t done, std::uint64_t total) mutable {
    const auto now = std::chrono::steady_clock::now();
    if (now - last < kRedraw && done != total) return;
    last = now;
    console.progress(what, static_cast<int>(done / kKilobyte), static_cast<int>(total / kKilobyte));
  };
}

Result<void> fetch(const Options& options, Console& console) {
  SLIMC_ASSIGN(const frontend::Publication publication, frontend::find_publication(options.name));
  frontend::FetchOptions fetch = options.fetch;
  if (fetch.folder.empty()) {
    SLIMC_ASSIGN(fetch.folder, frontend::default_models_folder());
  }
  if (!options.quiet && isatty(STDERR_FILENO) == 1) {
    fetch.download.progress = progress_on(console, publication.file);
  }
  SLIMC_ASSIGN(const frontend::FetchedModel fetched,
               frontend::fetch_model(publication, fetch, console));
  if (console.json()) {
    Json files = Json::array();
    for (const std::filesystem::path& file : fetched.files) files.push_back(file.string());
    console.print_json({{"model", fetched.model.string()},
                        {"path", fetched.path.string()},
                        {"files", files},
                        {"sha256", fetched.sha256.empty() ? Json() : Json(fetched.sha256)},
                        {"first_time", fetched.first_time},
                        {"was_there", fetched.was_there}});
    return {};
  }
  if (fetched.was_there) {
    console.detail(fetched.path.string() + " is there already; --again downloads it again");
  } else {
    console.detail(fmt::format(
        "SHA-256 {} {}", fetched.sha256,
        fetched.first_time ? "(first seen, now written down)" : "(as when it was first fetched)"));
  }
  console.print(printable(fetched.model.string()) + "\n");
  return {};
}

std::vector<std::string> published_names() {
  std::vector<std::string> names;
  for (const frontend::PublishedModel& model : frontend::published_models()) {
    names.push_back(model.name);
  }
  return names;
}

}  // namespace

void add_fetch_command(CLI::App& app, Action& action) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = add_subcommand(
      app, "fetch", "Download a published network",
      "Downloads the archive of a network that 'slimc zoo' lists, or a file of Keras', and\n"
      "prints the path that the other subcommands take for a MODEL. A download that broke\n"
      "off is continued. Nothing is put into the models' folder before all of it was\n"
      "checked.\n"
      "\n"
      "What is checked: that the archive is whole (gzip's length and CRC) and holds but\n"
      "files and folders that stay where they belong; that the model can be read, with the\n"
      "checksum of every tensor that the network has; that it is the network of that\n"
      "name. Nobody publishes the archives' hashes, and they come over plain http: who\n"
      "fetches one for the first time trusts the way that it came, unless --sha256 says\n"
      "what it must be. Its SHA-256 is written to SHA256SUMS in the models' folder, and a\n"
      "later fetch must get the same.\n"
      "\n"
      "Examples:\n"
      "  slimc fetch mobilenet_v1_0.25_128\n"
      "  slimc compile $(slimc fetch mobilenet_v1_1.0_224) -o out\n"
      "  slimc fetch mobilenet_2_5_224_tf.h5 --models-dir models\n"
      "  slimc fetch 0.50_160 --base-url http://mirror.example/models");
  frontend::FetchOptions& settings = options->fetch;
  command
      ->add_option("NAME", options->name,
                   "A name from 'slimc zoo', or a file of Keras' (mobilenet_1_0_224_tf.h5)")
      ->required()
      ->check(propose(published_names()))
      ->type_name("");
  command
      ->add_option("--models-dir", settings.folder,
                   "Where fetched models lie, instead of ~/.cache/slimc/models")
      ->type_name("DIR");
  command
      ->add_option("--base-url", settings.base_url,
                   "The folder on a server that has the file, instead of the published one")
      ->type_name("URL");
  command->add_option("--sha256", settings.sha256, "What the file's SHA-256 must be")
      ->type_name("HEX");
  command->add_flag("--again", settings.again, "Download it although it is there");
  command
      ->add_option("--connect-timeout", settings.download.connect_seconds,
                   "Seconds until the server must have answered")
      ->check(at_least(1))
      ->capture_default_str()
      ->type_name("SECONDS");
  command
      ->add_option("--stall-timeout", settings.download.stall_seconds,
                   "Seconds without a byte after which a connection is given up")
      ->check(at_least(1))
      ->capture_default_str()
      ->type_name("SECONDS");
  command
      ->add_option("--total-timeout", settings.download.total_seconds,
                   "Seconds after which a download is given up in any case")
      ->check(at_least(1))
      ->capture_default_str()
      ->type_name("SECONDS");
  command->add_flag("--quiet", options->quiet, "No progress, which a terminal would show")
      ->group("Output");
  add_output_options(*command, action, "model, path, files [path], sha256, first_time, was_there");
  command->callback([options, &action] {
    action.run = [options](Console& console) { return fetch(*options, console); };
  });
}

}  // namespace slimc

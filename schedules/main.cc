// slimc-stages: an ordinary Halide generator program. `slimc` runs it once a distinct kernel; a
// person can run it by hand with any GeneratorParam:
//
//   slimc-stages -g pointwise -f kernel -o . -e object,stmt,assembly target=host-no_runtime
//       pixels=49 in_channels=512 tile_pixels=7
#include <Halide.h>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>

namespace {

// Where Halide lacks memory, or cannot start its watchdog's thread, it throws through functions
// that may not, and by then the reason can be another.
[[noreturn]] void end_in_words() {
  std::string reason = "no exception";
  try {
    if (const std::exception_ptr thrown = std::current_exception()) std::rethrow_exception(thrown);
  } catch (const std::exception& failed) {
    reason = failed.what();
  } catch (...) {
    reason = "an unknown exception";
  }
  std::cerr << "slimc-stages: Halide cannot go on (" << reason
            << "): a limit of memory or processes may be too low (ulimit -a)\n";
  std::_Exit(EXIT_FAILURE);
}

}  // namespace

int main(int argc, char** argv) {
  std::set_terminate(end_in_words);
  return Halide::Internal::generate_filter_main(argc, argv, std::cerr);
}

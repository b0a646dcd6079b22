// slimc-stages: an ordinary Halide generator program. `slimc` runs it once a distinct kernel; a
// person can run it by hand with any GeneratorParam:
//
//   slimc-stages -g pointwise -f kernel -o . -e object,stmt,assembly target=host-no_runtime
//       pixels=49 in_channels=512 tile_pixels=7
#include <Halide.h>

#include <iostream>

int main(int argc, char** argv) {
  return Halide::Internal::generate_filter_main(argc, argv, std::cerr);
}

// halide_neighbour FOLDER: writes halide_neighbour.o and .h, Halide code that has nothing to do
// with slimc, with Halide's own runtime: it starts threads and asks for memory.
#include <Halide.h>

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  using namespace Halide;
  ImageParam in(Int(32), 2, "in");
  Func doubled("doubled"), out("out");
  Var x("x"), y("y");
  const Func clamped = BoundaryConditions::repeat_edge(in);
  doubled(x, y) = 2 * clamped(x, y);
  out(x, y) = doubled(x, y) + clamped(x - 1, y);
  doubled.compute_at(out, y).store_in(MemoryType::Heap);
  out.parallel(y);
  out.compile_to({{OutputFileType::object, std::string(argv[1]) + "/halide_neighbour.o"},
                  {OutputFileType::c_header, std::string(argv[1]) + "/halide_neighbour.h"}},
                 {in}, "halide_neighbour", get_host_target());
}

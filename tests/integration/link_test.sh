#!/bin/bash
# link_test.sh WAY PROJECT LIBRARY FOLDER PREFIX [HALIDE_OBJECT]: one way to link a generated library
# with nothing but a compiler and pkg-config; docs/linking.md has them all. PROJECT has the programs,
# LIBRARY is the folder of libone.a, one.h, one.cc and one.pc, which is moved first.
set -euo pipefail
way=$1 project=$2 library=$3 folder=$4 prefix=$5 halide=${6-}
source "$(dirname "$0")/check.sh"
has() { command -v "$1" >/dev/null; }

rm -rf "$folder"
mkdir -p "$folder"
cp -r "$library" "$folder/moved"
cd "$folder"
export PKG_CONFIG_PATH=$folder/moved
flags=$(pkg-config --cflags one) libs=$(pkg-config --libs one)

# needed PROGRAM: the shared libraries that it asks for, on a line.
needed() { readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | sort | xargs; }
bytes() { stat -c %s "$1"; }
lacks() { ! grep -q "$@"; }

case $way in
  # C99 to the letter, by each compiler that is here; no C++ library in the program.
  c99)
    for cc in gcc clang; do
      has $cc || continue
      $cc -std=c99 -pedantic-errors -Wall -Wextra -Werror "$project/c99.c" $flags $libs -o "$cc"
      "./$cc"
      check "$cc's program needs libc and libm alone, found $(needed "$cc")" \
        test "$(needed "$cc" | sed 's/ld-linux[^ ]* \?//')" = "libc.so.6 libm.so.6"
    done
    ;;
  # The header in the oldest C++ that there is a compiler for in Debian 12, and in the newest.
  cxx)
    for cxx in g++ clang++; do
      has $cxx || continue
      for standard in c++11 c++20; do
        $cxx -std=$standard -pedantic-errors -Wall -Wextra -Werror \
          "$project/header.cc" $flags $libs -o cxx
        ./cxx
      done
    done
    ;;
  # NAME.cc is C++ that anybody's compiler takes; the installed headers are found by pkg-config.
  source)
    headers=$(PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name slimc.pc)") pkg-config --cflags slimc)
    for cxx in g++ clang++; do
      has $cxx || continue
      $cxx -std=c++20 -O1 -fno-exceptions -fno-rtti -c moved/one.cc $headers -o one.o
      cp moved/libone.a libown.a
      ar r libown.a one.o
      cc "$project/c99.c" $flags libown.a -lm -pthread -o own
      ./own
    done
    ;;
  # A shared library made from the static one gives away one.h's functions alone.
  shared)
    cc -shared -o libone.so -Wl,--no-undefined -Wl,--whole-archive moved/libone.a \
      -Wl,--no-whole-archive -lm -pthread
    exported=$(nm -D --defined-only libone.so | awk '{ print $3 }' | sort)
    declared=$(grep -o '\bone_[a-z0-9_]*\b' moved/one.h | sort -u)
    strangers=$(grep -vxF -e "$declared" <<<"$exported" || true)
    check "all exported symbols are in one.h; these are not: $strangers" test -z "$strangers"
    check "one_run is exported" grep -qx one_run <<<"$exported"
    check "there are no relocations of code" lacks TEXTREL <(readelf -d libone.so)
    cc "$project/c99.c" $flags -L. -lone -Wl,-rpath,"$folder" -lm -o user
    check "the program uses the shared library" grep -q libone.so <<<"$(needed user)"
    ./user
    has python3 || skip "there is no python3; the rest passed"
    "$prefix/bin/slimc" init --alpha 0.25 --resolution 64 --classes 20 --seed 1 -o model/one >/dev/null
    python3 "$project/ctypes_caller.py" "$folder/libone.so" write input.npy
    "$prefix/bin/slimc" run model/one.ckpt --input input.npy --output output.npy >/dev/null
    python3 "$project/ctypes_caller.py" "$folder/libone.so" compare input.npy output.npy
    ;;
  # Nothing dynamic at all, at a fixed address or at any.
  static)
    cc -static "$project/c99.c" $flags $libs -o fixed
    ./fixed
    cc -static-pie "$project/c99.c" $flags $libs -o anywhere 2>errors || {
      cat errors
      skip "this compiler links no static PIE; -static passed"
    }
    ./anywhere
    for program in fixed anywhere; do
      check "$program needs no shared library" test -z "$(needed $program)"
    done
    check "it is position-independent" grep -q "DYN" <<<"$(readelf -h anywhere)"
    ;;
  # Sections that nobody asks for are dropped. A user of one_run_u8 alone carries neither the labels nor
  # the first stage for floats; Halide's helpers of kernels go with any program.
  gc_sections)
    cc -O2 "$project/only_u8.c" $flags $libs -o all
    cc -O2 "$project/only_u8.c" $flags $libs -Wl,--gc-sections -o collected
    ./all >all.txt
    ./collected >collected.txt
    check "both programs print the same" cmp all.txt collected.txt
    echo "bytes: $(bytes all), with --gc-sections $(bytes collected)"
    check "it is smaller by at least the labels" \
      test "$(($(bytes all) - $(bytes collected)))" -gt 300
    for symbol in one_decode_predictions one_preprocess_input one_k_conv_0_argv; do
      check "$symbol is in the one" grep -q " $symbol$" <<<"$(nm all)"
      check "$symbol is not in the other" lacks " $symbol$" <<<"$(nm collected)"
    done
    ;;
  # Link-time optimisation of the program around the library.
  lto)
    cc -O2 "$project/only_u8.c" $flags $libs -o plain
    ./plain >plain.txt
    tried=
    for how in "gcc -flto" "clang -flto -fuse-ld=lld" "clang -flto=thin -fuse-ld=lld"; do
      has "${how%% *}" || continue
      case $how in *lld) has ld.lld || continue ;; esac
      $how -O2 "$project/only_u8.c" $flags $libs -o lto
      ./lto >lto.txt
      check "$how changes no result" cmp plain.txt lto.txt
      tried="$tried; $how"
    done
    [ -n "$tried" ] || skip "neither gcc nor lld"
    echo "tried$tried"
    ;;
  # Beside somebody else's Halide code, which brings Halide's runtime.
  halide)
    [ -n "$halide" ] || skip "there is no Halide object"
    cc -I"$(dirname "$halide")" "$project/beside_halide.c" $flags $libs "$halide" -ldl -o beside
    ./beside
    common=$(comm -12 <(nm -g --defined-only "$halide" | awk 'NF == 3 { print $3 }' | sort -u) \
      <(nm -g --defined-only moved/libone.a | awk 'NF == 3 { print $3 }' | sort -u))
    check "the two define no symbol in common; these are: $common" test -z "$common"
    check "the other has Halide's runtime" grep -q " halide_malloc$" <<<"$(nm "$halide")"
    check "the library neither has nor uses one" lacks halide_ <<<"$(nm moved/libone.a)"
    ;;
  *)
    check "there is a way called $way" false
    ;;
esac

# cmake -DMODULES=... -P default_target_test.cmake: slimc's target for what a toolchain file says.
cmake_minimum_required(VERSION 3.24)
include(${MODULES}/SlimcDefaultTarget.cmake)

# expect(TARGET VARIABLE VALUE...): in a cross build with these variables.
function(expect target)
  set(CMAKE_CROSSCOMPILING TRUE)
  while(ARGN)
    list(POP_FRONT ARGN name value)
    set(${name} ${value})
  endwhile()
  slimc_default_target(found)
  if(NOT found STREQUAL target)
    message(SEND_ERROR "expected ${target}, found ${found}")
  endif()
endfunction()

set(CMAKE_CROSSCOMPILING FALSE)
slimc_default_target(found)
if(NOT found STREQUAL "host")
  message(SEND_ERROR "expected host, found ${found}")
endif()
expect(x86-64-linux CMAKE_SYSTEM_NAME Linux CMAKE_SYSTEM_PROCESSOR x86_64)
expect(arm64-linux CMAKE_SYSTEM_NAME Linux CMAKE_SYSTEM_PROCESSOR aarch64)
expect(armv7-neon-linux CMAKE_SYSTEM_NAME Linux CMAKE_SYSTEM_PROCESSOR armv7l)
expect(arm64-android CMAKE_SYSTEM_NAME Android ANDROID TRUE CMAKE_ANDROID_ARCH_ABI arm64-v8a
       CMAKE_SYSTEM_PROCESSOR aarch64)
expect(armv7-neon-android CMAKE_SYSTEM_NAME Android ANDROID TRUE CMAKE_ANDROID_ARCH_ABI armeabi-v7a
       CMAKE_SYSTEM_PROCESSOR armv7-a)
expect(x86-64-macos CMAKE_SYSTEM_NAME Darwin APPLE TRUE CMAKE_SYSTEM_PROCESSOR x86_64)
expect(arm64-macos CMAKE_SYSTEM_NAME Darwin APPLE TRUE CMAKE_SYSTEM_PROCESSOR x86_64
       CMAKE_OSX_ARCHITECTURES arm64)
expect(arm64-ios CMAKE_SYSTEM_NAME iOS APPLE TRUE CMAKE_SYSTEM_PROCESSOR arm64)
expect(x86-64-windows CMAKE_SYSTEM_NAME Windows CMAKE_SYSTEM_PROCESSOR AMD64)
expect(arm64-baremetal CMAKE_SYSTEM_NAME Generic CMAKE_SYSTEM_PROCESSOR aarch64)

# expect_error(TEXT VARIABLE VALUE...): a message ends the script that it is in, so a second one.
function(expect_error text)
  set(script "set(CMAKE_CROSSCOMPILING TRUE)\n")
  while(ARGN)
    list(POP_FRONT ARGN name value)
    string(REPLACE "," ";" value ${value})
    string(APPEND script "set(${name} \"${value}\")\n")
  endwhile()
  string(APPEND script "include(${MODULES}/SlimcDefaultTarget.cmake)\nslimc_default_target(x)\n")
  string(RANDOM LENGTH 12 unique)
  set(file $ENV{TMPDIR}/tmp/slimc_default_target.${unique}.cmake)
  file(WRITE ${file} "${script}")
  execute_process(COMMAND ${CMAKE_COMMAND} -P ${file} ERROR_VARIABLE said RESULT_VARIABLE failed)
  file(REMOVE ${file})
  string(REGEX REPLACE "[ \n]+" " " said "${said}")
  string(FIND "${said}" "${text}" at)
  if(NOT failed OR at EQUAL -1)
    message(SEND_ERROR "expected the error '${text}', found '${said}'")
  endif()
endfunction()
expect_error("slimc: no target is known for CMAKE_SYSTEM_PROCESSOR 'riscv64'; slimc compiles for x86_64, aarch64 and armv7. If it is one of them, name it: slimc_add_library(... TARGETS ...)"
             CMAKE_SYSTEM_NAME Linux CMAKE_SYSTEM_PROCESSOR riscv64)
expect_error("slimc: no target is known for CMAKE_ANDROID_ARCH_ABI 'x86'; slimc compiles"
             CMAKE_SYSTEM_NAME Android ANDROID TRUE CMAKE_ANDROID_ARCH_ABI x86)
expect_error("slimc: CMAKE_OSX_ARCHITECTURES is 'arm64;x86_64': a library is for one architecture. Build for each, and join them with lipo"
             CMAKE_SYSTEM_NAME Darwin APPLE TRUE CMAKE_OSX_ARCHITECTURES arm64,x86_64)
expect_error("slimc: no target is known for CMAKE_SYSTEM_NAME 'FreeBSD'; slimc compiles for Linux, Android, Darwin, iOS, Windows and Generic"
             CMAKE_SYSTEM_NAME FreeBSD CMAKE_SYSTEM_PROCESSOR amd64)

# cmake -DSLIMC=... -DWORK=... -DEXAMPLE=... [-DREFRESH=ON] -P example.cmake
#
# Compiles mobilenet_v1_0.25_128 with the weights of seed 1 in the folder WORK and compares the
# header and the C++ with the copies in EXAMPLE, byte for byte; REFRESH replaces the copies instead.
# The target is a fixed one, so that the texts do not depend on the machine.
cmake_minimum_required(VERSION 3.24)

set(name mobilenet_v1_0.25_128)
set(files mobilenet_v1_025_128.h mobilenet_v1_025_128.cc)

execute_process(
  COMMAND ${SLIMC} init --alpha 0.25 --resolution 128 --seed 1 -o ${WORK}/${name}
  COMMAND_ERROR_IS_FATAL ANY)
execute_process(
  COMMAND ${SLIMC} compile ${WORK}/${name}.ckpt --target x86-64-v3 -o ${WORK}
  COMMAND_ERROR_IS_FATAL ANY)

foreach(file IN LISTS files)
  if(REFRESH)
    configure_file(${WORK}/${file} ${EXAMPLE}/${file} COPYONLY)
    continue()
  endif()
  execute_process(COMMAND ${CMAKE_COMMAND} -E compare_files ${WORK}/${file} ${EXAMPLE}/${file}
                  RESULT_VARIABLE differs ERROR_QUIET)
  if(differs)
    execute_process(COMMAND diff -u ${EXAMPLE}/${file} ${WORK}/${file})
    message(SEND_ERROR
            "generated/example/${file} is not what slimc writes today. If the change is meant: "
            "cmake --build build --target refresh_generated_example")
  endif()
endforeach()

# cmake -DBUILD=... -DWORK=... -P install.cmake: installs the build and moves the prefix, so that
# nothing can depend on where it was; then makes two small networks with the installed program.
cmake_minimum_required(VERSION 3.24)

file(REMOVE_RECURSE ${WORK}/staging ${WORK}/prefix ${WORK}/models ${WORK}/consumers ${WORK}/classify
     ${WORK}/dependencies ${WORK}/cross)
execute_process(COMMAND ${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/staging
                OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
file(RENAME ${WORK}/staging ${WORK}/prefix)

foreach(file bin/slimc bin/slimc-stages bin/slimc-hdf5 bin/slimc-launch include/slimc/runtime.h
        share/man/man1/slimc.1 share/man/man1/slimc-compile.1)
  if(NOT EXISTS ${WORK}/prefix/${file})
    message(SEND_ERROR "cmake --install did not install ${file}")
  endif()
endforeach()

set(slimc ${WORK}/prefix/bin/slimc)
execute_process(COMMAND ${slimc} init --alpha 0.25 --resolution 64 --classes 20 --seed 1
                        -o ${WORK}/models/one COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${slimc} init --alpha 0.3 --resolution 33x50 --classes 7 --seed 2
                        -o ${WORK}/models/two COMMAND_ERROR_IS_FATAL ANY)

# Labels of the first, whose class 0 is the background.
set(labels "background\n")
foreach(class RANGE 1 19)
  math(EXPR id "10000000 + ${class}")
  string(APPEND labels "n${id} class ${class}\n")
endforeach()
file(WRITE ${WORK}/models/one_labels.txt "${labels}")

# cmake -DSLIMC=... -DNAME=... -DALPHA=... -DRESOLUTION=... -DWORK=FOLDER -P variant_test.cmake
#
# A network of the table, made with random weights, has the published number of parameters, compiles,
# and agrees with the double-precision reference.
cmake_minimum_required(VERSION 3.24)

# slimc(ARGUMENT...): runs it; a failure ends the test. Its stdout is in the variable `printed`.
macro(slimc)
  execute_process(COMMAND ${SLIMC} ${ARGN} OUTPUT_VARIABLE printed COMMAND_ERROR_IS_FATAL ANY)
endmacro()

file(REMOVE_RECURSE ${WORK})
set(model ${WORK}/${NAME}.ckpt)
slimc(init --alpha ${ALPHA} --resolution ${RESOLUTION} --seed 1 -o ${WORK}/${NAME})

# Hundreds of thousands of parameters by width multiplier, as the paper rounds them
# (arXiv:1704.04861, table 6).
set(published_1.0 42)
set(published_0.75 26)
set(published_0.5 13)
set(published_0.25 5)
slimc(inspect ${model} --json)
string(JSON parameters GET ${printed} parameters)
math(EXPR rounded "(${parameters} + 50000) / 100000")
if(NOT rounded EQUAL published_${ALPHA})
  message(SEND_ERROR "${parameters} parameters; published: ${published_${ALPHA}}00000")
endif()
string(JSON height GET ${printed} resolution 0)
string(JSON width GET ${printed} resolution 1)
if(NOT height EQUAL RESOLUTION OR NOT width EQUAL RESOLUTION)
  message(SEND_ERROR "inspect says ${height}x${width}, not ${RESOLUTION}x${RESOLUTION}")
endif()

slimc(compile ${model} -o ${WORK}/out)
string(REPLACE "." "" identifier ${NAME})
foreach(file lib${identifier}.a ${identifier}.h ${identifier}.cc)
  if(NOT EXISTS ${WORK}/out/${file})
    message(SEND_ERROR "compile did not write ${file}")
  endif()
endforeach()

slimc(verify ${model} --json)
string(JSON error GET ${printed} max_abs_error)
if(NOT error LESS_EQUAL 1e-5)
  message(SEND_ERROR "the largest error is ${error}, not at most 1e-5")
endif()

# cmake -DSLIMC=... -DMODEL=... -DCLASSIFY=... -DPICTURE=... -P example_test.cmake
#
# The example prints five lines, "probability  class  label", and they are what `slimc run` says of
# the same picture: two decoders and two preprocessings, written apart.
cmake_minimum_required(VERSION 3.24)

execute_process(COMMAND ${CLASSIFY} ${PICTURE} OUTPUT_VARIABLE example COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${SLIMC} run ${MODEL} ${PICTURE} --top 5 --json
                OUTPUT_VARIABLE tool COMMAND_ERROR_IS_FATAL ANY)

string(REGEX MATCHALL "[^\n]+" lines ${example})
list(LENGTH lines count)
if(NOT count EQUAL 5)
  message(FATAL_ERROR "the example printed ${count} lines, not 5:\n${example}")
endif()
foreach(i RANGE 4)
  list(GET lines ${i} line)
  if(NOT line MATCHES "^([0-9.]+) +([0-9]+)  ")
    message(FATAL_ERROR "not a line of results: ${line}")
  endif()
  set(class ${CMAKE_MATCH_2})
  string(JSON expected GET ${tool} predictions ${i} class)
  if(NOT class EQUAL expected)
    message(SEND_ERROR "the example says class ${class} at place ${i}, slimc run says ${expected}")
  endif()
endforeach()

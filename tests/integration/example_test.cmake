# cmake -DSLIMC=... -DMODEL=... -DLABELS=... -DCLASSIFY=... -DPICTURE=... -P example_test.cmake
#
# The example prints five lines, "probability  class  WordNet id  label", and they are what `slimc run` says of
# the same picture: two decoders and two preprocessings, written apart.
cmake_minimum_required(VERSION 3.24)

execute_process(COMMAND ${CLASSIFY} ${PICTURE} OUTPUT_VARIABLE example COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${SLIMC} run ${MODEL} ${PICTURE} --labels ${LABELS} --top 5 --json
                OUTPUT_VARIABLE tool COMMAND_ERROR_IS_FATAL ANY)

string(REGEX MATCHALL "[^\n]+" lines ${example})
list(LENGTH lines count)
if(NOT count EQUAL 5)
  message(FATAL_ERROR "the example printed ${count} lines, not 5:\n${example}")
endif()
foreach(i RANGE 4)
  list(GET lines ${i} line)
  if(NOT line MATCHES "^([0-9.]+) +([0-9]+)  ([^ ]+) +(.*)$")
    message(FATAL_ERROR "not a line of results: ${line}")
  endif()
  set(said_class ${CMAKE_MATCH_2})
  set(said_wordnet_id ${CMAKE_MATCH_3})
  set(said_label ${CMAKE_MATCH_4})
  if(said_wordnet_id STREQUAL "-")
    set(said_wordnet_id "")  # null
  endif()
  foreach(what class wordnet_id label)
    string(JSON expected GET ${tool} predictions ${i} ${what})
    if(NOT "${said_${what}}" STREQUAL "${expected}")
      message(SEND_ERROR "${what} at place ${i}: the example says '${said_${what}}', slimc run says "
                         "'${expected}'")
    endif()
  endforeach()
endforeach()

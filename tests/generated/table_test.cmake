# targets.csv holds targets that slimc knows, each once; variants.csv holds the 16 networks of the MobileNet v1 paper: every pair of four width multipliers
# and four resolutions once, under slim's names.
cmake_minimum_required(VERSION 3.24)

set(expected "name,alpha,resolution\n")
foreach(alpha 1.0 0.75 0.5 0.25)
  string(REGEX REPLACE "^0\\.5$" "0.50" spelled ${alpha})  # slim writes 0.50
  foreach(resolution 224 192 160 128)
    string(APPEND expected "mobilenet_v1_${spelled}_${resolution},${alpha},${resolution}\n")
  endforeach()
endforeach()

file(READ ${VARIANTS} found)
if(NOT found STREQUAL expected)
  message(FATAL_ERROR "${VARIANTS} is:\n${found}\nexpected:\n${expected}")
endif()

file(STRINGS ${TARGETS} targets)
list(POP_FRONT targets header)
list(LENGTH targets count)
if(NOT header STREQUAL "target" OR NOT count EQUAL 4)
  message(FATAL_ERROR "${TARGETS}: expected the column 'target' and four rows, found ${count}")
endif()
execute_process(COMMAND ${SLIMC} targets --json OUTPUT_VARIABLE known COMMAND_ERROR_IS_FATAL ANY)
foreach(target IN LISTS targets)
  if(NOT known MATCHES "\"${target}-linux\"" AND NOT known MATCHES "\"${target}\"")
    message(SEND_ERROR "${TARGETS}: `slimc targets` does not list ${target}")
  endif()
endforeach()

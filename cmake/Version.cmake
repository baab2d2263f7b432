# Generates kavity/core/Version.h with the version and the commit. Included by CMakeLists.txt it
# adds the target; run as a script (cmake -P) at every build it rewrites the header if it changed.
if(NOT CMAKE_SCRIPT_MODE_FILE)
  set(version_command
      ${CMAKE_COMMAND} -D SOURCE=${PROJECT_SOURCE_DIR} -D VERSION=${PROJECT_VERSION}
      -D HEADER=${PROJECT_BINARY_DIR}/generated/kavity/core/Version.h
      -P ${CMAKE_CURRENT_LIST_FILE})
  add_custom_target(
    kavity_version
    COMMAND ${version_command}
    COMMENT "Looking up version and commit"
    BYPRODUCTS ${PROJECT_BINARY_DIR}/generated/kavity/core/Version.h
    VERBATIM)
  return()
endif()

set(COMMIT unknown)
find_program(GIT git)
if(GIT)
  execute_process(
    COMMAND ${GIT} -c safe.directory=* -C ${SOURCE} describe --always --dirty --abbrev=10
    OUTPUT_VARIABLE described RESULT_VARIABLE failed ERROR_QUIET
    OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT failed)
    set(COMMIT ${described})
  endif()
endif()
configure_file(${CMAKE_CURRENT_LIST_DIR}/Version.h.in ${HEADER} @ONLY)

# ccache when the machine has it. Objects that use a precompiled header are cached only if ccache is
# told that defines and time stamps inside that header do not matter.
if(NOT CMAKE_CXX_COMPILER_LAUNCHER OR CMAKE_CXX_COMPILER_LAUNCHER STREQUAL "ccache")
  find_program(KAVITY_CCACHE ccache)
  mark_as_advanced(KAVITY_CCACHE)
  if(KAVITY_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER
        ${CMAKE_COMMAND} -E env
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
        ${KAVITY_CCACHE})
  endif()
endif()

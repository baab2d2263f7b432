# deal.II as the target kavity_deal_ii: its headers, definitions and libraries, but not its compiler
# flags, which on Debian carry -g, -fPIC and the hardening of the package.
set(deal.II_FIND_QUIETLY TRUE)
find_package(deal.II 9.4.1 REQUIRED)
foreach(feature MPI P4EST PETSC TRILINOS MUPARSER)
  if(NOT DEAL_II_WITH_${feature})
    message(FATAL_ERROR "This deal.II in ${DEAL_II_PATH} lacks ${feature}, which kavity needs.")
  endif()
endforeach()

add_library(kavity_deal_ii INTERFACE)
set(include_dirs ${DEAL_II_INCLUDE_DIRS})
# As a system directory /usr/include would hide the C headers from the standard library.
list(REMOVE_ITEM include_dirs /usr/include)
target_include_directories(kavity_deal_ii SYSTEM INTERFACE ${include_dirs})
target_compile_definitions(kavity_deal_ii INTERFACE ${DEAL_II_USER_DEFINITIONS})
if(CMAKE_BUILD_TYPE STREQUAL "Debug")
  target_link_libraries(kavity_deal_ii INTERFACE ${DEAL_II_LIBRARIES_DEBUG})
else()
  target_link_libraries(kavity_deal_ii INTERFACE ${DEAL_II_LIBRARIES_RELEASE})
endif()

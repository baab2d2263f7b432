# Compiler and linker options of every target of ours.
set(CMAKE_CXX_FLAGS_RELEASE "-O2")
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")

# kavity_optimise(<sources>...): compiled with -O3 in a release, where other files have -O2.
function(kavity_optimise)
  set_property(SOURCE ${ARGN} APPEND PROPERTY COMPILE_OPTIONS $<$<CONFIG:Release>:-O3>)
endfunction()

add_library(kavity_options INTERFACE)
target_include_directories(
  kavity_options INTERFACE ${PROJECT_SOURCE_DIR}/include ${PROJECT_BINARY_DIR}/generated)
# Boost's definitions are here, and not in the layers that use it, because a precompiled header
# serves only files with the same definitions.
target_link_libraries(kavity_options INTERFACE Boost::program_options)
target_compile_options(
  kavity_options INTERFACE -Wall -Wextra $<$<BOOL:${KAVITY_WARNINGS_AS_ERRORS}>:-Werror>)
# deal.II switches its assertions, and the layout of some classes, with DEBUG.
target_compile_definitions(kavity_options INTERFACE $<IF:$<CONFIG:Debug>,DEBUG,NDEBUG>)

# The package of deal.II lists some 200 libraries; keep those that our objects call.
target_link_options(kavity_options INTERFACE -Wl,--as-needed)
# A second instead of a minute for every executable that links deal.II.
find_program(KAVITY_LLD ld.lld)
mark_as_advanced(KAVITY_LLD)
if(KAVITY_LLD)
  target_link_options(kavity_options INTERFACE -fuse-ld=lld)
endif()

if(KAVITY_SANITIZE)
  target_compile_options(
    kavity_options INTERFACE -fsanitize=${KAVITY_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(kavity_options INTERFACE -fsanitize=${KAVITY_SANITIZE})
endif()

# Debian builds deal.II without SIMD: a VectorizedArray holds one number, and everything matrix-free
# runs at a quarter of the speed it could have. With KAVITY_WIDE_SIMD our files see deal.II's config.h
# with a width of 256 bits, and source/fem/wide instantiates the templates of that width, which the
# library lacks (docs/decisions.md, "Wide SIMD"). A deal.II built wide is used as it is.
include(CheckCXXSourceRuns)

find_file(config_header deal.II/base/config.h PATHS ${DEAL_II_INCLUDE_DIRS} NO_CACHE REQUIRED)
file(STRINGS ${config_header} width REGEX "define DEAL_II_VECTORIZATION_WIDTH_IN_BITS [0-9]+")
string(REGEX MATCH "[0-9]+$" width "${width}")
if(width GREATER 0)
  # its headers insist on the instruction set that it was built with
  target_compile_options(kavity_options INTERFACE -march=native)
  return()
endif()

check_cxx_source_runs(
  "int main() { return __builtin_cpu_supports(\"avx2\") && __builtin_cpu_supports(\"fma\") ? 0 : 1; }"
  KAVITY_AVX2)
option(KAVITY_WIDE_SIMD "Four numbers at once where deal.II has one; 3 more minutes to compile"
       ${KAVITY_AVX2})
if(NOT KAVITY_WIDE_SIMD)
  return()
endif()

set(wide_include ${PROJECT_BINARY_DIR}/generated/wide)
file(READ ${config_header} text)
string(REPLACE "define DEAL_II_VECTORIZATION_WIDTH_IN_BITS 0"
               "define DEAL_II_VECTORIZATION_WIDTH_IN_BITS 256" text "${text}")
file(CONFIGURE OUTPUT ${wide_include}/deal.II/base/config.h CONTENT "${text}" @ONLY)
target_include_directories(kavity_deal_ii BEFORE INTERFACE ${wide_include})
# -march must be the same in all files: a precompiled header serves only files with its options
target_compile_options(kavity_options INTERFACE -march=x86-64-v3)

add_library(kavity_wide STATIC)
target_link_libraries(kavity_wide PRIVATE kavity_options kavity_deal_ii)
foreach(dimension 2 3)
  foreach(number double float)
    foreach(part matrix_free cells faces)
      set(unit ${PROJECT_BINARY_DIR}/generated/wide_${part}_${dimension}d_${number}.cc)
      set(header ${PROJECT_SOURCE_DIR}/source/fem/wide/${part}.h)
      file(CONFIGURE OUTPUT ${unit} CONTENT
"#define KAVITY_DIMENSION ${dimension}
#define KAVITY_NUMBER ${number}
#include \"${header}\"
")
      target_sources(kavity_wide PRIVATE ${unit})
      if(part STREQUAL cells) # the products of operators
        kavity_optimise(${unit})
      endif()
    endforeach()
  endforeach()
endforeach()
target_compile_definitions(kavity_options INTERFACE FE_EVAL_FACTORY_DEGREE_MAX=3)

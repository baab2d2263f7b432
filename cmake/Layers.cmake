# The layers of the program, lowest first, and the precompiled header of those that use deal.II.
set(KAVITY_LAYERS core io laws fem physics cell analysis app)

# kavity_layer(<layer> <libraries>...): the objects of source/<layer>/*.cc as kavity_<layer>.
# OBJECT, because laws register themselves and a static archive would drop such objects.
function(kavity_layer layer)
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/source/${layer}/*.cc)
  if(NOT sources)
    kavity_empty_unit(sources)
  endif()
  add_library(kavity_${layer} OBJECT ${sources})
  target_link_libraries(kavity_${layer} PUBLIC kavity_options ${ARGN})
  add_dependencies(kavity_${layer} kavity_version)
endfunction()

# kavity_executable(<name> <sources>...): linked with every layer. Objects of an OBJECT library reach
# only those who name it, hence all layers and not the topmost alone.
function(kavity_executable name)
  add_executable(${name} ${ARGN})
  add_dependencies(${name} kavity_version)
  foreach(layer IN LISTS KAVITY_LAYERS)
    target_link_libraries(${name} PRIVATE kavity_${layer})
  endforeach()
endfunction()

# kavity_precompile(<targets>...): the headers of deal.II precompiled. They are compiled once for all
# targets, which therefore must not have compiler options of their own. Files that do not use deal.II
# go without: reading the precompiled header takes 2 s, reading deal.II without it 10 s.
function(kavity_precompile)
  if(NOT KAVITY_PRECOMPILED_HEADER)
    return()
  endif()
  if(NOT TARGET kavity_precompiled)
    kavity_empty_unit(unit)
    add_library(kavity_precompiled OBJECT ${unit})
    target_link_libraries(kavity_precompiled PRIVATE kavity_options kavity_deal_ii)
    # ccache needs the preprocessor to name the precompiled header.
    target_compile_options(kavity_precompiled PRIVATE -fpch-preprocess)
    target_precompile_headers(kavity_precompiled PRIVATE ${PROJECT_SOURCE_DIR}/cmake/precompiled.h)
  endif()
  foreach(target IN LISTS ARGN)
    target_compile_options(${target} PRIVATE -fpch-preprocess)
    target_precompile_headers(${target} REUSE_FROM kavity_precompiled)
    get_target_property(sources ${target} SOURCES)
    foreach(source IN LISTS sources)
      kavity_uses_deal_ii(${source} uses)
      if(NOT uses)
        set_source_files_properties(
          ${source} TARGET_DIRECTORY ${target} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
      endif()
    endforeach()
  endforeach()
endfunction()

# kavity_together(<target> <name> <files>...): compiles these files of a target as one, so that templates
# which they share are instantiated once. What is in their anonymous namespaces needs different names.
function(kavity_together target name)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  set_source_files_properties(${ARGN} PROPERTIES UNITY_GROUP ${name})
endfunction()

# Whether a file includes deal.II, itself or through our headers.
function(kavity_uses_deal_ii file result)
  set(uses FALSE)
  set(seen)
  get_filename_component(files ${file} ABSOLUTE)
  while(files AND NOT uses)
    list(POP_FRONT files path)
    list(APPEND seen ${path})
    set(includes)
    if(EXISTS ${path})
      file(STRINGS ${path} includes REGEX "^ *# *include")
    endif()
    foreach(line IN LISTS includes)
      if(line MATCHES "<deal\\.II/")
        set(uses TRUE)
      elseif(line MATCHES "\"([^\"]+)\"")
        cmake_path(ABSOLUTE_PATH CMAKE_MATCH_1 BASE_DIRECTORY ${PROJECT_SOURCE_DIR}/include
                   OUTPUT_VARIABLE header)
        if(NOT header IN_LIST seen)
          list(APPEND files ${header})
        endif()
      endif()
    endforeach()
  endwhile()
  set(${result} ${uses} PARENT_SCOPE)
endfunction()

# An empty translation unit, for targets that need one.
function(kavity_empty_unit result)
  set(unit ${PROJECT_BINARY_DIR}/generated/empty.cc)
  file(CONFIGURE OUTPUT ${unit} CONTENT "")
  set(${result} ${unit} PARENT_SCOPE)
endfunction()

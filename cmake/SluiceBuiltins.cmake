# The binary, and the generated list of what is built into it.

# sluice_find_plugin_rooms(<out>): folders below src/ that hold a plugin.cc and are rooms.
function(sluice_find_plugin_rooms out)
  set(src "${PROJECT_SOURCE_DIR}/src")
  file(GLOB_RECURSE connectors CONFIGURE_DEPENDS RELATIVE "${src}" "${src}/connectors/plugin.cc")
  file(GLOB others CONFIGURE_DEPENDS RELATIVE "${src}"
       "${src}/converters/plugin.cc" "${src}/transforms/plugin.cc" "${src}/providers/plugin.cc")
  set(rooms)
  foreach(file IN LISTS others connectors)
    cmake_path(GET file PARENT_PATH room)
    if(EXISTS "${src}/${room}/CMakeLists.txt")
      list(APPEND rooms "${room}")
    endif()
  endforeach()
  set(${out} "${rooms}" PARENT_SCOPE)
endfunction()

# sluice_write_builtins(<file> <rooms>): explicit calls, no registering globals.
function(sluice_write_builtins file rooms)
  set(declarations)
  set(calls)
  foreach(room IN LISTS rooms)
    string(REPLACE "/" "::" space "${room}")
    string(APPEND declarations
           "namespace sluice::${space} {\nvoid register_plugins(sluice::sdk::PluginCatalogue&);\n}\n")
    string(APPEND calls "  sluice::${space}::register_plugins(catalogue);\n")
  endforeach()
  file(CONFIGURE OUTPUT "${file}" @ONLY CONTENT
"// Written by CMake (cmake/SluiceBuiltins.cmake) from the plugin.cc files below src/. Do not edit.
namespace sluice::sdk {
class PluginCatalogue;
}
@declarations@
namespace sluice::plugins {
void register_builtins(sluice::sdk::PluginCatalogue& catalogue);
void register_builtins([[maybe_unused]] sluice::sdk::PluginCatalogue& catalogue) {
@calls@}
}
")
endfunction()

# sluice_add_binary(): build/sluice from src/app, as soon as src/app/main.cc exists.
function(sluice_add_binary)
  if(NOT TARGET sluice_app)
    return()
  endif()
  sluice_find_plugin_rooms(rooms)
  set(builtins "${PROJECT_BINARY_DIR}/src/app/builtins.cc")
  sluice_write_builtins("${builtins}" "${rooms}")
  add_library(sluice_builtins STATIC "${builtins}")
  sluice_link(sluice_builtins PUBLIC DEPS ${rooms})
  get_target_property(kind sluice_app TYPE)
  set(scope PUBLIC)
  if(kind STREQUAL "INTERFACE_LIBRARY")
    set(scope INTERFACE)
  endif()
  target_link_libraries(sluice_app ${scope} sluice_builtins)

  if(EXISTS "${PROJECT_SOURCE_DIR}/src/app/main.cc")
    add_executable(sluice "${PROJECT_SOURCE_DIR}/src/app/main.cc")
    target_link_libraries(sluice PRIVATE sluice_app)
    set_target_properties(sluice PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}")
    get_property(modules GLOBAL PROPERTY SLUICE_MODULES)
    if(modules)
      add_dependencies(sluice ${modules})
    endif()
  endif()
endfunction()

# Rooms: one folder of src/ is one static library, one test binary. See docs/decisions/0001-build-conventions.md.

# Rooms in layer order; a room that has no CMakeLists.txt yet is left out.
set(SLUICE_ROOM_ORDER base sdk/* net formats/* drivers/* kafka converters transforms providers connectors/*
                      plugins store tasks cluster rest cli app)

# sluice_add_rooms(): adds every room of src/ that has a CMakeLists.txt.
function(sluice_add_rooms)
  foreach(pattern IN LISTS SLUICE_ROOM_ORDER)
    if(pattern MATCHES "^(.*)/\\*$")
      file(GLOB_RECURSE lists CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/${CMAKE_MATCH_1}/CMakeLists.txt")
    else()
      file(GLOB lists CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/${pattern}/CMakeLists.txt")
    endif()
    foreach(list IN LISTS lists)
      cmake_path(GET list PARENT_PATH folder)
      add_subdirectory("${folder}")
    endforeach()
  endforeach()
  sluice_check_rooms()
endfunction()

# A room that is named but not there would show up only as a library that the linker misses.
function(sluice_check_rooms)
  get_property(links GLOBAL PROPERTY SLUICE_ROOM_LINKS)
  foreach(link IN LISTS links)
    string(REPLACE ">" ";" pair "${link}")
    list(GET pair 1 room)
    if(NOT TARGET ${room})
      list(GET pair 0 target)
      message(WARNING "${target} depends on ${room}, which no CMakeLists.txt below src/ defines")
    endif()
  endforeach()
endfunction()

# sluice_room(<name> [DEPS rooms…] [LIBS targets…] [TEST_DEPS rooms…] [TEST_LIBS targets…] [PCH headers…])
# <name> is the folder below src/; slashes become underscores in target names.
#   *_test.cc -> sluice_<name>_test, *_bench.cc and *_fuzz.cc -> one binary each,
#   main.cc and *module.cc are left to sluice_add_binary and sluice_module, the rest is the library sluice_<name>.
function(sluice_room name)
  cmake_parse_arguments(PARSE_ARGV 1 room "" "" "DEPS;LIBS;TEST_DEPS;TEST_LIBS;PCH")
  if(room_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "sluice_room(${name}): unknown arguments: ${room_UNPARSED_ARGUMENTS}")
  endif()
  string(REPLACE "/" "_" id "${name}")
  set(library sluice_${id})
  sluice_room_files(files)

  set(tests ${files})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  set(benches ${files})
  list(FILTER benches INCLUDE REGEX "_bench\\.cc$")
  set(fuzzers ${files})
  list(FILTER fuzzers INCLUDE REGEX "_fuzz\\.cc$")
  set(sources ${files})
  list(FILTER sources EXCLUDE REGEX "(_test|_bench|_fuzz|module)\\.cc$|/main\\.cc$")

  if(sources)
    add_library(${library} STATIC ${sources})
    set(scope PUBLIC)
  else()
    add_library(${library} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(${library} ${scope} "${PROJECT_SOURCE_DIR}/src")
  sluice_link(${library} ${scope} DEPS ${room_DEPS} LIBS ${room_LIBS})
  if(room_PCH AND sources)
    target_precompile_headers(${library} PRIVATE ${room_PCH})
  endif()

  sluice_room_test(${library} "${tests}" DEPS ${room_TEST_DEPS} LIBS ${room_TEST_LIBS})
  sluice_room_benches(${library} "${benches}" DEPS ${room_TEST_DEPS} LIBS ${room_TEST_LIBS})
  sluice_room_fuzzers(${library} "${fuzzers}" DEPS ${room_TEST_DEPS} LIBS ${room_TEST_LIBS})
endfunction()

# The room's *.cc files, without those of subfolders that are rooms themselves.
function(sluice_room_files out)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cc")
  file(GLOB_RECURSE inner CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*/CMakeLists.txt")
  foreach(list IN LISTS inner)
    cmake_path(GET list PARENT_PATH folder)
    string(REGEX REPLACE "([][+.*()^$?\\])" "\\\\\\1" folder "${folder}")
    list(FILTER files EXCLUDE REGEX "^${folder}/")
  endforeach()
  set(${out} "${files}" PARENT_SCOPE)
endfunction()

# sluice_link(<target> <scope> DEPS rooms… LIBS targets…)
function(sluice_link target scope)
  cmake_parse_arguments(PARSE_ARGV 2 link "" "" "DEPS;LIBS")
  foreach(room IN LISTS link_DEPS)
    string(REPLACE "/" "_" id "${room}")
    target_link_libraries(${target} ${scope} sluice_${id})
    set_property(GLOBAL APPEND PROPERTY SLUICE_ROOM_LINKS "${target}>sluice_${id}")
  endforeach()
  foreach(lib IN LISTS link_LIBS)
    if(lib MATCHES "::" AND NOT TARGET ${lib})
      message(FATAL_ERROR "${target} needs ${lib}, which was not found. Run ./dev setup")
    endif()
    target_link_libraries(${target} ${scope} ${lib})
  endforeach()
endfunction()

function(sluice_room_test library files)
  if(NOT SLUICE_TESTS OR NOT files)
    return()
  endif()
  add_executable(${library}_test ${files})
  target_link_libraries(${library}_test PRIVATE ${library} GTest::gtest GTest::gtest_main)
  sluice_link(${library}_test PRIVATE ${ARGN})
  # One ctest entry per binary: a process per case would cost more than most cases do.
  add_test(NAME ${library}_test COMMAND ${library}_test
           --gtest_output=xml:${PROJECT_BINARY_DIR}/test-results/${library}_test.xml)
  set_tests_properties(${library}_test PROPERTIES LABELS unit TIMEOUT 600
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
    ENVIRONMENT "TSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tools/checks/tsan.supp;\
UBSAN_OPTIONS=print_stacktrace=1;LSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tools/checks/lsan.supp")
endfunction()

function(sluice_room_benches library files)
  if(NOT SLUICE_BENCHES)
    return()
  endif()
  foreach(file IN LISTS files)
    cmake_path(GET file STEM stem)
    add_executable(${stem} ${file})
    target_link_libraries(${stem} PRIVATE ${library} benchmark::benchmark benchmark::benchmark_main)
    sluice_link(${stem} PRIVATE ${ARGN})
  endforeach()
endfunction()

function(sluice_room_fuzzers library files)
  if(NOT SLUICE_FUZZ)
    return()
  endif()
  # What the fuzz preset is for; the rest of the tree is not built with it.
  if(NOT TARGET fuzzers)
    add_custom_target(fuzzers)
  endif()
  foreach(file IN LISTS files)
    cmake_path(GET file STEM stem)
    add_executable(${stem} ${file})
    add_dependencies(fuzzers ${stem})
    set_target_properties(${stem} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/fuzzers")
    target_link_libraries(${stem} PRIVATE ${library})
    target_link_options(${stem} PRIVATE -fsanitize=fuzzer)
    sluice_link(${stem} PRIVATE ${ARGN})
  endforeach()
endfunction()

# sluice_module(<name> SOURCES files… [DEPS rooms…] [LIBS targets…]): build/modules/libsluice_<name>.so, opened at
# first use. It carries its own copy of the static rooms it needs, so that the binary never maps a heavy library.
function(sluice_module name)
  cmake_parse_arguments(PARSE_ARGV 1 module "" "" "SOURCES;DEPS;LIBS")
  add_library(sluice_module_${name} MODULE ${module_SOURCES})
  set_target_properties(sluice_module_${name} PROPERTIES
    OUTPUT_NAME sluice_${name}
    LIBRARY_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/modules"
    BUILD_RPATH "${SLUICE_DEPS_DIR}/arrow/lib;$ORIGIN/../lib"
    INSTALL_RPATH "$ORIGIN/../lib")
  target_include_directories(sluice_module_${name} PRIVATE "${PROJECT_SOURCE_DIR}/src")
  # A symbol of a static room must not be exported, or two modules would bind to each other's copies.
  target_link_options(sluice_module_${name} PRIVATE -Wl,--exclude-libs,ALL -Wl,-z,defs)
  sluice_link(sluice_module_${name} PRIVATE DEPS ${module_DEPS} LIBS ${module_LIBS})
  set_property(GLOBAL APPEND PROPERTY SLUICE_MODULES sluice_module_${name})
endfunction()

# Every outside library, found once. Rooms name them in LIBS; what each is for stands in docs/dependencies.md.
# A library that is missing is an error only for the room that asks for it (see sluice_link).

if(DEFINED ENV{SLUICE_DEPS_DIR})
  set(SLUICE_DEPS_DIR "$ENV{SLUICE_DEPS_DIR}")
else()
  set(SLUICE_DEPS_DIR "${CMAKE_CURRENT_SOURCE_DIR}/.deps")
endif()

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

# sluice_pkg(<name> <pkg-config module> [version]): the target sluice::<name>.
function(sluice_pkg name module)
  pkg_check_modules(PC_${name} QUIET IMPORTED_TARGET GLOBAL "${module}${ARGN}")
  if(TARGET PkgConfig::PC_${name})
    add_library(sluice::${name} ALIAS PkgConfig::PC_${name})
  endif()
endfunction()

# sluice_alias(<name> <target>): sluice::<name> for a target of a find module or CMake config.
function(sluice_alias name target)
  if(TARGET ${target})
    add_library(sluice::${name} ALIAS ${target})
  endif()
endfunction()

foreach(package fmt spdlog CLI11 nlohmann_json OpenSSL CURL SQLite3 PostgreSQL ZLIB date)
  find_package(${package} QUIET GLOBAL)
endforeach()
find_package(ICU QUIET COMPONENTS uc i18n)
find_package(RdKafka)
find_package(SluiceArrow)

sluice_alias(fmt fmt::fmt)
sluice_alias(spdlog spdlog::spdlog)
sluice_alias(cli11 CLI11::CLI11)
sluice_alias(nlohmann_json nlohmann_json::nlohmann_json)
sluice_alias(ssl OpenSSL::SSL)
sluice_alias(crypto OpenSSL::Crypto)
sluice_alias(curl CURL::libcurl)
sluice_alias(sqlite3 SQLite::SQLite3)
sluice_alias(libpq PostgreSQL::PostgreSQL)
sluice_alias(zlib ZLIB::ZLIB)
sluice_alias(date date::date)
sluice_alias(icu ICU::i18n)
sluice_alias(threads Threads::Threads)

sluice_pkg(simdjson simdjson)
sluice_pkg(pcre2 libpcre2-8)
sluice_pkg(zstd libzstd)
sluice_pkg(lz4 liblz4)
sluice_pkg(snappy snappy)

if(SLUICE_TESTS)
  find_package(GTest REQUIRED)
endif()
if(SLUICE_BENCHES)
  find_package(benchmark REQUIRED)
endif()

# Every outside library, found once. Rooms name them in LIBS; what each is for stands in docs/dependencies.md.
# A library that is missing is an error only for the room that asks for it (see sluice_link).

set(SLUICE_DEPS_DIR "${CMAKE_CURRENT_SOURCE_DIR}/.deps" CACHE PATH "What ./dev setup fetched and built")
if(DEFINED ENV{SLUICE_DEPS_DIR})
  set(SLUICE_DEPS_DIR "$ENV{SLUICE_DEPS_DIR}" CACHE PATH "" FORCE)
endif()

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

# Libraries with a find module or a CMake config: fmt::fmt, spdlog::spdlog, CLI11::CLI11, OpenSSL::SSL, CURL::libcurl,
# nlohmann_json::nlohmann_json, SQLite::SQLite3, PostgreSQL::PostgreSQL, ZLIB::ZLIB, date::date, ICU::uc, ICU::i18n.
foreach(package fmt spdlog CLI11 nlohmann_json OpenSSL CURL SQLite3 PostgreSQL ZLIB date)
  find_package(${package} QUIET GLOBAL)
endforeach()
find_package(ICU QUIET COMPONENTS uc i18n)
find_package(RdKafka)
find_package(SluiceArrow)

# The others by pkg-config: PkgConfig::simdjson and so on.
foreach(pair simdjson=simdjson pcre2=libpcre2-8 zstd=libzstd lz4=liblz4 snappy=snappy sasl=libsasl2
             mariadb=libmariadb odbc=odbc)
  string(REPLACE "=" ";" pair "${pair}")
  list(GET pair 0 name)
  list(GET pair 1 module)
  pkg_check_modules(${name} QUIET IMPORTED_TARGET GLOBAL "${module}")
endforeach()

# Its pkg-config file names a folder of links, which would become a runpath of our binary.
find_path(KERBEROS_INCLUDE_DIR gssapi/gssapi_krb5.h)
find_library(KERBEROS_LIBRARY krb5)
find_library(KERBEROS_GSSAPI_LIBRARY gssapi_krb5)
if(KERBEROS_INCLUDE_DIR AND KERBEROS_LIBRARY AND KERBEROS_GSSAPI_LIBRARY)
  add_library(Kerberos::kerberos INTERFACE IMPORTED GLOBAL)
  target_include_directories(Kerberos::kerberos INTERFACE "${KERBEROS_INCLUDE_DIR}")
  target_link_libraries(Kerberos::kerberos INTERFACE "${KERBEROS_GSSAPI_LIBRARY}" "${KERBEROS_LIBRARY}")
endif()

# Linked statically: loading the shared library would cost every worker a megabyte and milliseconds at its start.
find_path(PROTOBUF_INCLUDE_DIR google/protobuf/compiler/parser.h)
find_library(PROTOBUF_STATIC_LIBRARY libprotobuf.a)
if(PROTOBUF_INCLUDE_DIR AND PROTOBUF_STATIC_LIBRARY)
  add_library(Protobuf::protobuf UNKNOWN IMPORTED GLOBAL)
  set_target_properties(Protobuf::protobuf PROPERTIES
    IMPORTED_LOCATION "${PROTOBUF_STATIC_LIBRARY}" INTERFACE_INCLUDE_DIRECTORIES "${PROTOBUF_INCLUDE_DIR}"
    INTERFACE_LINK_LIBRARIES "Threads::Threads;ZLIB::ZLIB")
endif()

# One spelling for all: sluice::<name>.
function(sluice_alias name target)
  if(NOT TARGET ${target})
    return()
  endif()
  get_target_property(real ${target} ALIASED_TARGET)
  if(real)
    set(target ${real})
  endif()
  add_library(sluice::${name} ALIAS ${target})
endfunction()

foreach(pair fmt=fmt::fmt spdlog=spdlog::spdlog cli11=CLI11::CLI11 nlohmann_json=nlohmann_json::nlohmann_json
             ssl=OpenSSL::SSL crypto=OpenSSL::Crypto curl=CURL::libcurl sqlite3=SQLite::SQLite3
             libpq=PostgreSQL::PostgreSQL zlib=ZLIB::ZLIB date=date::date icu=ICU::i18n threads=Threads::Threads
             rdkafka=RdKafka::rdkafka arrow=Arrow::arrow parquet=Arrow::parquet simdjson=PkgConfig::simdjson
             pcre2=PkgConfig::pcre2 zstd=PkgConfig::zstd lz4=PkgConfig::lz4 snappy=PkgConfig::snappy sasl=PkgConfig::sasl
             mariadb=PkgConfig::mariadb odbc=PkgConfig::odbc
             kerberos=Kerberos::kerberos protobuf=Protobuf::protobuf)
  string(REPLACE "=" ";" pair "${pair}")
  list(GET pair 0 name)
  list(GET pair 1 target)
  sluice_alias(${name} ${target})
endforeach()

if(SLUICE_TESTS)
  find_package(GTest REQUIRED)
endif()
if(SLUICE_BENCHES)
  find_package(benchmark REQUIRED)
endif()

# librdkafka: the system's if it is new enough, else the static one that `./dev setup` built.
# Target: RdKafka::rdkafka.

pkg_check_modules(RdKafkaSystem QUIET IMPORTED_TARGET GLOBAL "rdkafka>=2.6")
if(TARGET PkgConfig::RdKafkaSystem)
  add_library(RdKafka::rdkafka ALIAS PkgConfig::RdKafkaSystem)
  set(RdKafka_VERSION ${RdKafkaSystem_VERSION})
  set(RdKafka_WHERE "system")
elseif(EXISTS "${SLUICE_DEPS_DIR}/librdkafka/lib/librdkafka.a")
  set(RdKafka_WHERE "${SLUICE_DEPS_DIR}/librdkafka")
  file(STRINGS "${RdKafka_WHERE}/lib/pkgconfig/rdkafka.pc" version REGEX "^Version:")
  string(REPLACE "Version: " "" RdKafka_VERSION "${version}")
  pkg_check_modules(RdKafkaNeeds REQUIRED IMPORTED_TARGET GLOBAL zlib libssl libcrypto libsasl2 libzstd liblz4 libcurl)
  add_library(RdKafka::rdkafka STATIC IMPORTED GLOBAL)
  set_target_properties(RdKafka::rdkafka PROPERTIES
    IMPORTED_LOCATION "${RdKafka_WHERE}/lib/librdkafka.a"
    INTERFACE_INCLUDE_DIRECTORIES "${RdKafka_WHERE}/include"
    INTERFACE_LINK_LIBRARIES "PkgConfig::RdKafkaNeeds;Threads::Threads;${CMAKE_DL_LIBS};m")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(RdKafka REQUIRED_VARS RdKafka_WHERE VERSION_VAR RdKafka_VERSION
                                  REASON_FAILURE_MESSAGE "run ./dev setup")

# librdkafka: the system's if it is new enough, else the static one that `./dev setup` built.
# Target: sluice::rdkafka.

pkg_check_modules(RdKafkaSystem QUIET IMPORTED_TARGET GLOBAL "rdkafka>=2.6")
if(TARGET PkgConfig::RdKafkaSystem)
  add_library(sluice::rdkafka ALIAS PkgConfig::RdKafkaSystem)
  set(RdKafka_VERSION ${RdKafkaSystem_VERSION})
  set(RdKafka_WHERE "system")
elseif(EXISTS "${SLUICE_DEPS_DIR}/librdkafka/lib/librdkafka.a")
  set(prefix "${SLUICE_DEPS_DIR}/librdkafka")
  file(STRINGS "${prefix}/lib/pkgconfig/rdkafka.pc" version REGEX "^Version:")
  string(REPLACE "Version: " "" RdKafka_VERSION "${version}")
  pkg_check_modules(RdKafkaNeeds REQUIRED IMPORTED_TARGET GLOBAL zlib libssl libcrypto libsasl2 libzstd liblz4 libcurl)
  add_library(sluice::rdkafka STATIC IMPORTED GLOBAL)
  set_target_properties(sluice::rdkafka PROPERTIES
    IMPORTED_LOCATION "${prefix}/lib/librdkafka.a"
    INTERFACE_INCLUDE_DIRECTORIES "${prefix}/include"
    INTERFACE_LINK_LIBRARIES "PkgConfig::RdKafkaNeeds;Threads::Threads;${CMAKE_DL_LIBS};m")
  set(RdKafka_WHERE "${prefix}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(RdKafka REQUIRED_VARS RdKafka_WHERE VERSION_VAR RdKafka_VERSION
                                  REASON_FAILURE_MESSAGE "run ./dev setup")

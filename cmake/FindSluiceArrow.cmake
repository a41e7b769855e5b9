# Arrow and Parquet as `./dev setup` unpacked them from the pyarrow wheel, the OpenSSL symbols inside libparquet
# renamed. The wheel has no CMake config. Targets: Arrow::arrow, Arrow::parquet.

set(SluiceArrow_ROOT "${SLUICE_DEPS_DIR}/arrow")
file(GLOB SluiceArrow_LIBARROW "${SluiceArrow_ROOT}/lib/libarrow.so.*")
file(GLOB SluiceArrow_LIBPARQUET "${SluiceArrow_ROOT}/lib/libparquet.so.*")

if(SluiceArrow_LIBARROW AND SluiceArrow_LIBPARQUET AND NOT TARGET Arrow::arrow)
  add_library(Arrow::arrow SHARED IMPORTED GLOBAL)
  set_target_properties(Arrow::arrow PROPERTIES
    IMPORTED_LOCATION "${SluiceArrow_LIBARROW}"
    INTERFACE_INCLUDE_DIRECTORIES "${SluiceArrow_ROOT}/include")
  add_library(Arrow::parquet SHARED IMPORTED GLOBAL)
  set_target_properties(Arrow::parquet PROPERTIES
    IMPORTED_LOCATION "${SluiceArrow_LIBPARQUET}"
    INTERFACE_INCLUDE_DIRECTORIES "${SluiceArrow_ROOT}/include"
    INTERFACE_LINK_LIBRARIES Arrow::arrow)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(SluiceArrow REQUIRED_VARS SluiceArrow_LIBARROW SluiceArrow_LIBPARQUET
                                  REASON_FAILURE_MESSAGE "run ./dev setup")

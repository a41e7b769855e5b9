#include "formats/parquet/module_loader.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace sluice::formats {
namespace {

TEST(ModuleLoader, SaysWhereItLookedAndWhatToDo) {
  setenv("SLUICE_MODULE_PATH", "/no/such/folder", 1);
  const auto module = parquet_module();
  ASSERT_FALSE(module.ok());
  EXPECT_NE(module.error().message().find("/no/such/folder/libsluice_parquet.so"), std::string::npos);
  EXPECT_NE(module.error().message().find("SLUICE_MODULE_PATH"), std::string::npos);
  unsetenv("SLUICE_MODULE_PATH");
  const auto beside = parquet_module();
  ASSERT_FALSE(beside.ok());
  EXPECT_NE(beside.error().message().find("/modules/libsluice_parquet.so"), std::string::npos);
}

}  // namespace
}  // namespace sluice::formats

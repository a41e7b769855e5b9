#include <gtest/gtest.h>

#include <filesystem>

#include "providers/directory_provider.h"
#include "providers/environment_provider.h"
#include "providers/file_provider.h"
#include "sdk/testkit/temporary_files.h"

namespace sluice::providers {
namespace {

using sdk::testkit::append_to;
using sdk::testkit::TemporaryFolder;

using Value = std::optional<std::string>;

Value get(const sdk::ConfigProvider& provider, const std::string& path, const std::string& key) {
  const auto value = provider.get(path, key);
  EXPECT_TRUE(value.ok()) << (value.ok() ? "" : value.error().message());
  return value.ok() ? *value : Value();
}

TEST(FileProvider, ReadsProperties) {
  const TemporaryFolder folder;
  const std::string file = folder.path("secrets.properties");
  append_to(file, "password = p\\u00e4ss\nempty=\n");
  FileProvider provider;
  ASSERT_TRUE(provider.configure({}).ok());
  EXPECT_EQ(get(provider, file, "password"), "päss");
  EXPECT_EQ(get(provider, file, "empty"), "");
  EXPECT_EQ(get(provider, file, "other"), std::nullopt);
  EXPECT_EQ(get(provider, "", "password"), std::nullopt);
  const auto missing = provider.get(folder.path("none"), "password");
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().message(), "Could not read properties from file " + folder.path("none"));
}

TEST(FileProvider, ReadsNothingOutsideOfTheAllowedPaths) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.path("in"));
  append_to(folder.path("in/a.properties"), "k=v\n");
  append_to(folder.path("out.properties"), "k=v\n");
  append_to(folder.path("in-not"), "k=v\n");
  FileProvider provider;
  ASSERT_TRUE(provider.configure({{"allowed.paths", folder.path("in") + "/"}}).ok());
  EXPECT_EQ(get(provider, folder.path("in/a.properties"), "k"), "v");
  EXPECT_EQ(get(provider, folder.path("out.properties"), "k"), std::nullopt);
  EXPECT_EQ(get(provider, folder.path("in/../out.properties"), "k"), std::nullopt);
  EXPECT_EQ(get(provider, folder.path("in-not"), "k"), std::nullopt);
}

TEST(FileProvider, RefusesWrongAllowedPaths) {
  FileProvider provider;
  EXPECT_EQ(provider.configure({{"allowed.paths", "a/b"}}).error().message(), "Path a/b is not absolute");
  EXPECT_EQ(provider.configure({{"allowed.paths", "/no/such/path"}}).error().message(),
            "Path /no/such/path does not exist");
}

TEST(DirectoryProvider, ReadsWholeFiles) {
  const TemporaryFolder folder;
  append_to(folder.path("password"), " p\n");
  std::filesystem::create_directory(folder.path("sub"));
  append_to(folder.path("sub/deep"), "x");
  DirectoryProvider provider;
  ASSERT_TRUE(provider.configure({}).ok());
  EXPECT_EQ(get(provider, folder.path(""), "password"), " p\n");
  EXPECT_EQ(get(provider, folder.path(""), "sub"), std::nullopt);
  EXPECT_EQ(get(provider, folder.path(""), "sub/deep"), std::nullopt);
  EXPECT_EQ(get(provider, folder.path("sub"), "../password"), std::nullopt);
  EXPECT_EQ(get(provider, folder.path("password"), "password"), std::nullopt);
  EXPECT_EQ(get(provider, "", "password"), std::nullopt);
}

TEST(EnvironmentProvider, GivesAllowedVariablesOnly) {
  const char* const variables[] = {"SLUICE_A=1=2", "HOME=/root", nullptr};
  EnvironmentProvider all(variables);
  ASSERT_TRUE(all.configure({}).ok());
  EXPECT_EQ(get(all, "", "SLUICE_A"), "1=2");
  EXPECT_EQ(get(all, "", "HOME"), "/root");
  EnvironmentProvider some(variables);
  ASSERT_TRUE(some.configure({{"allowlist.pattern", "SLUICE_.*"}}).ok());
  EXPECT_EQ(get(some, "", "SLUICE_A"), "1=2");
  EXPECT_EQ(get(some, "", "HOME"), std::nullopt);
  EXPECT_FALSE(EnvironmentProvider(variables).configure({{"allowlist.pattern", "("}}).ok());
  EXPECT_EQ(all.get("x", "HOME").error().message(),
            "Path is not supported for EnvVarConfigProvider, invalid value 'x'");
}

}  // namespace
}  // namespace sluice::providers

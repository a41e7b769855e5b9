#pragma once
// Tests that run on each kind of database behind an ODBC driver.

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "connectors/sql/odbc/fixture.h"

namespace sluice::connectors::sql {

/// A test on each kind of database; it skips where there is none.
class OnOdbc : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const std::string missing = OdbcDatabase::missing(GetParam());
    if (!missing.empty()) GTEST_SKIP() << missing;
    database_ = std::make_unique<OdbcDatabase>(GetParam());
  }
  bool is(std::string_view kind) const { return GetParam() == kind; }
  std::unique_ptr<OdbcDatabase> database_;
};

}  // namespace sluice::connectors::sql

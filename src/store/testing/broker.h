#pragma once
// Tests against a real broker run when SLUICE_TEST_BROKER says where one is ("host:port").

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <string>

#include "sdk/properties.h"

namespace sluice::store::testing {

inline bool has_broker() { return std::getenv("SLUICE_TEST_BROKER") != nullptr; }

/// A name that no other test and no other run uses.
inline std::string unique_name() {
  static std::atomic<int> next = 0;
  return "store-" + std::to_string(getpid()) + "-" +
         std::to_string(std::chrono::system_clock::now().time_since_epoch().count()) + "-" +
         std::to_string(next++);
}

/// A worker whose group and offsets topic nobody else has.
inline sdk::Properties worker_properties(int32_t partitions) {
  const std::string name = unique_name();
  return {{"bootstrap.servers", has_broker() ? std::getenv("SLUICE_TEST_BROKER") : ""},
          {"group.id", name},
          {"offset.storage.topic", name},
          {"offset.storage.partitions", std::to_string(partitions)},
          {"offset.storage.replication.factor", "1"}};
}

/// Suites on it have "Real" in their names: tests/system/test_store_room.py runs those.
class RealTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!has_broker()) GTEST_SKIP() << "SLUICE_TEST_BROKER is not set";
  }
};

}  // namespace sluice::store::testing

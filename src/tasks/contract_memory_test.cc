#include "tasks/contract_memory.h"

#include <gtest/gtest.h>

namespace sluice::tasks {
namespace {

TEST(ContractMemory, IsUnpackedAsItWasPacked) {
  for (const std::string& text : {std::string("{}"), std::string(20'000, 'x'), std::string()}) {
    const auto packed = pack_contract(text);
    ASSERT_TRUE(packed.ok());
    EXPECT_EQ(*unpack_contract(*packed), text);
  }
}

TEST(ContractMemory, WhatOthersWroteIsRefused) {
  for (const char* packed : {"", "x", "5", "5:", "5:!!", "5:AAAA", "99999999:eJw="}) {
    EXPECT_FALSE(unpack_contract(packed).ok()) << packed;
  }
  std::string random;
  uint32_t state = 1;
  for (int i = 0; i < 8'000; ++i) random += static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  EXPECT_FALSE(pack_contract(random).ok()) << "it does not fit";
}

}  // namespace
}  // namespace sluice::tasks

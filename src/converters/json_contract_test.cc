#include "converters/json_contract.h"

#include <gtest/gtest.h>

#include "converters/json_converter.h"

namespace sluice::converters {
namespace {

class Memory final : public sdk::ContractMemory {
 public:
  Result<std::optional<std::string>> recall(const std::string& topic) override {
    if (is_down) return retriable("no broker answers");
    const auto found = texts.find(topic);
    return found == texts.end() ? std::optional<std::string>() : std::optional(found->second);
  }
  Result<std::string> remember(const std::string& topic, const std::string& contract) override {
    return texts.emplace(topic, contract).first->second;
  }
  std::map<std::string, std::string> texts;
  bool is_down = false;
};

sdk::Contract learning(int64_t records, std::shared_ptr<Memory> memory) {
  sdk::Contract contract;
  contract.json_learn_records = records;
  contract.memory = std::move(memory);
  return contract;
}

TEST(JsonContract, APinnedSchemaIsHeldAgainstEveryRecord) {
  sdk::Contract wanted;
  wanted.json_schema =
      R"({"type":"object","required":["userId"],"properties":{"userId":{"type":"string","minLength":2}}})";
  const auto contract = JsonContract::make(wanted);
  ASSERT_TRUE(contract.ok());
  EXPECT_TRUE((*contract)->check("t", R"({"userId":"ab"})", "").ok());
  const Status renamed = (*contract)->check("t", R"({"user_id":"ab"})", "");
  EXPECT_EQ(renamed.error().kind(), ErrorKind::kViolation);
  EXPECT_EQ(
      renamed.error().message(),
      "Contract violation: the record breaks the contract (the pinned JSON Schema): field userId is missing "
      "(probably renamed to user_id). Restore that in the source, or accept the change by changing "
      "sluice.contract.json.schema");
  const Status shorter = (*contract)->check("t", R"({"schema":null,"payload":{"userId":"a"}})", "payload");
  EXPECT_NE(shorter.error().message().find("userId"), std::string::npos) << shorter.error().message();
}

TEST(JsonContract, IsLearnedOncePerTopicAndRemembered) {
  const auto memory = std::make_shared<Memory>();
  const auto first = JsonContract::make(learning(2, memory));
  ASSERT_TRUE(first.ok());
  EXPECT_TRUE((*first)->check("t", R"({"a":1})", "").ok());
  EXPECT_TRUE((*first)->check("t", R"({"a":2,"b":"x"})", "").ok());
  EXPECT_TRUE((*first)->check("t", R"({"a":3,"c":true})", "").ok());
  EXPECT_FALSE((*first)->check("t", R"({"b":"x"})", "").ok());
  EXPECT_TRUE((*first)->check("other", R"({"b":"x"})", "").ok()) << "of its own";
  const auto second = JsonContract::make(learning(2, memory));
  EXPECT_FALSE((*second)->check("t", R"({"b":"x"})", "").ok()) << "it was learned before the restart";
  memory->is_down = true;
  const auto third = JsonContract::make(learning(2, memory));
  EXPECT_EQ((*third)->check("t", R"({"a":1})", "").error().kind(), ErrorKind::kRetry);
}

TEST(JsonContract, NeedsOneOfBothAndASchema) {
  EXPECT_EQ(JsonContract::make({}).error().kind(), ErrorKind::kBadConfig);
  sdk::Contract wanted;
  wanted.json_schema = "{";
  EXPECT_EQ(JsonContract::make(wanted).error().kind(), ErrorKind::kBadConfig);
}

TEST(JsonContract, TheConverterNamesTheRecordsThatBreakIt) {
  JsonConverter converter;
  ASSERT_TRUE(converter.configure({{"schemas.enable", "false"}}, sdk::ConverterRole::kValue).ok());
  ASSERT_TRUE(converter.guard(learning(1, std::make_shared<Memory>())).ok());
  const std::vector<sdk::BytesItem> items{
      {"t", R"({"a":1})", {}}, {"t", kNullBytes, {}}, {"t", R"({"b":1})", {}}, {"t", R"({"a":2})", {}}};
  std::vector<sdk::SchemaAndValue> out(items.size());
  sdk::Arena arena;
  sdk::RecordErrors errors;
  converter.to_data(items, arena, out, errors);
  ASSERT_EQ(errors.entries().size(), 1U);
  EXPECT_EQ(errors.entries()[0].index, 2U);
  EXPECT_EQ(errors.entries()[0].error.kind(), ErrorKind::kViolation);
}

}  // namespace
}  // namespace sluice::converters

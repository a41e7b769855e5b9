// Holds JSON texts against JSON Schemas, one case as a JSON object per line on stdin, and prints for each
// case what is wrong with the schema or with each of its values (null: nothing). test_validation.py makes the
// cases.

#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "formats/json/json_decoder.h"
#include "formats/json_schema/validator.h"

namespace {

using nlohmann::ordered_json;
using sluice::Result;
namespace json = sluice::json;
namespace json_schema = sluice::json_schema;

Result<json_schema::Validator> validator_of(const ordered_json& test) {
  std::vector<std::pair<std::string, std::string>> texts;
  if (test.contains("references")) texts = test["references"].get<decltype(texts)>();
  const std::vector<json_schema::Reference> references(texts.begin(), texts.end());
  SLUICE_ASSIGN_OR_RETURN(
      auto document, json_schema::SchemaDocument::parse(test.at("schema").get<std::string>(), references));
  return json_schema::Validator::make(std::move(document));
}

ordered_json run(const ordered_json& test) {
  auto validator = validator_of(test);
  if (!validator.ok()) return {{"error", validator.error().message()}};
  json::Decoder decoder(json::Numbers::kExact);
  ordered_json results = ordered_json::array();
  for (const ordered_json& text : test.at("values")) {
    sluice::sdk::Arena arena;
    decoder.begin_batch(arena);
    const auto tree = decoder.decode(text.get<std::string>(), arena);
    const auto checked = tree.ok() ? validator->check(*tree) : sluice::Status(tree.error());
    results.push_back(checked.ok() ? ordered_json() : ordered_json(checked.error().message()));
  }
  return {{"results", results}};
}

}  // namespace

int main() {
  std::string line;
  while (std::getline(std::cin, line))
    std::cout << run(ordered_json::parse(line)).dump(-1, ' ', true, ordered_json::error_handler_t::replace)
              << "\n";
}

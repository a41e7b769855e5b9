#include "formats/json/json_node_type.h"

namespace sluice::json {

using sdk::Kind;
using sdk::Value;

std::string_view json_node_type(const Value& node) {
  switch (node.kind()) {
    case Kind::kNull:
      return "NULL";
    case Kind::kBoolean:
      return "BOOLEAN";
    case Kind::kString:
      return "STRING";
    case Kind::kArray:
      return "ARRAY";
    case Kind::kMap:
      return "OBJECT";
    default:
      return "NUMBER";
  }
}

}  // namespace sluice::json

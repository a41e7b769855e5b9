#pragma once
// One translation of Java properties, under way. Inside this room only.

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "kafka/client_config.h"

namespace sluice::kafka {

class Translation {
 public:
  explicit Translation(ClientKind kind) { config.kind = kind; }

  /// The checked value the user gave, or null.
  const std::string* given(std::string_view java) const;
  int64_t number(std::string_view java, int64_t otherwise) const;
  bool flag(std::string_view java, bool otherwise) const;
  /// As given(), but empty counts as not given (Java's null).
  const std::string* given_text(std::string_view java) const;

  void set(std::string_view native, std::string value);
  void set(std::string_view native, int64_t value) { set(native, std::to_string(value)); }
  /// Unless it is set already.
  void set_default(std::string_view native, std::string_view value);
  bool has(std::string_view native) const;

  /// Java's text for a wrong value of `java`.
  Error invalid(std::string_view java, std::string_view why) const;

  ClientConfig config;
  std::map<std::string, std::string, std::less<>> checked;  // by Java name
};

Status translate_producer(Translation& translation);
Status translate_consumer(Translation& translation);
Status translate_security(Translation& translation);

/// "a, b ,c" as Java reads lists.
std::vector<std::string> split_list(std::string_view text);

}  // namespace sluice::kafka

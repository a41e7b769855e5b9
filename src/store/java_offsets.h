#pragma once
// Reads the offsets file of a Java standalone worker: a java.util.HashMap<byte[], byte[]> in the Java Object
// Serialization Stream Protocol, version 5 (Java SE specification, chapter 6). Only that one shape is
// understood.

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sluice::store {

bool is_java_offsets(std::string_view bytes);

/// Error kind kBadRecord says what is wrong and where. Entries with a null value (tombstones) are left out.
Result<std::map<std::string, std::string>> parse_java_offsets(std::string_view bytes);

}  // namespace sluice::store

#pragma once
// The .proto files that schemas import without anybody registering them: Protobuf's own (google/protobuf),
// Google's common types (google/type) and Confluent's (confluent).

#include <google/protobuf/descriptor.h>

#include <string>

namespace sluice::protobuf {

/// Builds its files when they are first asked for. Thread-safe.
const google::protobuf::DescriptorPool& builtin_files();

/// Whether there is such a file.
bool is_builtin_file(const std::string& name);

}  // namespace sluice::protobuf

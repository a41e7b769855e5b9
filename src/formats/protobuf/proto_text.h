#pragma once
// Texts of .proto files to FileDescriptorProtos and back.

#include <google/protobuf/descriptor.pb.h>

#include <string>
#include <string_view>

#include "base/result.h"

namespace sluice::protobuf {

/// Names are not resolved and options not interpreted yet. Error kind kBadRecord names line and column.
Result<google::protobuf::FileDescriptorProto> parse_text(std::string_view text, const std::string& file_name);

/// The text as Confluent's ProtobufSchema writes it: registries compare schemas by their texts. Services and
/// extensions are left out.
std::string to_text(const google::protobuf::FileDescriptorProto& file);

}  // namespace sluice::protobuf

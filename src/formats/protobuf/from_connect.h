#pragma once
// .proto files for Connect schemas (io.confluent.connect.protobuf.ProtobufData.fromConnectSchema).

#include <google/protobuf/descriptor.pb.h>

#include <string>

#include "base/result.h"
#include "formats/protobuf/connect_names.h"
#include "sdk/data/schema.h"

namespace sluice::protobuf {

struct MadeFile {
  google::protobuf::FileDescriptorProto file;  // names are not resolved
  std::string message;                         // the full name of the one that stands for the schema
};

/// Error kind kBadRecord: arrays in arrays, maps in arrays, names that Protobuf does not allow.
Result<MadeFile> from_connect(const sdk::Schema& schema, const ConnectOptions& options);

/// The same without the file.
Result<std::string> message_name(const sdk::Schema& schema, const ConnectOptions& options);

}  // namespace sluice::protobuf

#pragma once
// Connect schemas for messages (io.confluent.connect.protobuf.ProtobufData.toConnectSchema).

#include <optional>

#include "base/result.h"
#include "formats/protobuf/connect_names.h"
#include "formats/protobuf/schema.h"
#include "sdk/data/schema.h"

namespace sluice::protobuf {

/// `version` becomes the schema's. Error kind kBadRecord: the message contains itself, or a group.
Result<sdk::SchemaPtr> to_connect(const pb::Descriptor& message, const ConnectOptions& options,
                                  std::optional<int32_t> version = {});

}  // namespace sluice::protobuf

#pragma once
// Objects under keys in one bucket, as S3 and its relatives keep them. An object becomes visible whole or not
// at all. Two implementations: local_store.h (a folder) and s3_store.h (the S3 protocol).
//
// Thread-safe. Calls block; failures that may pass are tried again inside (with backoff) before they are
// returned. Errors name bucket and key. Kinds: kRetry (the store or the way to it is down: try later),
// kFailed (refused: access denied, no such bucket, wrong signature, disk full…), kClosed (stopped while
// waiting).

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace sluice::object_store {

struct ObjectInfo {
  std::string key;
  uint64_t size = 0;
};

struct PutOptions {
  /// Fails with kFailed and already_exists() if the key is taken (If-None-Match: *).
  bool only_if_absent = false;
};

/// A multipart upload under way. Its parts are invisible until it is completed.
struct Upload {
  std::string key;
  std::string id;
  /// What the store answered per part, in order.
  std::vector<std::string> parts;
  uint64_t size = 0;
};

class ObjectStore {
 public:
  virtual ~ObjectStore() = default;

  virtual Status put(std::string_view key, BytesView bytes, const PutOptions& options) = 0;

  virtual Result<Upload> create_upload(std::string_view key) = 0;
  /// Appends the next part; all but the last have part_bytes_min() at least.
  virtual Status upload_part(Upload& upload, BytesView bytes) = 0;
  virtual Status complete_upload(const Upload& upload, const PutOptions& options) = 0;
  /// Best effort.
  virtual Status abort_upload(const Upload& upload) = 0;

  /// Empty if there is none.
  virtual Result<std::optional<ObjectInfo>> head(std::string_view key) = 0;
  /// Sorted by key. For tools and tests: nothing on the way of a record may depend on listings.
  virtual Result<std::vector<ObjectInfo>> list(std::string_view prefix) = 0;
  virtual Status remove(std::string_view key) = 0;

  /// Whether the bucket can be used, with an error that says why not.
  virtual Status check() = 0;
  virtual size_t part_bytes_min() const = 0;
  /// How messages name a key, e.g. "s3://bucket/key".
  virtual std::string describe(std::string_view key) const = 0;
};

/// Whether an error is that of a put with only_if_absent on a key that is taken.
bool already_exists(const Error& error);
Error already_exists_error(const std::string& what);

}  // namespace sluice::object_store

#include "connectors/object_store/store_factory.h"

#include "base/log.h"
#include "drivers/object_store/local_store.h"
#include "drivers/object_store/s3_store.h"

namespace sluice::connectors::object_store {
namespace {

namespace store = sluice::object_store;

constexpr std::string_view kFileScheme = "file://";

Result<std::shared_ptr<store::ObjectStore>> open_s3(const StoreOptions& options, const StopSignal& stop) {
  store::S3Options s3;
  s3.bucket = options.bucket;
  s3.endpoint = options.url;
  s3.region = options.region;
  s3.path_style = options.path_style;
  SLUICE_ASSIGN_OR_RETURN(
      s3.credentials,
      store::find_credentials({options.access_key_id, options.secret_access_key, ""}, options.profile));
  s3.retries = options.retries;
  s3.retry_backoff_ms = options.retry_backoff_ms;
  s3.retry_backoff_max_ms = options.retry_backoff_max_ms;
  s3.proxy_url = options.proxy_url;
  s3.proxy_user = options.proxy_user;
  s3.proxy_password = options.proxy_password;
  s3.storage_class = options.storage_class;
  s3.canned_acl = options.canned_acl;
  s3.sse_algorithm = options.sse_algorithm;
  s3.sse_kms_key_id = options.sse_kms_key_id;
  s3.sse_customer_key = options.sse_customer_key;
  s3.tags = options.tags;
  s3.send_digest = options.send_digest;
  s3.stop_grace_ms = options.stop_grace_ms;
  SLUICE_ASSIGN_OR_RETURN(auto opened, store::open_s3_store(std::move(s3), &stop));
  if (const auto usable = opened->check(); !usable.ok()) {
    if (usable.error().kind() != ErrorKind::kRetry) return usable.error();
    // It may be up by the time that there is something to store; put() waits for it.
    log::warn("The object store cannot be reached now: {}", usable.error().message());
  }
  return std::shared_ptr<store::ObjectStore>(std::move(opened));
}

}  // namespace

Result<std::shared_ptr<store::ObjectStore>> open_store(const StoreOptions& options, const StopSignal& stop) {
  if (!options.url.starts_with(kFileScheme)) return open_s3(options, stop);
  const std::string folder = options.url.substr(kFileScheme.size()) + "/" + options.bucket;
  SLUICE_ASSIGN_OR_RETURN(auto local, store::open_local_store(folder));
  return std::shared_ptr<store::ObjectStore>(std::move(local));
}

}  // namespace sluice::connectors::object_store

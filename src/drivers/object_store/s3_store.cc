#include "drivers/object_store/s3_store.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "base/log.h"
#include "drivers/object_store/s3_client.h"
#include "drivers/object_store/s3_xml.h"

namespace sluice::object_store {
namespace {

constexpr size_t kPartBytesMin = size_t{5} << 20;  // S3's own, but for the last part
constexpr size_t kPartsMax = 10'000;

class S3Store final : public ObjectStore {
 public:
  S3Store(S3Options options, const StopSignal* stop, const Clock& clock)
      : client_(std::move(options), stop, clock) {}

  Status open() const { return client_.check_endpoint(); }

  Status put(std::string_view key, BytesView bytes, const PutOptions& options) override {
    S3Request request{"PUT", std::string(key), {}, object_headers(), body_of(bytes)};
    add_condition(request, options);
    add_digest(request);
    SLUICE_RETURN_IF_ERROR(client_.send(request));
    return {};
  }

  Result<Upload> create_upload(std::string_view key) override {
    const S3Request request{"POST", std::string(key), {{"uploads", ""}}, object_headers(), body_of("")};
    SLUICE_ASSIGN_OR_RETURN(const net::HttpResponse response, client_.send(request));
    std::string id = xml_text(response.body, "UploadId");
    if (id.empty())
      return failed("The store began no upload of " + describe(key) + ": its answer names none");
    return Upload{std::string(key), std::move(id), {}, 0};
  }

  Status upload_part(Upload& upload, BytesView bytes) override {
    if (upload.parts.size() >= kPartsMax) {
      return failed(describe(upload.key) + " would have more than 10000 parts; make s3.part.size larger");
    }
    S3Request request{"PUT",
                      upload.key,
                      {{"partNumber", std::to_string(upload.parts.size() + 1)}, {"uploadId", upload.id}},
                      customer_key_headers(),
                      body_of(bytes)};
    add_digest(request);
    SLUICE_ASSIGN_OR_RETURN(const net::HttpResponse response, client_.send(request));
    const auto tag = response.header("etag");
    if (!tag) return failed("The store gave no ETag for a part of " + describe(upload.key));
    upload.parts.emplace_back(*tag);
    upload.size += bytes.size();
    return {};
  }

  Status complete_upload(const Upload& upload, const PutOptions& options) override {
    std::string body = "<CompleteMultipartUpload>";
    for (size_t i = 0; i < upload.parts.size(); ++i) {
      body += fmt::format("<Part><PartNumber>{}</PartNumber><ETag>{}</ETag></Part>", i + 1,
                          xml_escape(upload.parts[i]));
    }
    body += "</CompleteMultipartUpload>";
    S3Request request{"POST", upload.key, {{"uploadId", upload.id}}, customer_key_headers(), body};
    add_condition(request, options);
    SLUICE_ASSIGN_OR_RETURN(net::HttpResponse response, client_.send(request, {404}));
    // A 200 may carry an error: the answer begins before the parts are put together.
    const bool hidden_error = response.status == 200 && !xml_elements(response.body, "Error").empty();
    if (response.status == 200 && !hidden_error) return {};
    if (hidden_error) return retriable(client_.error_of(request, response).message());
    return check_completed(upload, request, response);
  }

  Status abort_upload(const Upload& upload) override {
    const S3Request request{"DELETE", upload.key, {{"uploadId", upload.id}}, {}, {}};
    SLUICE_RETURN_IF_ERROR(client_.send(request, {404}));
    return {};
  }

  Result<std::optional<ObjectInfo>> head(std::string_view key) override {
    const S3Request request{"HEAD", std::string(key), {}, customer_key_headers(), {}};
    SLUICE_ASSIGN_OR_RETURN(const net::HttpResponse response, client_.send(request, {404}));
    if (response.status == 404) return std::optional<ObjectInfo>();
    return std::optional(
        ObjectInfo{std::string(key), number(response.header("content-length").value_or("0"))});
  }

  Result<std::vector<ObjectInfo>> list(std::string_view prefix) override {
    std::vector<ObjectInfo> found;
    std::string token;
    do {
      S3Request request{"GET", "", {{"list-type", "2"}, {"prefix", std::string(prefix)}}, {}, {}};
      if (!token.empty()) request.query.emplace_back("continuation-token", token);
      SLUICE_ASSIGN_OR_RETURN(const net::HttpResponse response, client_.send(request));
      for (const std::string_view item : xml_elements(response.body, "Contents")) {
        found.push_back({xml_text(item, "Key"), number(xml_text(item, "Size"))});
      }
      token = xml_text(response.body, "NextContinuationToken");
    } while (!token.empty());
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
    return found;
  }

  Status remove(std::string_view key) override {
    SLUICE_RETURN_IF_ERROR(client_.send({"DELETE", std::string(key), {}, {}, {}}, {404}));
    return {};
  }

  Status check() override {
    // Not HEAD: its answers carry no code that tells a wrong signature from a missing right.
    const S3Request request{"GET", "", {{"list-type", "2"}, {"max-keys", "1"}}, {}, {}};
    SLUICE_ASSIGN_OR_RETURN(const net::HttpResponse response, client_.send(request, {403}));
    // Writing does not need the right to list.
    if (response.status == 403 && xml_text(response.body, "Code") != "AccessDenied") {
      return client_.error_of(request, response);
    }
    return {};
  }

  size_t part_bytes_min() const override { return kPartBytesMin; }
  std::string describe(std::string_view key) const override { return client_.describe(key); }

 private:
  /// Even an empty body is one: Content-Length 0.
  static BytesView body_of(BytesView bytes) { return is_null(bytes) ? kEmptyBytes : bytes; }

  static uint64_t number(std::string_view text) {
    uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  }

  Pairs customer_key_headers() const {
    const std::string& key = client_.options().sse_customer_key;
    if (key.empty()) return {};
    return {{"x-amz-server-side-encryption-customer-algorithm", "AES256"},
            {"x-amz-server-side-encryption-customer-key", base64(key)},
            {"x-amz-server-side-encryption-customer-key-md5", base64_md5(key)}};
  }

  Pairs object_headers() const {
    const S3Options& options = client_.options();
    Pairs headers = customer_key_headers();
    const auto add = [&](const char* name, const std::string& value) {
      if (!value.empty()) headers.emplace_back(name, value);
    };
    add("x-amz-storage-class", options.storage_class);
    add("x-amz-acl", options.canned_acl);
    add("x-amz-server-side-encryption", options.sse_algorithm);
    add("x-amz-server-side-encryption-aws-kms-key-id", options.sse_kms_key_id);
    add("x-amz-tagging", canonical_query(options.tags));
    return headers;
  }

  static void add_condition(S3Request& request, const PutOptions& options) {
    if (options.only_if_absent) request.headers.emplace_back("if-none-match", "*");
  }
  void add_digest(S3Request& request) const {
    if (client_.options().send_digest) request.headers.emplace_back("content-md5", base64_md5(request.body));
  }

  /// 404: the upload is gone. If its object is there with our size, an earlier try had succeeded unheard.
  Status check_completed(const Upload& upload, const S3Request& request, const net::HttpResponse& response) {
    SLUICE_ASSIGN_OR_RETURN(const auto found, head(upload.key));
    if (found && found->size == upload.size) return {};
    return client_.error_of(request, response);
  }

  S3Client client_;
};

}  // namespace

Result<std::unique_ptr<ObjectStore>> open_s3_store(S3Options options, const StopSignal* stop,
                                                   const Clock& clock) {
  auto store = std::make_unique<S3Store>(std::move(options), stop, clock);
  SLUICE_RETURN_IF_ERROR(store->open());
  return std::unique_ptr<ObjectStore>(std::move(store));
}

}  // namespace sluice::object_store

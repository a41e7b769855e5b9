#include "kafka/protocol/gssapi.h"

#include <fmt/core.h>
#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>

#include <string_view>

namespace sluice::kafka::protocol {
namespace {

// What the broker offers and the client chooses: one byte of layers, three of a message size.
constexpr size_t kLayerBytes = 4;
constexpr unsigned char kNoLayer = 1;

template <typename Handle, auto kRelease>
class GssHandle {
 public:
  GssHandle() = default;
  ~GssHandle() {
    OM_uint32 minor = 0;
    if (handle_ != nullptr) kRelease(&minor, &handle_);
  }
  GssHandle(const GssHandle&) = delete;
  GssHandle& operator=(const GssHandle&) = delete;
  Handle get() const { return handle_; }
  Handle* out() { return &handle_; }

 private:
  Handle handle_ = nullptr;
};

OM_uint32 delete_context(OM_uint32* minor, gss_ctx_id_t* context) {
  return gss_delete_sec_context(minor, context, GSS_C_NO_BUFFER);
}

using GssName = GssHandle<gss_name_t, gss_release_name>;
using GssCredential = GssHandle<gss_cred_id_t, gss_release_cred>;
using GssContext = GssHandle<gss_ctx_id_t, delete_context>;

class GssBuffer {
 public:
  GssBuffer() = default;
  ~GssBuffer() {
    OM_uint32 minor = 0;
    gss_release_buffer(&minor, &buffer_);
  }
  GssBuffer(const GssBuffer&) = delete;
  GssBuffer& operator=(const GssBuffer&) = delete;
  gss_buffer_t out() { return &buffer_; }
  std::string_view text() const { return {static_cast<const char*>(buffer_.value), buffer_.length}; }

 private:
  gss_buffer_desc buffer_ = GSS_C_EMPTY_BUFFER;
};

// The library only reads it.
gss_buffer_desc borrowed(BytesView bytes) { return {bytes.size(), const_cast<char*>(bytes.data())}; }

// krb5's mechanism; the library has no constant for it that is one.
gss_OID krb5() { return const_cast<gss_OID>(gss_mech_krb5); }

std::string text_of(OM_uint32 code, int type) {
  std::string text;
  OM_uint32 more = 0;
  do {
    GssBuffer line;
    OM_uint32 minor = 0;
    if (gss_display_status(&minor, code, type, krb5(), &more, line.out()) != GSS_S_COMPLETE) break;
    text.append(text.empty() ? "" : "; ").append(line.text());
  } while (more != 0);
  return text;
}

Error gss_failed(std::string_view what, OM_uint32 major, OM_uint32 minor) {
  std::string text = fmt::format("{}: {}", what, text_of(major, GSS_C_GSS_CODE));
  if (minor != 0) text.append(": ").append(text_of(minor, GSS_C_MECH_CODE));
  const bool is_passing = security::is_passing_trouble(static_cast<int32_t>(minor));
  return is_passing ? retriable(std::move(text)) : authentication_failed(std::move(text));
}

class GssapiExchange final : public SaslExchange {
 public:
  explicit GssapiExchange(std::string service) : service_(std::move(service)) {}

  // The only step that asks servers.
  Status begin(const std::string& cache) {
    OM_uint32 minor = 0;
    gss_buffer_desc name = borrowed(service_);
    OM_uint32 major = gss_import_name(&minor, &name, GSS_C_NT_HOSTBASED_SERVICE, target_.out());
    if (GSS_ERROR(major) != 0) return gss_failed(what(), major, minor);
    gss_key_value_element_desc element{"ccache", cache.c_str()};
    const gss_key_value_set_desc store{1, &element};
    gss_OID_set_desc mechanisms{1, krb5()};
    major = gss_acquire_cred_from(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, &mechanisms, GSS_C_INITIATE,
                                  &store, credential_.out(), nullptr, nullptr);
    if (GSS_ERROR(major) != 0) return gss_failed(what(), major, minor);
    SLUICE_ASSIGN_OR_RETURN(first_, step({}));
    return {};
  }

  std::string first() override { return std::move(first_); }

  Result<std::optional<std::string>> next(BytesView from_broker) override {
    switch (stage_) {
      case Stage::kContext: {
        SLUICE_ASSIGN_OR_RETURN(std::string answer, step(from_broker));
        return std::optional<std::string>(std::move(answer));
      }
      case Stage::kLayers: {
        SLUICE_ASSIGN_OR_RETURN(std::string answer, choose_layer(from_broker));
        stage_ = Stage::kDone;
        return std::optional<std::string>(std::move(answer));
      }
      case Stage::kDone:
        break;
    }
    return std::nullopt;
  }

 private:
  enum class Stage : uint8_t { kContext, kLayers, kDone };

  std::string what() const { return fmt::format("Kerberos login at {}", service_); }

  Result<std::string> step(BytesView from_broker) {
    GssBuffer answer;
    gss_buffer_desc input = borrowed(from_broker);
    OM_uint32 minor = 0;
    // The broker has to prove itself, too.
    const OM_uint32 flags = GSS_C_MUTUAL_FLAG | GSS_C_SEQUENCE_FLAG | GSS_C_INTEG_FLAG;
    const OM_uint32 major = gss_init_sec_context(&minor, credential_.get(), context_.out(), target_.get(),
                                                 krb5(), flags, GSS_C_INDEFINITE, GSS_C_NO_CHANNEL_BINDINGS,
                                                 &input, nullptr, answer.out(), &granted_, nullptr);
    if (GSS_ERROR(major) != 0) return gss_failed(what(), major, minor);
    if (major == GSS_S_COMPLETE) {
      if ((granted_ & GSS_C_MUTUAL_FLAG) == 0)
        return authentication_failed(fmt::format("{}: the broker did not prove who it is", what()));
      stage_ = Stage::kLayers;
    }
    return std::string(answer.text());
  }

  Result<std::string> choose_layer(BytesView from_broker) {
    GssBuffer offer;
    gss_buffer_desc input = borrowed(from_broker);
    OM_uint32 minor = 0;
    OM_uint32 major = gss_unwrap(&minor, context_.get(), &input, offer.out(), nullptr, nullptr);
    if (GSS_ERROR(major) != 0) return gss_failed(what(), major, minor);
    const std::string_view layers = offer.text();
    if (layers.size() != kLayerBytes || (static_cast<unsigned char>(layers[0]) & kNoLayer) == 0)
      return authentication_failed(fmt::format("{}: the broker insists on a security layer", what()));
    // No authorisation id, as Java's client: the broker takes the name from the ticket.
    const std::string choice{kNoLayer, 0, 0, 0};
    gss_buffer_desc output = borrowed(choice);
    GssBuffer answer;
    major = gss_wrap(&minor, context_.get(), 0, GSS_C_QOP_DEFAULT, &output, nullptr, answer.out());
    if (GSS_ERROR(major) != 0) return gss_failed(what(), major, minor);
    return std::string(answer.text());
  }

  const std::string service_;  // "kafka@host"
  GssName target_;
  GssCredential credential_;
  GssContext context_;
  OM_uint32 granted_ = 0;
  std::string first_;
  Stage stage_ = Stage::kContext;
};

}  // namespace

Result<std::unique_ptr<SaslExchange>> begin_gssapi(security::TicketSource& tickets, const std::string& host) {
  SLUICE_ASSIGN_OR_RETURN(const std::string cache, tickets.cache());
  auto exchange = std::make_unique<GssapiExchange>(tickets.options().service_name + "@" + host);
  SLUICE_RETURN_IF_ERROR(exchange->begin(cache));
  return std::unique_ptr<SaslExchange>(std::move(exchange));
}

}  // namespace sluice::kafka::protocol

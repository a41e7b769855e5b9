#include "tasks/contract_memory.h"

#include <fmt/format.h>
#include <zlib.h>

#include <charconv>
#include <mutex>
#include <utility>

#include "base/java_base64.h"
#include "kafka/admin.h"
#include "tasks/client_settings.h"

namespace sluice::tasks {
namespace {

constexpr std::chrono::milliseconds kTimeout{30'000};
/// Brokers take 4096 bytes of metadata (offset.metadata.max.bytes).
constexpr size_t kPackedMax = 4000;
constexpr size_t kUnpackedMax = size_t{1} << 20;

class KafkaContractMemory final : public sdk::ContractMemory {
 public:
  KafkaContractMemory(sdk::Properties settings, const std::string& connector)
      : settings_(std::move(settings)), connector_(connector), group_("sluice-contract-" + connector) {}

  Result<std::optional<std::string>> recall(const std::string& topic) override {
    const std::lock_guard lock(mutex_);
    return read(topic);
  }

  Result<std::string> remember(const std::string& topic, const std::string& contract) override {
    const std::lock_guard lock(mutex_);
    SLUICE_ASSIGN_OR_RETURN(auto known, read(topic));
    if (known) return *known;
    SLUICE_ASSIGN_OR_RETURN(const std::string packed, pack_contract(contract));
    SLUICE_RETURN_IF_ERROR(admin_->alter_group_offsets(group_, {{{topic, 0}, {0, packed}}}, kTimeout));
    // Another task may have written meanwhile: the last one counts for all.
    SLUICE_ASSIGN_OR_RETURN(known, read(topic));
    return known ? *known : contract;
  }

 private:
  Result<std::optional<std::string>> read(const std::string& topic) {
    if (admin_ == nullptr) {
      SLUICE_ASSIGN_OR_RETURN(const auto config, kafka::translate(kafka::ClientKind::kAdmin, settings_,
                                                                  "connector-adminclient-" + connector_));
      SLUICE_ASSIGN_OR_RETURN(admin_, kafka::make_admin(config));
    }
    SLUICE_ASSIGN_OR_RETURN(const auto offsets, admin_->group_offsets(group_, kTimeout));
    const auto found = offsets.find({topic, 0});
    if (found == offsets.end() || found->second.metadata.empty()) return std::optional<std::string>();
    SLUICE_ASSIGN_OR_RETURN(std::string text, unpack_contract(found->second.metadata));
    return std::optional(std::move(text));
  }

  const sdk::Properties settings_;
  const std::string connector_;
  const std::string group_;
  std::mutex mutex_;
  std::unique_ptr<kafka::Admin> admin_;
};

}  // namespace

Result<std::string> pack_contract(const std::string& text) {
  uLongf size = compressBound(static_cast<uLong>(text.size()));
  std::string bytes(size, '\0');
  if (compress2(reinterpret_cast<Bytef*>(bytes.data()), &size, reinterpret_cast<const Bytef*>(text.data()),
                static_cast<uLong>(text.size()), Z_BEST_COMPRESSION) != Z_OK) {
    return failed("The contract cannot be compressed");
  }
  bytes.resize(size);
  std::string packed = fmt::format("{}:{}", text.size(), encode_base64(bytes));
  if (packed.size() <= kPackedMax) return packed;
  return failed(
      fmt::format("The learned contract takes {} bytes, more than the {} that fit into an offset's "
                  "metadata: pin it with sluice.contract.json.schema",
                  packed.size(), kPackedMax));
}

Result<std::string> unpack_contract(const std::string& packed) {
  const auto wrong = [] { return failed("What is remembered as the contract was written by somebody else"); };
  size_t size = 0;
  const char* end = packed.data() + packed.size();
  const auto parsed = std::from_chars(packed.data(), end, size);
  if (parsed.ec != std::errc() || parsed.ptr == end || *parsed.ptr != ':' || size > kUnpackedMax)
    return wrong();
  const auto bytes = decode_base64(packed.substr(static_cast<size_t>(parsed.ptr + 1 - packed.data())));
  if (!bytes.ok()) return wrong();
  std::string text(size, '\0');
  auto length = static_cast<uLongf>(size);
  if (uncompress(reinterpret_cast<Bytef*>(text.data()), &length,
                 reinterpret_cast<const Bytef*>(bytes->data()), static_cast<uLong>(bytes->size())) != Z_OK ||
      length != size) {
    return wrong();
  }
  return text;
}

std::shared_ptr<sdk::ContractMemory> make_contract_memory(const sdk::Properties& worker,
                                                          const sdk::Properties& connector,
                                                          const std::string& connector_name) {
  return std::make_shared<KafkaContractMemory>(admin_settings(worker, connector), connector_name);
}

}  // namespace sluice::tasks

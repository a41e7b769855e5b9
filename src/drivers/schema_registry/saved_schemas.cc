#include "drivers/schema_registry/saved_schemas.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "base/log.h"
#include "drivers/schema_registry/schema_json.h"

namespace sluice::schema_registry {
namespace {

using nlohmann::json;

std::string hash_of(const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr);
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) hex += fmt::format("{:02x}", digest.at(i));
  return hex;
}

}  // namespace

SavedSchemas::SavedSchemas(std::string directory, std::string url)
    : directory_(std::move(directory)), url_(std::move(url)) {}

std::string SavedSchemas::path_of(const std::string& question) const {
  return fmt::format("{}/{}.json", directory_, hash_of(url_ + "\n" + question));
}

Reply<RegisteredSchema> SavedSchemas::through(const std::string& question,
                                              Reply<RegisteredSchema> reply) const {
  if (directory_.empty()) return reply;
  if (reply.ok()) {
    if (const Status saved = save(question, *reply.result); !saved.ok()) {
      log::warn("A schema is not kept for times without a registry: {}", saved.error().message());
    }
    return reply;
  }
  if (reply.result.error().kind() != ErrorKind::kRetry) return reply;
  const std::ifstream in(path_of(question));
  std::ostringstream text;
  text << in.rdbuf();
  const json body = json::parse(text.str(), nullptr, false);
  if (!in || !body.is_object()) return reply;
  log::warn("{}; going on with the schema kept in {}", reply.result.error().message(), directory_);
  return {registered_schema(body), 0};
}

Status SavedSchemas::save(const std::string& question, const RegisteredSchema& schema) const {
  const std::string path = path_of(question);
  // Each writer its own: tasks of several workers may share the folder.
  const std::string fresh =
      fmt::format("{}.{}", path, hash_of(fmt::format("{}", fmt::ptr(&schema))).substr(0, 8));
  std::error_code trouble;
  std::filesystem::create_directories(directory_, trouble);
  {
    std::ofstream out(fresh, std::ios::trunc);
    out << json_text(schema);
    out.flush();
    if (!out) return failed(fmt::format("{} cannot be written: {}", fresh, std::strerror(errno)));
  }
  std::filesystem::rename(fresh, path, trouble);
  if (trouble) return failed(fmt::format("{} cannot be renamed: {}", fresh, trouble.message()));
  return {};
}

}  // namespace sluice::schema_registry

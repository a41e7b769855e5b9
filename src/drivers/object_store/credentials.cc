#include "drivers/object_store/credentials.h"

#include <fmt/core.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string_view>

namespace sluice::object_store {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool is_complete(const Credentials& credentials) {
  return !credentials.access_key_id.empty() && !credentials.secret_access_key.empty();
}

std::string trimmed(std::string_view text) {
  const size_t start = text.find_first_not_of(" \t\r");
  if (start == std::string_view::npos) return "";
  return std::string(text.substr(start, text.find_last_not_of(" \t\r") - start + 1));
}

std::string shared_file() {
  const std::string named = environment("AWS_SHARED_CREDENTIALS_FILE");
  return named.empty() ? environment("HOME") + "/.aws/credentials" : named;
}

}  // namespace

Credentials parse_credentials_file(const std::string& text, const std::string& profile) {
  Credentials found;
  std::istringstream lines(text);
  bool in_profile = false;
  for (std::string line; std::getline(lines, line);) {
    line = trimmed(line);
    if (line.empty() || line[0] == '#' || line[0] == ';') continue;
    if (line[0] == '[') {
      in_profile = trimmed(line.substr(1, line.find(']') - 1)) == profile;
      continue;
    }
    const size_t equals = line.find('=');
    if (!in_profile || equals == std::string::npos) continue;
    const std::string key = trimmed(line.substr(0, equals));
    const std::string value = trimmed(line.substr(equals + 1));
    if (key == "aws_access_key_id") found.access_key_id = value;
    if (key == "aws_secret_access_key") found.secret_access_key = value;
    if (key == "aws_session_token") found.session_token = value;
  }
  return found;
}

Result<Credentials> find_credentials(const Credentials& given, const std::string& profile) {
  if (is_complete(given)) return given;
  if (profile.empty()) {
    Credentials found{environment("AWS_ACCESS_KEY_ID"), environment("AWS_SECRET_ACCESS_KEY"),
                      environment("AWS_SESSION_TOKEN")};
    if (is_complete(found)) return found;
  }
  std::string name = profile.empty() ? environment("AWS_PROFILE") : profile;
  if (name.empty()) name = "default";
  std::ifstream file(shared_file());
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const Credentials found = parse_credentials_file(text, name);
  if (is_complete(found)) return found;
  return bad_config(
      fmt::format("No credentials for the object store: none in the connector's configuration, none in "
                  "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and no complete profile [{}] in {}",
                  name, shared_file()));
}

}  // namespace sluice::object_store

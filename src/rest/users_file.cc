#include "rest/users_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "formats/properties/java_properties.h"
#include "rest/password_hash.h"

namespace sluice::rest {
namespace {

constexpr Role kRoles[] = {Role::kViewer, Role::kOperator, Role::kAdmin};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.remove_suffix(1);
  return text;
}

std::optional<Role> parse_role(std::string_view name) {
  for (const Role role : kRoles) {
    if (role_name(role) == name) return role;
  }
  return std::nullopt;
}

/// The next word, quoted text or sign of a JAAS file; empty at its end.
std::string take_token(std::string_view& text) {
  while (true) {
    text = text.substr(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    if (text.starts_with("//")) {
      text = text.substr(std::min(text.find('\n'), text.size()));
    } else if (text.starts_with("/*")) {
      const size_t end = text.find("*/");
      text = end == std::string_view::npos ? std::string_view() : text.substr(end + 2);
    } else {
      break;
    }
  }
  if (text.empty()) return {};
  size_t size = 1;
  if (text.front() == '"' || text.front() == '\'') {
    const size_t end = text.find(text.front(), 1);
    const std::string token(text.substr(1, std::min(end, text.size()) - 1));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    return token;
  }
  constexpr std::string_view kSigns = "{};=";
  if (kSigns.find(text.front()) == std::string_view::npos)
    size = std::min(text.find_first_of(" \t\r\n{};=\"'"), text.size());
  std::string token(text.substr(0, size));
  text.remove_prefix(size);
  return token;
}

}  // namespace

std::string_view role_name(Role role) {
  switch (role) {
    case Role::kViewer:
      return "viewer";
    case Role::kOperator:
      return "operator";
    case Role::kAdmin:
      break;
  }
  return "admin";
}

Result<Users> parse_java_users(std::string_view text, const std::string& file) {
  const auto properties = formats::parse_java_properties(text);
  if (!properties.ok()) return bad_config(fmt::format("{}: it is not a properties file", file));
  Users users;
  for (const auto& [name, password] : *properties) users.by_name[name] = {Role::kAdmin, password, false};
  users.lets_everybody_in = users.by_name.empty();
  return users;
}

Result<Users> parse_users(std::string_view text, const std::string& file) {
  Users users;
  for (int number = 1; !text.empty(); ++number) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    const size_t last = line.rfind(':');
    const size_t middle = last == std::string_view::npos || last == 0 ? last : line.rfind(':', last - 1);
    if (middle == std::string_view::npos || middle == 0 || middle == last) {
      return bad_config(fmt::format(
          "{}, line {}: expected name:role:hash, as `sluice hash-password` prints it", file, number));
    }
    const auto role = parse_role(line.substr(middle + 1, last - middle - 1));
    if (!role)
      return bad_config(fmt::format("{}, line {}: the role must be viewer, operator or admin", file, number));
    const std::string_view hash = line.substr(last + 1);
    if (!is_password_hash(hash)) {
      return bad_config(
          fmt::format("{}, line {}: there must be a hash as `sluice hash-password` prints it, no password",
                      file, number));
    }
    const bool is_new =
        users.by_name.emplace(line.substr(0, middle), User{*role, std::string(hash), true}).second;
    if (!is_new) return bad_config(fmt::format("{}, line {}: this user is there already", file, number));
  }
  if (users.by_name.empty()) return bad_config(fmt::format("{}: there is no user in it", file));
  return users;
}

Result<std::string> credentials_file_of_jaas(std::string_view jaas, const std::string& file) {
  std::string previous;
  for (std::string token = take_token(jaas); !token.empty(); token = take_token(jaas)) {
    if (token != "{" || previous != "KafkaConnect") {
      previous = token;
      continue;
    }
    for (std::string inner = take_token(jaas); !inner.empty() && inner != "}"; inner = take_token(jaas)) {
      if (inner == "file" && take_token(jaas) == "=") return take_token(jaas);
    }
    return bad_config(fmt::format(
        "{}: the login module of KafkaConnect has no option file=\"…\" with the credentials", file));
  }
  return bad_config(fmt::format("{}: there is no login context KafkaConnect", file));
}

}  // namespace sluice::rest

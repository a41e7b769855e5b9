#pragma once
// Who may use the API. Two kinds of file:
//
// Java's, of the PropertyFileLoginModule: properties user=password, everybody may do everything; an empty
// file lets everybody in (basic-auth-extension of 4.1).
//
// Ours: a line "name:role:hash" per user, role viewer, operator or admin, hash as `sluice hash-password`
// prints it; empty lines and lines with # at their start are skipped.

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "rest/router.h"

namespace sluice::rest {

struct User {
  Role role = Role::kAdmin;
  std::string secret;
  bool is_hashed = false;
};

struct Users {
  std::map<std::string, User, std::less<>> by_name;
  bool lets_everybody_in = false;
};

// Error kind kBadConfig names file and line, never a password.

Result<Users> parse_java_users(std::string_view text, const std::string& file);
Result<Users> parse_users(std::string_view text, const std::string& file);

/// The file that a JAAS configuration names for the login context "KafkaConnect".
Result<std::string> credentials_file_of_jaas(std::string_view jaas, const std::string& file);

std::string_view role_name(Role role);

}  // namespace sluice::rest

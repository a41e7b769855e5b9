#pragma once
// Which MySQL or MariaDB server, and how to get in.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace sluice::mysql {

/// kRequired: encrypted, whoever the server is; kVerified: its certificate must be one that is trusted.
enum class Tls : uint8_t { kOff, kPreferred, kRequired, kVerified };

struct Target {
  std::vector<std::pair<std::string, int>> hosts;  // tried in this order
  std::string socket_path;                         // instead of the hosts, if not empty
  std::string database;
  std::string user;
  std::string password;
  Tls tls = Tls::kOff;
  std::string trust_file;  // PEM; empty: the system's
  std::string certificate_file;
  std::string key_file;
  std::string key_password;
  std::string public_key_file;  // of the server, for caching_sha2_password without TLS
  bool compress = false;
  int64_t connect_timeout_ms = 30'000;
  int64_t socket_timeout_ms = 0;  // 0: none
  std::vector<std::pair<std::string, std::string>> session_variables;
  std::string isolation;             // "READ COMMITTED"; empty: the server's
  int64_t statement_timeout_ms = 0;  // 0: none
  std::string place;                 // "host:port/database", for messages
};

}  // namespace sluice::mysql

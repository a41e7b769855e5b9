#pragma once
// What the errors of MySQL and MariaDB mean to whoever asked.

#include <string_view>

#include "base/error.h"

namespace sluice::mysql {

struct Failure {
  unsigned code = 0;
  std::string_view state;  // SQLSTATE
  std::string_view text;
};

/// "Cannot read table t: MariaDB says '…' (error 1146, SQLSTATE 42S02); …", of
/// the kind that fits. `connected`: the session stood when it came.
Error server_error(const Failure& failure, std::string_view product, std::string_view what, bool connected);
/// Whether the session is gone.
bool ends_session(unsigned code);

}  // namespace sluice::mysql

#pragma once
// Broken invariants end the process with a line that names the place; they stay on in release builds.

namespace sluice {

/// Writes "check failed: …" with file, line and both texts to stderr and aborts.
[[noreturn]] void check_failed(const char* condition, const char* message,
                               const char* file = __builtin_FILE(), int line = __builtin_LINE());

}  // namespace sluice

#define SLUICE_CHECK(condition, message)                                 \
  do {                                                                   \
    if (!(condition)) [[unlikely]] {                                     \
      ::sluice::check_failed(#condition, (message), __FILE__, __LINE__); \
    }                                                                    \
  } while (false)

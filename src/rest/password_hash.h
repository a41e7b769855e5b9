#pragma once
// Passwords in our users file: scrypt with a salt of its own each (OpenSSL). A hash costs 16 MB and some 40
// ms on purpose, so it is computed on a pool, never on an I/O thread.

#include <string>
#include <string_view>

#include "base/result.h"

namespace sluice::rest {

/// "$scrypt$ln=14,r=8,p=1$<salt>$<hash>", both in Base64 without padding.
Result<std::string> hash_password(std::string_view password);

/// False also for a text that is no such hash. Takes the same time wherever the two differ.
bool verify_password(std::string_view password, std::string_view hash);

/// Whether the text has that form, with costs that this worker accepts.
bool is_password_hash(std::string_view text);

/// Constant in time for texts of one length.
bool equal_secrets(std::string_view left, std::string_view right);

}  // namespace sluice::rest

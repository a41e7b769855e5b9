#pragma once
// `sluice hash-password`: a password for sluice.rest.users.file.

namespace sluice::app {

/// Reads one line from standard input, unseen if that is a terminal, and prints its hash. Exit status.
int run_hash_password();

}  // namespace sluice::app

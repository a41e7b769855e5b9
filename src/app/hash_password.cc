#include "app/hash_password.h"

#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>

#include "rest/password_hash.h"

namespace sluice::app {
namespace {

/// What is typed stays unseen for as long as this lives.
class Unseen {
 public:
  Unseen() : is_terminal_(::tcgetattr(STDIN_FILENO, &before_) == 0) {
    if (!is_terminal_) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    std::fputs("Password: ", stderr);
  }
  ~Unseen() {
    if (!is_terminal_) return;
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    std::fputs("\n", stderr);
  }
  Unseen(const Unseen&) = delete;
  Unseen& operator=(const Unseen&) = delete;

 private:
  termios before_{};
  const bool is_terminal_;
};

}  // namespace

int run_hash_password() {
  std::string password;
  {
    const Unseen unseen;
    std::getline(std::cin, password);
  }
  if (password.empty()) {
    std::fputs("sluice: the password on standard input is empty\n", stderr);
    return EXIT_FAILURE;
  }
  const auto hash = rest::hash_password(password);
  if (!hash.ok()) {
    std::fprintf(stderr, "sluice: %s\n", hash.error().message().c_str());
    return EXIT_FAILURE;
  }
  std::printf("%s\n", hash->c_str());
  return EXIT_SUCCESS;
}

}  // namespace sluice::app

#include "rest/machine_address.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <unistd.h>

#include <array>

namespace sluice::rest {
namespace {

constexpr const char* kLoopback = "127.0.0.1";

std::string text_of(const sockaddr* address) {
  std::array<char, INET_ADDRSTRLEN> text{};
  const auto* ipv4 = reinterpret_cast<const sockaddr_in*>(address);
  ::inet_ntop(AF_INET, &ipv4->sin_addr, text.data(), text.size());
  return text.data();
}

std::string own_name_address() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return {};
  addrinfo wanted{};
  wanted.ai_family = AF_INET;
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(name.data(), nullptr, &wanted, &found) != 0) return {};
  std::string address = text_of(found->ai_addr);
  ::freeaddrinfo(found);
  return address;
}

std::string interface_address() {
  ifaddrs* all = nullptr;
  if (::getifaddrs(&all) != 0) return {};
  std::string address;
  for (const ifaddrs* one = all; one != nullptr && address.empty(); one = one->ifa_next) {
    const bool is_usable = one->ifa_addr != nullptr && one->ifa_addr->sa_family == AF_INET &&
                           (one->ifa_flags & IFF_UP) != 0 && (one->ifa_flags & IFF_LOOPBACK) == 0;
    if (is_usable) address = text_of(one->ifa_addr);
  }
  ::freeifaddrs(all);
  return address;
}

}  // namespace

std::string machine_address() {
  // Debian's own name is 127.0.1.1, which no other machine can use.
  std::string address = own_name_address();
  if (address.empty() || address.starts_with("127.")) address = interface_address();
  return address.empty() ? kLoopback : address;
}

}  // namespace sluice::rest

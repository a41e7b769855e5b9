#pragma once
// access.control.allow.origin and .methods: which web pages of other origins may use the API from a browser.

#include <string>
#include <vector>

#include "net/http_server.h"

namespace sluice::rest {

class Cors {
 public:
  /// Comma lists as in the worker's configuration; without origins nothing is ever added. "*" stands for any
  /// text in an origin.
  Cors(const std::string& origins, const std::string& methods);

  void apply(const net::ServerRequest& request, net::ServerResponse& response) const;

 private:
  bool is_allowed(std::string_view origin) const;

  std::vector<std::string> origins_;
  std::string methods_;
};

}  // namespace sluice::rest

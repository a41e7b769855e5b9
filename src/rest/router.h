#pragma once
// From method and path to the function that answers (the JAX-RS matching of Java's worker, as far as it can
// be seen from outside).

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "net/http_server.h"
#include "rest/exchange.h"

namespace sluice::rest {

class Api;
using Handler = void (*)(Api& api, const std::shared_ptr<Exchange>& exchange);

enum class Role : uint8_t { kViewer, kOperator, kAdmin };

struct Route {
  std::string_view method;
  std::string_view pattern;  // "/connectors/{}/tasks/{#}/status"; {#}: a whole number
  Handler handler;
  Role role = Role::kViewer;
  bool is_internal = false;  // between workers: signed, any content type
  bool is_text = false;      // answers with plain text, whatever is asked for
};

struct Match {
  const Route* route;
  std::vector<std::string> parameters;
};

class Router {
 public:
  explicit Router(const std::vector<Route>& routes);

  /// The route, or the answer to a request that has none: 404, 405, 415, 406, and OPTIONS.
  std::variant<Match, net::ServerResponse> match(const net::ServerRequest& request,
                                                 const Target& target) const;

 private:
  struct Pattern {
    std::vector<std::string_view> segments;
    Route route;
  };
  std::vector<Pattern> patterns_;
};

/// Whether this Accept header lets JSON pass.
bool accepts_json(std::string_view accept);

}  // namespace sluice::rest

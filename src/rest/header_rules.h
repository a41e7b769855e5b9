#pragma once
// response.http.headers.config: headers that are added to every answer of the regular listeners.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/http_server.h"

namespace sluice::rest {

class HeaderRules {
 public:
  /// Rules "[action] [name]:[value]", comma separated, in double quotes if they hold a comma. Error kind
  /// kBadConfig with Java's texts.
  static Result<HeaderRules> parse(std::string_view text);

  void apply(net::ServerResponse& response) const;

 private:
  struct Rule {
    bool replaces = false;  // set and setDate; add and addDate add
    bool is_date = false;   // the value is an offset in ms from now
    std::string name;
    std::string value;
  };
  static Result<Rule> parse_rule(std::string_view text);
  std::vector<Rule> rules_;
};

}  // namespace sluice::rest

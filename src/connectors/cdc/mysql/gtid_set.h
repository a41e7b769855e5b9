#pragma once
// Global transaction ids. MySQL's set has, per source (a UUID), intervals of numbers; MariaDB's position has,
// per domain, the last server and sequence number. One thread.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sluice::connectors::cdc::mysql {

enum class Flavour : uint8_t { kMySql, kMariaDb };

class GtidSet {
 public:
  explicit GtidSet(Flavour flavour) : flavour_(flavour) {}
  /// "uuid:1-5:7,uuid:1-3" or "0-1-20,1-2-3", with line breaks. Error kind kBadConfig.
  static Result<GtidSet> parse(Flavour flavour, std::string_view text);

  bool empty() const { return sources_.empty() && domains_.empty(); }
  /// As the servers write it.
  std::string text() const;
  void add(const std::string& source, uint64_t number);           // MySQL's
  void add(uint32_t domain, uint32_t server, uint64_t sequence);  // MariaDB's
  bool contains(const GtidSet& other) const;
  /// What is not in `other`; MySQL's only.
  GtidSet without(const GtidSet& other) const;
  void add_all(const GtidSet& other);
  /// The sources ("uuid", or "domain-server") for which `keep` is true.
  GtidSet only(const std::function<bool(const std::string&)>& keep) const;

  struct Interval {
    uint64_t first = 0;
    uint64_t last = 0;
  };
  using Sources = std::map<std::string, std::vector<Interval>>;
  const Sources& sources() const { return sources_; }

 private:
  struct Last {
    uint32_t server = 0;
    uint64_t sequence = 0;
  };
  bool parse_source(std::string_view text);
  bool parse_domain(std::string_view text);
  void add(const std::string& source, Interval interval);

  Flavour flavour_;
  Sources sources_;
  std::map<uint32_t, Last> domains_;
};

}  // namespace sluice::connectors::cdc::mysql

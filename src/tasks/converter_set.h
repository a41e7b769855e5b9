#pragma once
// The three converters of a task: the connector's own where it names one (with its own properties only), else
// the worker's with the worker's properties.

#include <memory>
#include <string>

#include "base/result.h"
#include "plugins/plugins.h"
#include "sdk/contract.h"
#include "sdk/converter.h"
#include "sdk/header_converter.h"

namespace sluice::tasks {

struct ConverterSet {
  std::unique_ptr<sdk::Converter> key;
  std::unique_ptr<sdk::Converter> value;
  std::unique_ptr<sdk::HeaderConverter> header;
  // Java class names, for reports.
  std::string key_class;
  std::string value_class;
  std::string header_class;

  /// Of sinks: what sluice.contract.* of the connector say.
  Status guard(const sdk::Contract& contract);

  /// Error kind kBadConfig names the converter's property.
  static Result<ConverterSet> make(const plugins::Plugins& plugins, const sdk::Properties& worker,
                                   const sdk::Properties& connector);
};

}  // namespace sluice::tasks

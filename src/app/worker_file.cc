#include "app/worker_file.h"

#include <utility>

#include "app/connector_file.h"
#include "formats/properties/java_properties.h"
#include "kafka/security/oauth_options.h"
#include "plugins/builtins.h"
#include "plugins/plugins.h"

namespace sluice::app {

Result<WorkerFile> read_worker_file(const std::string& file, const sdk::ConfigDef& options) {
  SLUICE_ASSIGN_OR_RETURN(const std::string text, read_text_file(file));
  const auto written = formats::parse_java_properties(text);
  if (!written.ok()) return written.error().with_context(file);
  plugins::Plugins plugins;
  plugins::register_builtins(plugins);
  auto transformer = tasks::ConfigTransformer::make(plugins, *written);
  if (!transformer.ok()) return transformer.error().with_context(file);
  auto properties = transformer->transform(*written);
  if (!properties.ok()) return properties.error().with_context(file);
  auto config = options.parse(*properties);
  if (!config.ok()) return config.error().with_context(file);
  kafka::security::allow_token_urls(config->get_list("sluice.oauthbearer.allowed.urls"));
  return WorkerFile{std::move(properties).value(), std::move(config).value(), std::move(transformer).value()};
}

}  // namespace sluice::app

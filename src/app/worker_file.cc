#include "app/worker_file.h"

#include <utility>

#include "app/connector_file.h"
#include "formats/properties/java_properties.h"
#include "kafka/security/oauth_options.h"

namespace sluice::app {

Result<WorkerFile> read_worker_file(const std::string& file, const sdk::ConfigDef& options) {
  SLUICE_ASSIGN_OR_RETURN(const std::string text, read_text_file(file));
  auto properties = formats::parse_java_properties(text);
  if (!properties.ok()) return properties.error().with_context(file);
  auto config = options.parse(*properties);
  if (!config.ok()) return config.error().with_context(file);
  kafka::security::allow_token_urls(config->get_list("sluice.oauthbearer.allowed.urls"));
  return WorkerFile{std::move(properties).value(), std::move(config).value()};
}

}  // namespace sluice::app

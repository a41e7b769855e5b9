#include "tasks/transform_chain.h"

#include <fmt/format.h>

#include <algorithm>

#include "sdk/config/config_def.h"

namespace sluice::tasks {
namespace {

Result<std::vector<std::string>> alias_list(const sdk::Properties& properties, const std::string& key) {
  const std::string* text = sdk::find(properties, key);
  if (text == nullptr) return std::vector<std::string>();
  SLUICE_ASSIGN_OR_RETURN(auto item, sdk::parse_config_item(key, sdk::ConfigType::kList, *text));
  return std::get<std::vector<std::string>>(std::move(item));
}

Result<std::string> required(const sdk::Properties& properties, const std::string& key) {
  const std::string* text = sdk::find(properties, key);
  if (text != nullptr) return *text;
  return bad_config(fmt::format("Missing required configuration \"{}\" which has no default value.", key));
}

Result<std::shared_ptr<sdk::Predicate>> make_predicate(const plugins::Plugins& plugins,
                                                       const sdk::Properties& properties,
                                                       const std::string& alias) {
  const std::string prefix = "predicates." + alias + ".";
  SLUICE_ASSIGN_OR_RETURN(const std::string type, required(properties, prefix + "type"));
  SLUICE_ASSIGN_OR_RETURN(const auto* plugin, plugins.predicate(type));
  std::shared_ptr<sdk::Predicate> predicate = plugin->make();
  SLUICE_RETURN_IF_ERROR(predicate->configure(sdk::with_prefix(properties, prefix)));
  return predicate;
}

}  // namespace

Result<TransformChain> TransformChain::make(const plugins::Plugins& plugins,
                                            const sdk::Properties& properties) {
  TransformChain chain;
  SLUICE_ASSIGN_OR_RETURN(const auto aliases, alias_list(properties, "transforms"));
  for (const std::string& alias : aliases) {
    SLUICE_ASSIGN_OR_RETURN(Link link, make_link(plugins, properties, alias));
    chain.links_.push_back(std::move(link));
  }
  return chain;
}

Result<TransformChain::Link> TransformChain::make_link(const plugins::Plugins& plugins,
                                                       const sdk::Properties& properties,
                                                       const std::string& alias) {
  const std::string prefix = "transforms." + alias + ".";
  Link link;
  SLUICE_ASSIGN_OR_RETURN(link.class_name, required(properties, prefix + "type"));
  SLUICE_ASSIGN_OR_RETURN(const auto* plugin, plugins.transform(link.class_name));
  link.class_name = plugin->class_names.front();
  link.transform = plugin->make();
  SLUICE_RETURN_IF_ERROR(link.transform->configure(sdk::with_prefix(properties, prefix)));
  if (const std::string* predicate = sdk::find(properties, prefix + "predicate"); predicate != nullptr) {
    SLUICE_ASSIGN_OR_RETURN(link.predicate, make_predicate(plugins, properties, *predicate));
  }
  if (const std::string* negate = sdk::find(properties, prefix + "negate"); negate != nullptr) {
    SLUICE_ASSIGN_OR_RETURN(const auto item,
                            sdk::parse_config_item(prefix + "negate", sdk::ConfigType::kBoolean, *negate));
    link.negate = std::get<bool>(item);
  }
  return link;
}

Status TransformChain::apply(sdk::RecordBatch& batch, StageRunner& stages) {
  for (Link& link : links_) {
    if (batch.empty()) break;
    SLUICE_RETURN_IF_ERROR(apply_link(link, batch, stages));
  }
  return {};
}

Status TransformChain::apply_link(Link& link, sdk::RecordBatch& batch, StageRunner& stages) {
  auto& records = batch.records();
  std::vector<uint8_t> removed(records.size(), 0);
  if (link.predicate) {
    SLUICE_RETURN_IF_ERROR(apply_to_matching(link, batch, stages, removed));
  } else {
    SLUICE_RETURN_IF_ERROR(transform(link, records, batch.arena(), stages, removed));
  }
  remove_marked(records, removed);
  return {};
}

Status TransformChain::transform(Link& link, std::span<sdk::Record> records, sdk::Arena& arena,
                                 StageRunner& stages, std::span<uint8_t> removed) {
  sdk::RecordErrors errors;
  link.transform->apply(records, arena, removed, errors);
  const auto again = [&](size_t i) {
    sdk::RecordErrors once;
    link.transform->apply({&records[i], 1}, arena, {&removed[i], 1}, once);
    return first_error(once);
  };
  return stages.settle(
      {Stage::kTransformation, link.class_name}, errors, again, [&](size_t i) { return records[i].origin; },
      removed);
}

/// Transforms the records whose predicate, negated if asked, holds.
Status TransformChain::apply_to_matching(Link& link, sdk::RecordBatch& batch, StageRunner& stages,
                                         std::span<uint8_t> removed) {
  auto& records = batch.records();
  std::vector<uint8_t> matches(records.size(), 0);
  SLUICE_RETURN_IF_ERROR(test(link, records, stages, matches, removed));
  std::vector<uint32_t> selected;
  std::vector<sdk::Record> chosen;
  for (uint32_t i = 0; i < records.size(); ++i) {
    if (removed[i] != 0 || (matches[i] != 0) == link.negate) continue;
    selected.push_back(i);
    chosen.push_back(records[i]);
  }
  std::vector<uint8_t> dropped(chosen.size(), 0);
  SLUICE_RETURN_IF_ERROR(transform(link, chosen, batch.arena(), stages, dropped));
  for (size_t i = 0; i < selected.size(); ++i) {
    records[selected[i]] = chosen[i];
    removed[selected[i]] = dropped[i];
  }
  return {};
}

Status TransformChain::test(Link& link, std::span<const sdk::Record> records, StageRunner& stages,
                            std::span<uint8_t> matches, std::span<uint8_t> removed) {
  sdk::RecordErrors errors;
  link.predicate->test(records, matches, errors);
  const auto again = [&](size_t i) {
    sdk::RecordErrors once;
    link.predicate->test({&records[i], 1}, {&matches[i], 1}, once);
    return first_error(once);
  };
  return stages.settle(
      {Stage::kTransformation, link.class_name}, errors, again, [&](size_t i) { return records[i].origin; },
      removed);
}

}  // namespace sluice::tasks

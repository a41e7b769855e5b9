// What a log stream writes beside the changes of tables: logical messages and heartbeats.

#include "base/log.h"
#include "connectors/cdc/postgres/log_stream.h"
#include "connectors/cdc/postgres/logical_message.h"

namespace sluice::connectors::cdc::postgres {

using sdk::Value;

Status LogStream::logical_message(const Message& message) {
  const bool wanted = options_.included_messages.empty() ? !options_.excluded_messages.matches(message.name)
                                                         : options_.included_messages.matches(message.name);
  if (!wanted || resume_.skips(lsn_)) return {};
  Position& position = output_.position;
  const auto processed = position.processed;
  move_to("MESSAGE");
  if (message.transactional) {
    position.processed = processed;  // others of the transaction may have this LSN
  } else {
    position.xid.reset();
    position.commit = lsn_;
  }
  EventWriter& writer = output_.writer();
  sdk::Arena& arena = writer.arena();
  const Value source =
      Value::structure(source_struct(output_.source(), position, "", "", SnapshotMark::kNone, arena));
  const std::string_view shown = message.transactional ? shown_transaction() : std::string_view();
  const Value block =
      shown.empty() ? Value::null() : writer.transactions().count("logical messages", shown, arena);
  writer.plain(
      arena.copy(options_.names.side_topic("message")), message_key_schema().get(),
      message_key(message.name, arena), message_value_schema().get(),
      message_value(message.name, message.content, source, block, writer.now_ns() / 1'000'000, arena),
      output_.offset());
  return {};
}

Status LogStream::heartbeat_if_due() {
  if (options_.heartbeat_interval_ms <= 0) return {};
  const int64_t now_ms = clock_.steady_ms();
  if (now_ms - output_.heartbeat_ms < options_.heartbeat_interval_ms) return {};
  output_.heartbeat_ms = now_ms;
  if (!options_.heartbeat_query.empty()) {
    SLUICE_RETURN_IF_ERROR(metadata_.run(options_.heartbeat_query, {}, false, "run heartbeat.action.query"));
  }
  Position& position = output_.position;
  // Nothing of what the server has looked at since was for this connector: its log need not be kept.
  if (!in_transaction_ && received_ > resume_lsn(position) && !position.in_snapshot) {
    position.lsn = position.processed = position.commit = received_;
    position.message = "COMMIT";
    position.events_at_lsn = 0;
  }
  output_.writer().set_now(clock_.wall_ns());
  output_.writer().heartbeat(output_.offset());
  return {};
}

}  // namespace sluice::connectors::cdc::postgres

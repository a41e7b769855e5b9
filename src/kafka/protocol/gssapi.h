#pragma once
// SASL GSSAPI (RFC 4752) with Kerberos: who we are by a ticket, no security layer, as Kafka wants it.

#include <memory>
#include <string>

#include "kafka/protocol/sasl.h"
#include "kafka/security/ticket_source.h"

namespace sluice::kafka::protocol {

/// Blocks: gets a ticket for the service at `host` if there is none yet. Error kinds: kRetry when no key
/// distribution centre can be reached; else kFailed.
Result<std::unique_ptr<SaslExchange>> begin_gssapi(security::TicketSource& tickets, const std::string& host);

/// Begins exchanges on a thread of its own. The destructor waits for the one under way, if any.
std::shared_ptr<ExchangeStarter> make_gssapi_starter(std::shared_ptr<security::TicketSource> tickets);

}  // namespace sluice::kafka::protocol

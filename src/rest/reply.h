#pragma once
// Answers in Kafka Connect's shapes.

#include <string>
#include <string_view>

#include "cluster/herder.h"
#include "net/http_server.h"

namespace sluice::rest {

inline constexpr const char* kJsonType = "application/json";

net::ServerResponse json_reply(int status, std::string body);
/// Without body and content type.
net::ServerResponse empty_reply(int status);
/// {"error_code":…,"message":…}
net::ServerResponse error_reply(int status, std::string_view message);
/// The same without a content type: what is refused before it has reached a resource.
net::ServerResponse unmatched_reply(int status);
net::ServerResponse error_reply(const cluster::RequestError& error);

int status_of(cluster::RequestProblem problem);

}  // namespace sluice::rest

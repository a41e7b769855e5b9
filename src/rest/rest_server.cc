#include "rest/rest_server.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <shared_mutex>
#include <utility>

#include "base/log.h"
#include "rest/access.h"
#include "rest/access_log.h"
#include "rest/forwarding.h"
#include "rest/peers.h"
#include "rest/reply.h"
#include "rest/router.h"

namespace sluice::rest {
namespace {

constexpr int kForwardingThreads = 4;

net::HttpOptions client_options(const net::TlsOptions& tls) {
  net::HttpOptions options;
  options.user_agent = "kafka-connect";
  options.stall_timeout_ms = 100'000;  // a worker may think about a request for 90 s
  options.ca_pem = tls.trusted_pem;
  options.certificate_pem = tls.certificates_pem;
  options.key_pem = tls.key_pem;
  options.key_password = tls.key_password;
  options.verify_host = tls.verify_host;
  return options;
}

std::vector<Route> regular_routes(bool with_admin) {
  std::vector<Route> all = routes();
  if (with_admin) {
    for (const Route& route : admin_routes()) all.push_back(route);
  }
  return all;
}

/// The name in a Host header, without its port.
std::string_view host_name(std::string_view host) {
  if (host.starts_with('[')) return host.substr(0, host.find(']') + 1);
  return host.substr(0, host.find(':'));
}

net::ServerResponse refusal(int status, const std::string& why) {
  net::ServerResponse response = error_reply(status, why);
  response.close = true;
  return response;
}

/// Peers register here for what the server is offered; gone before the server.
struct PeerDesk {
  std::shared_mutex mutex;
  HttpPeers* peers = nullptr;
};

class RegisteredPeers final : public cluster::Peers {
 public:
  RegisteredPeers(HttpPeers::Network network, Scheduler& scheduler, std::shared_ptr<PeerDesk> desk)
      : peers_(std::move(network), scheduler), desk_(std::move(desk)) {
    std::unique_lock lock(desk_->mutex);
    desk_->peers = &peers_;
  }
  ~RegisteredPeers() override {
    std::unique_lock lock(desk_->mutex);
    desk_->peers = nullptr;
  }
  RegisteredPeers(const RegisteredPeers&) = delete;
  RegisteredPeers& operator=(const RegisteredPeers&) = delete;

  void request(cluster::PeerRequest request, std::chrono::milliseconds timeout,
               std::function<void(Result<cluster::PeerResponse>)> done) override {
    peers_.request(std::move(request), timeout, std::move(done));
  }
  std::unique_ptr<cluster::PeerLink> connect(const std::string& url, const std::string& hello,
                                             const std::string& signature,
                                             cluster::LinkCallbacks callbacks) override {
    return peers_.connect(url, hello, signature, std::move(callbacks));
  }
  void on_link(AcceptLink accept) override { peers_.on_link(std::move(accept)); }

 private:
  HttpPeers peers_;
  const std::shared_ptr<PeerDesk> desk_;
};

}  // namespace

class RestServer::Impl {
 public:
  explicit Impl(RestOptions options)
      : options_(std::move(options)),
        threads_(options_.io_threads),
        calls_(client_options(options_.client_tls), kForwardingThreads),
        forwarder_(calls_),
        router_(regular_routes(options_.admin_on_regular)),
        admin_router_(admin_routes()) {
    if (options_.users) access_ = std::make_unique<Access>(*std::move(options_.users), options_.names_scheme);
  }

  Status listen();
  void serve(const WorkerFacts& facts) {
    std::unique_lock lock(serving_);
    api_ = std::make_unique<Api>(facts, threads_);
  }
  std::unique_ptr<cluster::Peers> make_peers(Scheduler& scheduler) {
    return std::make_unique<RegisteredPeers>(HttpPeers::Network{threads_, calls_, client_tls_}, scheduler,
                                             peer_desk_);
  }
  void stop(std::chrono::milliseconds patience) {
    server_->stop(patience);
    std::unique_lock lock(serving_);
    api_.reset();
  }

  const std::string& url() const { return url_; }
  const std::string& worker_id() const { return worker_id_; }
  const std::vector<uint16_t>& ports() const { return server_->ports(); }

 private:
  Status add_listeners(const std::vector<ListenAddress>& addresses, const std::optional<net::TlsOptions>& tls,
                       std::vector<net::ListenerOptions>& listeners);
  bool is_admin(const net::ServerRequest& request) const {
    return request.listener >= options_.listeners.size();
  }
  void on_request(net::ServerRequest request, net::ServerOptions::Respond respond);
  void dispatch(const std::shared_ptr<Exchange>& exchange, const Route& route);
  void send(const Exchange& exchange, net::ServerResponse response,
            const net::ServerOptions::Respond& respond) const;
  bool is_allowed_host(const net::ServerRequest& request) const;

  RestOptions options_;
  net::IoThreads threads_;  // outlives all below
  net::HttpCalls calls_;
  HttpForwarder forwarder_;
  const Router router_;
  const Router admin_router_;
  std::unique_ptr<Access> access_;
  std::shared_ptr<net::TlsContext> client_tls_;
  const std::shared_ptr<PeerDesk> peer_desk_ = std::make_shared<PeerDesk>();
  std::shared_mutex serving_;  // held while a resource calls the herder, so that stop() waits for it
  std::unique_ptr<Api> api_;
  std::string url_;
  std::string worker_id_;
  std::unique_ptr<net::HttpServer> server_;
};

Status RestServer::Impl::add_listeners(const std::vector<ListenAddress>& addresses,
                                       const std::optional<net::TlsOptions>& tls,
                                       std::vector<net::ListenerOptions>& listeners) {
  std::shared_ptr<net::TlsContext> context;
  if (tls) {
    SLUICE_ASSIGN_OR_RETURN(context, net::TlsContext::server(*tls));
  }
  for (const ListenAddress& address : addresses)
    listeners.push_back({address.host, address.port, address.is_https ? context : nullptr});
  return {};
}

Status RestServer::Impl::listen() {
  net::ServerOptions server;
  SLUICE_RETURN_IF_ERROR(add_listeners(options_.listeners, options_.tls, server.listeners));
  SLUICE_RETURN_IF_ERROR(add_listeners(options_.admin_listeners, options_.admin_tls, server.listeners));
  if (options_.tls) {
    SLUICE_ASSIGN_OR_RETURN(client_tls_, net::TlsContext::client(options_.client_tls));
  }
  server.limits = options_.limits;
  server.server_name = "Sluice";
  server.on_request = [this](net::ServerRequest request, net::ServerOptions::Respond respond) {
    on_request(std::move(request), std::move(respond));
  };
  server.upgrade_protocol = kPeerProtocol;
  server.on_upgrade = [desk = peer_desk_](const net::ServerRequest& request,
                                          std::shared_ptr<net::OfferedLink> link) {
    std::shared_lock lock(desk->mutex);
    if (desk->peers == nullptr) return link->refuse(refusal(503, "This worker takes no links yet"));
    desk->peers->offer(request, std::move(link));
  };
  server.on_refusal = &refusal;
  SLUICE_ASSIGN_OR_RETURN(server_, net::HttpServer::start(threads_, std::move(server)));
  url_ = rest::advertised_url(options_, server_->ports());
  worker_id_ = url_.substr(url_.find("://") + 3);
  worker_id_.pop_back();
  for (size_t i = 0; i < options_.listeners.size(); ++i) {
    const ListenAddress& address = options_.listeners[i];
    log::info("REST API listens on {}://{}:{}", address.is_https ? "https" : "http", address.host,
              server_->ports()[i]);
  }
  log::info("REST API is advertised as {}", url_);
  return {};
}

bool RestServer::Impl::is_allowed_host(const net::ServerRequest& request) const {
  if (options_.allowed_hosts.empty()) return true;
  const std::string_view name = host_name(request.header("host").value_or(""));
  return std::find(options_.allowed_hosts.begin(), options_.allowed_hosts.end(), name) !=
         options_.allowed_hosts.end();
}

void RestServer::Impl::send(const Exchange& exchange, net::ServerResponse response,
                            const net::ServerOptions::Respond& respond) const {
  if (!is_admin(exchange.request)) {
    options_.cors.apply(exchange.request, response);
    options_.header_rules.apply(response);
  }
  log_access(exchange, response);
  respond(std::move(response));
}

void RestServer::Impl::on_request(net::ServerRequest request, net::ServerOptions::Respond respond) {
  auto target = parse_target(request.target);
  if (!target.ok()) return respond(refusal(400, target.error().message()));
  const auto exchange = std::make_shared<Exchange>(
      std::move(request), std::move(target).value(),
      [this, respond = std::move(respond)](const Exchange& answered, net::ServerResponse response) {
        send(answered, std::move(response), respond);
      });
  exchange->set_forwarder(&forwarder_);
  if (!is_allowed_host(exchange->request))
    return exchange->reply(error_reply(421, "This worker does not answer to that Host header"));
  const bool admin = is_admin(exchange->request);
  auto matched = (admin ? admin_router_ : router_).match(exchange->request, exchange->target);
  if (auto* refused = std::get_if<net::ServerResponse>(&matched)) return exchange->reply(std::move(*refused));
  auto& match = std::get<Match>(matched);
  exchange->parameters = std::move(match.parameters);
  const Route& route = *match.route;
  if (!access_ || admin || route.is_internal) return dispatch(exchange, route);
  access_->check(exchange->request, route.role, [this, exchange, &route](Access::Verdict verdict) {
    exchange->user = std::move(verdict.user);
    if (verdict.refusal) return exchange->reply(*std::move(verdict.refusal));
    dispatch(exchange, route);
  });
}

void RestServer::Impl::dispatch(const std::shared_ptr<Exchange>& exchange, const Route& route) {
  std::shared_lock lock(serving_);
  if (!api_) return exchange->reply(error_reply(404, "This worker is starting or stopping"));
  try {
    route.handler(*api_, exchange);
  } catch (const std::exception& problem) {
    log::error("A request failed: {} {}: {}", exchange->request.method, exchange->target.path,
               problem.what());
    exchange->reply(error_reply(500, "The worker could not handle this request; its log says why"));
  }
}

RestServer::RestServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RestServer::~RestServer() { impl_->stop(std::chrono::milliseconds(0)); }

Result<std::unique_ptr<RestServer>> RestServer::listen(RestOptions options) {
  auto impl = std::make_unique<Impl>(std::move(options));
  SLUICE_RETURN_IF_ERROR(impl->listen());
  return std::unique_ptr<RestServer>(new RestServer(std::move(impl)));
}

const std::string& RestServer::advertised_url() const { return impl_->url(); }
const std::string& RestServer::worker_id() const { return impl_->worker_id(); }
const std::vector<uint16_t>& RestServer::ports() const { return impl_->ports(); }
void RestServer::serve(const WorkerFacts& facts) { impl_->serve(facts); }
std::unique_ptr<cluster::Peers> RestServer::make_peers(Scheduler& scheduler) {
  return impl_->make_peers(scheduler);
}
void RestServer::stop(std::chrono::milliseconds patience) { impl_->stop(patience); }

}  // namespace sluice::rest

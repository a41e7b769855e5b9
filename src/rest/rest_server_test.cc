#include "rest/rest_server.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "base/metrics.h"
#include "net/http_client.h"
#include "rest/json.h"
#include "rest/password_hash.h"
#include "rest/testing_herder.h"

namespace sluice::rest {
namespace {

using cluster::RequestError;
using cluster::RequestProblem;

class RestServerTest : public testing::Test {
 protected:
  std::unique_ptr<RestServer> make(sdk::Properties worker = {}) {
    worker.try_emplace("listeners", "http://127.0.0.1:0");
    auto options = read_rest_options(worker);
    EXPECT_TRUE(options.ok()) << options.error().message();
    auto server = RestServer::listen(std::move(options).value());
    EXPECT_TRUE(server.ok()) << server.error().message();
    return std::move(server).value();
  }
  void serve(RestServer& server, FakeHerder& herder) {
    server.serve({.herder = &herder,
                  .plugins = &plugins_,
                  .source_options = &no_options_,
                  .sink_options = &no_options_,
                  .version = "4.1.0",
                  .commit = "c"});
  }
  void start(const sdk::Properties& worker = {}) {
    server_ = make(worker);
    serve(*server_, herder_);
  }
  net::HttpResponse send(const std::string& method, const std::string& path, const std::string& body = {},
                         net::HttpHeaders headers = {}) {
    net::HttpRequest request;
    request.method = method;
    request.url = server_->advertised_url() + path.substr(1);
    request.headers = std::move(headers);
    if (!body.empty()) {
      request.body = body;
      request.headers.emplace_back("Content-Type", "application/json");
    }
    auto response = client_.send(request);
    EXPECT_TRUE(response.ok()) << method << " " << path << ": " << response.error().message();
    return response.ok() ? *response : net::HttpResponse{};
  }
  std::string body_of(const std::string& method, const std::string& path, const std::string& body = {}) {
    return send(method, path, body).body;
  }
  static std::string error_text(int code, const std::string& message) {
    return "{\"error_code\":" + std::to_string(code) + ",\"message\":\"" + message + "\"}";
  }
  std::string last_asked() { return herder_.asked().empty() ? "" : herder_.asked().back(); }

  FakeHerder herder_;
  plugins::Plugins plugins_;
  sdk::ConfigDef no_options_;
  net::HttpClient client_{net::HttpOptions{}};
  std::unique_ptr<RestServer> server_;
};

TEST_F(RestServerTest, AnswersInJavasShapes) {
  start();
  EXPECT_EQ(body_of("GET", "/"), R"({"version":"4.1.0","commit":"c","kafka_cluster_id":"cluster-id"})");
  EXPECT_EQ(body_of("GET", "/connectors"), R"(["a","b/c"])");
  EXPECT_EQ(body_of("GET", "/connectors/a"),
            R"({"name":"a","config":{"k":"v","n":null},"tasks":[{"connector":"a","task":0}],"type":"sink"})");
  EXPECT_EQ(
      body_of("GET", "/connectors/a/status"),
      R"({"name":"a","connector":{"state":"RUNNING","worker_id":"w:1","version":"1"},)"
      R"("tasks":[{"id":0,"state":"FAILED","worker_id":"w:1","version":null,"trace":"why\n"}],"type":"sink"})");
  EXPECT_EQ(body_of("GET", "/connectors/a/offsets"),
            R"({"offsets":[{"partition":{"f":1},"offset":{"p":2}},{"partition":{"g":1},"offset":null}]})");
  EXPECT_EQ(body_of("GET", "/connectors/a/topics"), R"({"a":{"topics":["t"]}})");
  EXPECT_EQ(body_of("GET", "/connectors/a/tasks"),
            R"([{"id":{"connector":"a","task":0},"config":{"file":"x"}}])");
  EXPECT_EQ(
      body_of("GET", "/health"),
      R"({"status":"healthy","message":"Worker has completed startup and is ready to handle requests."})");
}

TEST_F(RestServerTest, ASlashInANameIsPartOfIt) {
  start();
  EXPECT_EQ(send("GET", "/connectors/b%2Fc/config").status, 200);
  EXPECT_EQ(last_asked(), "connector b/c");
  EXPECT_EQ(send("DELETE", "/connectors/b%2fc").status, 204);
  EXPECT_EQ(last_asked(), "delete b/c");
}

TEST_F(RestServerTest, Expansions) {
  start();
  const std::string both = body_of("GET", "/connectors?expand=info&expand=status");
  EXPECT_TRUE(both.starts_with(R"({"a":{"info":{"name":"a")")) << both;
  EXPECT_NE(both.find(R"("b/c":{"info":)"), std::string::npos);
  EXPECT_EQ(body_of("GET", "/connectors?expand=bogus"), R"({"a":{},"b/c":{}})");
}

TEST_F(RestServerTest, CreatesConnectors) {
  start();
  const auto created =
      send("POST", "/connectors", R"({"name":" x ","config":{"a":1.50,"b":null},"initial_state":"paused"})");
  EXPECT_EQ(created.status, 201);
  EXPECT_EQ(created.header("location"), server_->advertised_url() + "connectors/x");
  EXPECT_EQ(last_asked(), "create x a=1.50 b=null name=x state 1");
  const auto replaced = send("PUT", "/connectors/y%20z/config", R"({"a":true})");
  EXPECT_EQ(last_asked(), "replace y z a=true name=y z");
  EXPECT_EQ(replaced.header("location"), server_->advertised_url() + "connectors/y%20z");
}

TEST_F(RestServerTest, WrongBodies) {
  start();
  const auto status = [&](const std::string& body) { return send("POST", "/connectors", body).status; };
  EXPECT_EQ(status("garbage"), 500);
  EXPECT_EQ(status("{}x"), 500);
  EXPECT_EQ(status(R"({"name":"x"})"), 500);
  EXPECT_EQ(status(R"({"name":"x","config":{},"more":1})"), 500);
  EXPECT_EQ(status(R"({"name":"x","config":{"a":[]}})"), 500);
  EXPECT_EQ(status(R"({"name":"x","config":{},"initial_state":"BOGUS"})"), 500);
  EXPECT_EQ(status(std::string(100'000, '[')), 500);
  EXPECT_EQ(body_of("POST", "/connectors", R"({"name":"x","config":{"name":"y"}})"),
            error_text(400, "Connector name configuration (y) doesn't match connector name in the URL (x)"));
  EXPECT_EQ(send("PUT", "/connectors/x/config").status, 500);
  EXPECT_EQ(
      body_of("PATCH", "/connectors/x/offsets", R"({"offsets":[]})"),
      R"({"error_code":400,"message":"Partitions / offsets need to be provided for an alter offsets request"})");
  EXPECT_EQ(send("PATCH", "/connectors/x/offsets", R"({"offsets":[{"partition":1}]})").status, 500);
  EXPECT_TRUE(herder_.asked().empty());
}

TEST_F(RestServerTest, ActionsAndTheirCodes) {
  start();
  EXPECT_EQ(send("PUT", "/connectors/x/pause").status, 202);
  EXPECT_EQ(send("PUT", "/connectors/x/resume").status, 202);
  EXPECT_EQ(send("PUT", "/connectors/x/stop").status, 204);
  EXPECT_EQ(send("POST", "/connectors/x/restart?includeTasks=bogus").status, 204);
  EXPECT_EQ(last_asked(), "restart x");
  EXPECT_EQ(send("POST", "/connectors/x/restart?includeTasks=TRUE&onlyFailed=true").status, 202);
  EXPECT_EQ(last_asked(), "restart x failed tasks");
  EXPECT_EQ(send("POST", "/connectors/x/tasks/-1/restart").status, 204);
  EXPECT_EQ(last_asked(), "restart_task x--1");
  EXPECT_EQ(send("PUT", "/connectors/x/topics/reset").status, 202);
  EXPECT_EQ(
      body_of("PATCH", "/connectors/x/offsets", R"({"offsets":[{"partition":{"a":1.0},"offset":null}]})"),
      R"({"message":"altered"})");
  EXPECT_EQ(last_asked(), R"(alter x {"a":1.0}->null)");
  EXPECT_EQ(body_of("DELETE", "/connectors/x/offsets"), R"({"message":"reset"})");
  const auto put =
      send("POST", "/connectors/x/tasks", R"([{"a":"b"}])",
           {{"X-Connect-Authorization", "c2ln"}, {"X-Connect-Request-Signature-Algorithm", "HmacSHA256"}});
  EXPECT_EQ(put.status, 204);
  EXPECT_EQ(last_asked(), R"(put_tasks x 1 c2ln [{"a":"b"}])");
}

TEST_F(RestServerTest, MetricsArePlainText) {
  start();
  const auto number =
      metrics::registry().add({"rest_test_total", metrics::Kind::kCounter, "Of this test."}, {});
  number->add(3);
  const auto answer = send("GET", "/metrics", {}, {{"Accept", "text/plain"}});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_NE(answer.body.find("rest_test_total 3\n"), std::string::npos);
}

TEST_F(RestServerTest, DeadLettersAreShownAndReplayed) {
  start();
  EXPECT_EQ(body_of("GET", "/connectors/x/dead-letters?limit=5&from=0:57,1:2&replayed=true"),
            R"({"topic":"dlq","letters":[{"partition":0,"offset":0,"timestamp":0,"replayed":false,)"
            R"("source":{"topic":"t","partition":-1,"offset":-1},"key":null,)"
            R"("value":{"text":"v","decoded":{"a":1}},"headers":[{"key":"h","value":{"base64":"/w=="}}]}],)"
            R"("next":{"0":1},"last":false})");
  EXPECT_EQ(last_asked(), "dead_letters x limit 5 0:57 1:2 all");
  EXPECT_EQ(body_of("POST", "/connectors/x/dead-letters/replay"),
            R"({"replayed":2,"already":1,"last":true})");
  EXPECT_EQ(last_asked(), "replay x to ''");
  send("POST", "/connectors/x/dead-letters/replay",
       R"({"topic":"t2","letters":[{"partition":0,"offset":3,"value":{"text":"new","decoded":7}},)"
       R"({"partition":1,"offset":4,"value":{"base64":"b2xk"}},{"partition":1,"offset":5,"value":null}]})");
  EXPECT_EQ(last_asked(), "replay x to 't2' 0:3=new 1:4=old 1:5=null");
}

TEST_F(RestServerTest, SignalsArePassedOn) {
  start();
  EXPECT_EQ(body_of("POST", "/connectors/x/signals", R"({"type": "log", "data": {"message": "m"}})"),
            R"({"message":"told"})");
  EXPECT_EQ(last_asked(), R"(signal x {"type":"log","data":{"message":"m"}})");
  EXPECT_EQ(body_of("POST", "/connectors/x/signals", "[1]"),
            R"({"error_code":400,"message":"Expected an object with 'type' and 'data', not an array"})");
}

TEST_F(RestServerTest, WrongQuestionsAboutDeadLettersAreNamed) {
  start();
  EXPECT_EQ(body_of("GET", "/connectors/x/dead-letters?limit=0"),
            R"({"error_code":400,"message":"limit=0: it must be a number from 1 to 10000"})");
  EXPECT_EQ(body_of("GET", "/connectors/x/dead-letters?from=7"),
            R"({"error_code":400,"message":"from: '7' must be <partition>:<offset>"})");
  const auto refused = [this](const char* body) {
    return body_of("POST", "/connectors/x/dead-letters/replay", body);
  };
  EXPECT_EQ(refused(R"({"letters":[]})"),
            R"({"error_code":400,"message":"letters: it names none; leave it out to replay all"})");
  EXPECT_EQ(refused(R"({"letters":[{"partition":0}]})"),
            R"({"error_code":400,"message":"letters: each needs its numbers 'partition' and 'offset'"})");
  EXPECT_EQ(
      refused(R"({"letters":[{"partition":0,"offset":1,"value":"x"}]})"),
      R"({"error_code":400,"message":"value: it must be null, an object with 'text' or one with 'base64'"})");
  EXPECT_TRUE(herder_.asked().empty());
}

TEST_F(RestServerTest, MethodsTypesAndPaths) {
  start();
  const auto nowhere = send("GET", "/nope");
  EXPECT_EQ(nowhere.body, R"({"error_code":404,"message":"HTTP 404 Not Found"})");
  EXPECT_FALSE(nowhere.header("content-type"));
  EXPECT_EQ(send("DELETE", "/connectors").status, 405);
  EXPECT_EQ(send("GET", "/connectors", {}, {{"Accept", "text/html"}}).status, 406);
  EXPECT_EQ(send("GET", "/connectors", {}, {{"Accept", "text/html, */*;q=0.1"}}).status, 200);
  EXPECT_EQ(send("PUT", "/connectors/x/pause", {}, {{"Content-Type", "text/plain"}}).status, 415);
  EXPECT_EQ(send("GET", "/connectors/x/tasks/a/status").status, 404);
  EXPECT_EQ(send("GET", "/connectors/").status, 200);
  EXPECT_EQ(send("GET", "//connectors").status, 400);
  const auto options = send("OPTIONS", "/connectors/x/config");
  EXPECT_EQ(options.header("allow"), "HEAD,GET,OPTIONS,PUT,PATCH");
  EXPECT_EQ(options.body, "HEAD, GET, OPTIONS, PUT, PATCH");
  const auto head = send("HEAD", "/connectors");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.header("content-length"), "11");
}

TEST_F(RestServerTest, ErrorsKeepCodeAndText) {
  start();
  herder_.error = RequestError{RequestProblem::kNotFound, "Connector x not found", {}};
  const auto missing = send("GET", "/connectors/x");
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(missing.body, R"({"error_code":404,"message":"Connector x not found"})");
  herder_.error = RequestError{RequestProblem::kBadRequest, "no", {}, "a.B"};
  EXPECT_EQ(
      body_of("PUT", "/connector-plugins/X/config/validate", R"({"connector.class":"X"})"),
      R"({"error_code":500,"message":"org.apache.kafka.connect.runtime.rest.errors.BadRequestException: a.B: no"})");
  EXPECT_EQ(body_of("PUT", "/connector-plugins/Y/config/validate", R"({"connector.class":"X"})"),
            R"({"error_code":400,"message":"Included connector type X does not match request type Y"})");
  EXPECT_EQ(
      send("PUT", "/connector-plugins/Source/config/validate", R"({"connector.class":"FileSourceConnector"})")
          .status,
      500);
}

TEST_F(RestServerTest, LoggersAreListedAndSet) {
  start();
  EXPECT_EQ(body_of("PUT", "/admin/loggers/rest.test", R"({"level":"debug"})"), R"(["rest.test"])");
  EXPECT_TRUE(
      body_of("GET", "/admin/loggers/rest.test").starts_with(R"({"level":"DEBUG","last_modified":1)"));
  EXPECT_EQ(body_of("GET", "/admin/loggers/ROOT"), R"({"level":"INFO","last_modified":null})");
  EXPECT_EQ(send("GET", "/admin/loggers/rest.nope").status, 404);
  EXPECT_EQ(send("PUT", "/admin/loggers/rest.test", R"({"level":"bogus"})").status, 404);
  EXPECT_EQ(send("PUT", "/admin/loggers/rest.test", R"({})").status, 400);
  EXPECT_EQ(send("PUT", "/admin/loggers/rest.test?scope=CLUSTER", R"({"level":"info"})").status, 204);
  EXPECT_EQ(last_asked(), "log rest.test INFO");
}

TEST_F(RestServerTest, BeforeTheHerderIsThereNothingIs) {
  server_ = make();
  EXPECT_EQ(send("GET", "/connectors").status, 404);
  serve(*server_, herder_);
  EXPECT_EQ(send("GET", "/connectors").status, 200);
}

TEST_F(RestServerTest, AdminListenersServeNothingElse) {
  start({{"admin.listeners", "http://127.0.0.1:0"}});
  EXPECT_EQ(send("GET", "/admin/loggers").status, 404);
  net::HttpRequest request;
  request.url = "http://127.0.0.1:" + std::to_string(server_->ports()[1]) + "/admin/loggers";
  EXPECT_EQ(client_.send(request)->status, 200);
  request.url = "http://127.0.0.1:" + std::to_string(server_->ports()[1]) + "/connectors";
  EXPECT_EQ(client_.send(request)->status, 404);
}

TEST_F(RestServerTest, AdminEndpointsCanBeTurnedOff) {
  start({{"admin.listeners", ""}});
  EXPECT_EQ(send("GET", "/admin/loggers").status, 404);
}

TEST_F(RestServerTest, HeadersAndHosts) {
  start({{"response.http.headers.config", "add X-Own:1"},
         {"access.control.allow.origin", "*"},
         {"sluice.rest.allowed.hosts", "127.0.0.1,worker"}});
  const auto answer = send("GET", "/connectors", {}, {{"Origin", "http://x"}});
  EXPECT_EQ(answer.header("x-own"), "1");
  EXPECT_EQ(answer.header("access-control-allow-origin"), "http://x");
  EXPECT_EQ(send("GET", "/nope").header("x-own"), "1");
  EXPECT_EQ(send("GET", "/connectors", {}, {{"Host", "evil.example"}}).status, 421);
  EXPECT_EQ(send("GET", "/connectors", {}, {{"Host", "worker:8083"}}).status, 200);
}

TEST_F(RestServerTest, UsersOfTheFile) {
  const std::string file = testing::TempDir() + "users-" + std::to_string(getpid());
  std::ofstream(file) << "user:viewer:" << *hash_password("pass") << "\n";
  start({{"sluice.rest.users.file", file}});
  const auto refused = send("GET", "/connectors");
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(refused.body, "User cannot access the resource.");
  EXPECT_EQ(refused.header("www-authenticate"), "Basic realm=\"Sluice\"");
  const net::HttpHeaders right{{"Authorization", "Basic dXNlcjpwYXNz"}};
  EXPECT_EQ(send("GET", "/connectors", {}, right).status, 200);
  EXPECT_EQ(send("DELETE", "/connectors/x", {}, right).status, 403);
  EXPECT_EQ(send("PUT", "/connectors/x/fence").status, 204);
  EXPECT_EQ(send("GET", "/nope").status, 404);
}

TEST_F(RestServerTest, ForwardsToTheWorkerThatKnows) {
  start();
  FakeHerder leader;
  const auto other = make();
  serve(*other, leader);
  herder_.error = RequestError{RequestProblem::kForward, "not leader", other->advertised_url()};
  const auto created =
      send("POST", "/connectors?x=y", R"({"name":"n","config":{"a":"b"}})", {{"Authorization", "Basic abc"}});
  EXPECT_EQ(created.status, 201);
  EXPECT_EQ(created.header("location"), server_->advertised_url() + "connectors/n");
  EXPECT_EQ(leader.asked().back(), "create n a=b name=n");
  EXPECT_EQ(send("POST", "/connectors/n/restart?onlyFailed=true").status, 202);
  EXPECT_EQ(leader.asked().back(), "restart n failed");
  EXPECT_EQ(send("DELETE", "/connectors/b%2Fc").status, 204);
  EXPECT_EQ(leader.asked().back(), "delete b/c");
  leader.error = RequestError{RequestProblem::kConflict, "Connector n already exists", {}};
  const auto conflict = send("POST", "/connectors", R"({"name":"n","config":{}})");
  EXPECT_EQ(conflict.body, R"({"error_code":409,"message":"Connector n already exists"})");
}

TEST_F(RestServerTest, ForwardingEndsAfterTwoHops) {
  start();
  FakeHerder second;
  const auto other = make();
  serve(*other, second);
  // Each sends to the other: ours, theirs, ours again, and there it ends.
  herder_.error = RequestError{RequestProblem::kForward, "", other->advertised_url()};
  second.error = RequestError{RequestProblem::kForward, "", server_->advertised_url()};
  EXPECT_EQ(
      body_of("DELETE", "/connectors/x"),
      error_text(409, "Cannot complete request because of a conflicting operation (e.g. worker rebalance)"));
  EXPECT_EQ(herder_.asked().size(), 2U);
  EXPECT_EQ(second.asked().size(), 1U);
  herder_.error = RequestError{RequestProblem::kForward, "", {}};
  EXPECT_EQ(body_of("DELETE", "/connectors/x"),
            error_text(409,
                       "Cannot complete request momentarily due to no known leader URL, likely because a "
                       "rebalance was underway."));
  herder_.error = RequestError{RequestProblem::kForward, "", "http://127.0.0.1:1/"};
  EXPECT_TRUE(body_of("DELETE", "/connectors/x")
                  .starts_with(R"({"error_code":500,"message":"IO Error trying to forward REST request: )"));
}

TEST_F(RestServerTest, StopDoesNotWaitForASilentHerder) {
  start();
  herder_.silent = true;
  std::thread asking([this] {
    net::HttpRequest request;
    request.url = server_->advertised_url() + "connectors";
    static_cast<void>(client_.send(request));
  });
  while (herder_.asked().empty()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  server_->stop(std::chrono::milliseconds(50));
  asking.join();
}

TEST(RestConfig, Listeners) {
  const auto address = parse_listener("HTTPS://[::1]:8443");
  ASSERT_TRUE(address.ok());
  EXPECT_TRUE(address->is_https);
  EXPECT_EQ(address->host, "::1");
  EXPECT_EQ(address->port, 8443);
  EXPECT_EQ(parse_listener("http://:8083")->host, "");
  EXPECT_EQ(parse_listener("ftp://x:1").error().message(),
            "Listener protocol must be either \"http\" or \"https\".");
  for (const char* text : {"", "x", "http://x", "http://x:y", "http://x:99999", "http://a b:1"}) {
    EXPECT_EQ(parse_listener(text).error().message(),
              "Listener doesn't have the right format (protocol://hostname:port).")
        << text;
  }
}

TEST(RestConfig, TheAdvertisedUrl) {
  const auto url = [](const sdk::Properties& worker, const std::vector<uint16_t>& ports) {
    return advertised_url(*read_rest_options(worker), ports);
  };
  EXPECT_EQ(url({{"listeners", "http://worker1:8083"}}, {8083}), "http://worker1:8083/");
  EXPECT_EQ(url({{"listeners", "http://worker1:0"}}, {4711}), "http://worker1:4711/");
  EXPECT_EQ(url({{"listeners", "http://x:1"},
                 {"rest.advertised.host.name", "public"},
                 {"rest.advertised.port", "80"}},
                {1}),
            "http://public:80/");
  EXPECT_FALSE(read_rest_options({{"rest.advertised.listener", "gopher"}}).ok());
  EXPECT_FALSE(read_rest_options({{"rest.extension.classes", "x.Y"}}).ok());
  EXPECT_FALSE(read_rest_options({{"listeners", "https://x:1"}}).ok() &&
               RestServer::listen(*read_rest_options({{"listeners", "https://x:1"}})).ok());
}

}  // namespace
}  // namespace sluice::rest

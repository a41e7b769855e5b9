#include "rest/peers.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "cluster/event_loop.h"
#include "rest/rest_server.h"
#include "rest/testing_herder.h"

namespace sluice::rest {
namespace {

using cluster::LinkCallbacks;
using cluster::LinkEnd;
using cluster::PeerLink;
using std::chrono::milliseconds;

class PeersTest : public testing::Test {
 protected:
  void SetUp() override {
    server_ =
        std::move(RestServer::listen(*read_rest_options({{"listeners", "http://127.0.0.1:0"}}))).value();
    server_->serve({.herder = &herder_,
                    .plugins = &plugins_,
                    .source_options = &none_,
                    .sink_options = &none_,
                    .version = "",
                    .commit = ""});
    peers_ = server_->make_peers(loop_);
  }
  void TearDown() override {
    on_loop([this] {
      link_.reset();
      accepted_.reset();
      peers_.reset();
    });
  }
  void on_loop(const std::function<void()>& work) {
    std::promise<void> done;
    loop_.post([&] {
      work();
      done.set_value();
    });
    done.get_future().wait();
  }
  static bool eventually(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::sleep_for(milliseconds(1));
    }
    return true;
  }
  LinkCallbacks noting(std::vector<std::string>& seen) {
    return {[&seen, this] { note(seen, "open"); },
            [&seen, this](const std::string& message) { note(seen, message); },
            [&seen, this](LinkEnd end) { note(seen, "end " + std::to_string(static_cast<int>(end))); }};
  }
  void note(std::vector<std::string>& seen, const std::string& what) {
    std::lock_guard lock(mutex_);
    seen.push_back(what);
  }
  std::vector<std::string> copy(const std::vector<std::string>& seen) {
    std::lock_guard lock(mutex_);
    return seen;
  }
  void accept_from(const std::string& wanted) {
    on_loop([&] {
      peers_->on_link([this, wanted](const std::string& hello, const std::string& signature,
                                     std::shared_ptr<PeerLink> link) -> std::optional<LinkCallbacks> {
        if (hello != wanted || signature != "sig\x01") return std::nullopt;
        accepted_ = std::move(link);
        return noting(theirs_);
      });
    });
  }
  void connect(const std::string& hello, const std::string& url = {}) {
    on_loop([&] {
      link_ = peers_->connect(url.empty() ? server_->advertised_url() : url, hello, "sig\x01", noting(ours_));
    });
  }
  using Texts = std::vector<std::string>;

  std::mutex mutex_;
  Texts ours_;
  Texts theirs_;
  FakeHerder herder_;
  plugins::Plugins plugins_;
  sdk::ConfigDef none_;
  std::unique_ptr<RestServer> server_;
  cluster::EventLoop loop_;
  std::unique_ptr<cluster::Peers> peers_;
  std::unique_ptr<PeerLink> link_;
  std::shared_ptr<PeerLink> accepted_;
};

TEST_F(PeersTest, LinksCarryMessagesBothWays) {
  accept_from("hello \xC3\xA9");
  connect("hello \xC3\xA9");
  ASSERT_TRUE(eventually([this] { return copy(ours_) == Texts{"open"} && copy(theirs_) == Texts{"open"}; }));
  on_loop([this] {
    link_->send("ping");
    accepted_->send("pong");
  });
  EXPECT_TRUE(eventually([this] { return copy(ours_).size() == 2 && copy(theirs_).size() == 2; }));
  EXPECT_EQ(copy(ours_)[1], "pong");
  EXPECT_EQ(copy(theirs_)[1], "ping");
}

TEST_F(PeersTest, TheOtherSideHearsOfTheEndAtOnce) {
  accept_from("h");
  connect("h");
  ASSERT_TRUE(eventually([this] { return copy(ours_) == Texts{"open"}; }));
  const auto begin = std::chrono::steady_clock::now();
  on_loop([this] { accepted_.reset(); });
  ASSERT_TRUE(eventually([this] { return copy(ours_).size() == 2; }));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, milliseconds(100));
  EXPECT_EQ(copy(ours_)[1], "end 0");
  EXPECT_EQ(copy(theirs_), Texts{"open"});
}

TEST_F(PeersTest, RefusalsAreToldApart) {
  accept_from("friend");
  connect("stranger");
  ASSERT_TRUE(eventually([this] { return copy(ours_).size() == 1; }));
  EXPECT_EQ(copy(ours_)[0], "end 2");
  ours_.clear();
  connect("friend", "http://127.0.0.1:1/");
  ASSERT_TRUE(eventually([this] { return copy(ours_).size() == 1; }));
  EXPECT_EQ(copy(ours_)[0], "end 1");
}

TEST_F(PeersTest, RequestsAreSigned) {
  std::promise<Result<cluster::PeerResponse>> answer;
  on_loop([&] {
    peers_->request({"POST", server_->advertised_url() + "connectors/x/tasks", "[]", "c2ln", "HmacSHA256"},
                    milliseconds(5000),
                    [&](Result<cluster::PeerResponse> response) { answer.set_value(std::move(response)); });
  });
  const auto response = answer.get_future().get();
  ASSERT_TRUE(response.ok()) << response.error().message();
  EXPECT_EQ(response->status, 204);
  EXPECT_EQ(herder_.asked().back(), "put_tasks x 0 c2ln []");
}

TEST_F(PeersTest, AJavaWorkerTakesNoLink) {
  // Anything that answers with a page instead of switching protocols.
  on_loop([this] { peers_->on_link({}); });
  connect("h");
  ASSERT_TRUE(eventually([this] { return copy(ours_).size() == 1; }));
  EXPECT_EQ(copy(ours_)[0], "end 2");
}

}  // namespace
}  // namespace sluice::rest

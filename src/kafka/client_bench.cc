// CPU per message of the producer and the consumer beside kcat, on one broker in one run.
//   client_bench [messages]        with SLUICE_TEST_BROKER=host:port; kcat must be on the path
// Messages are lines of 99 bytes in one partition. CPU is the process's own user and system time.

#include <fmt/core.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "kafka/admin.h"
#include "kafka/consumer.h"
#include "kafka/producer.h"

namespace sluice::kafka {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr size_t kLineBytes = 99;
constexpr size_t kBatch = 2000;

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double cpu_seconds(int who) {
  rusage usage{};
  getrusage(who, &usage);
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void report(const std::string& name, size_t messages, double cpu, double wall) {
  const auto count = static_cast<double>(messages);
  fmt::print("{:<44} {:7.3f} us CPU/message {:8.2f} s wall {:10.0f} messages/s\n", name, cpu / count * 1e6,
             wall, count / wall);
  std::fflush(stdout);
}

void measure(const std::string& name, size_t messages, int who, const std::function<void()>& work) {
  const double cpu = cpu_seconds(who);
  const auto start = SteadyClock::now();
  work();
  const double wall = std::chrono::duration<double>(SteadyClock::now() - start).count();
  report(name, messages, cpu_seconds(who) - cpu, wall);
}

[[noreturn]] void die(const std::string& text) {
  fmt::print(stderr, "{}\n", text);
  std::exit(1);
}

template <typename T>
T must(Result<T> result) {
  if (!result.ok()) die(result.error().trace());
  return std::move(result).value();
}
void must(const Status& status) {
  if (!status.ok()) die(status.error().trace());
}

ClientConfig config_of(ClientKind kind, sdk::Properties properties) {
  properties.emplace("bootstrap.servers", std::getenv("SLUICE_TEST_BROKER"));
  return must(translate(kind, properties, "client-bench"));
}

std::string make_topic(std::string_view stem) {
  const std::string name = fmt::format("bench-{}-{}", stem, getpid());
  must(must(make_admin(config_of(ClientKind::kAdmin, {})))
           ->create_topic({name, 1, 1, {}}, milliseconds(30'000)));
  return name;
}

void produce(const std::string& topic, const std::vector<std::string>& lines, size_t count,
             int64_t timestamp) {
  // As the runtime sets up a source task.
  auto producer =
      must(make_producer(config_of(ClientKind::kProducer, {{"enable.idempotence", "false"},
                                                           {"max.in.flight.requests.per.connection", "1"},
                                                           {"delivery.timeout.ms", "2147483647"}})));
  std::vector<OutgoingMessage> batch(kBatch);
  Acks acks;
  size_t sent = 0;
  size_t acked = 0;
  while (acked < count) {
    const size_t wanted = std::min(kBatch, count - sent);
    for (size_t i = 0; i < wanted; ++i) {
      batch[i].topic = topic;
      batch[i].value = lines[(sent + i) % lines.size()];
      batch[i].timestamp = timestamp;
    }
    const size_t taken = must(producer->send(std::span(batch).first(wanted), sent));
    sent += taken;
    acks.clear();
    producer->poll_acks(milliseconds(taken < wanted || wanted == 0 ? 50 : 0), acks);
    if (!acks.failed.empty()) die(acks.failed[0].error.trace());
    for (const AckedRange& range : acks.acked) acked += range.count;
  }
}

void consume(const std::string& topic, size_t count, size_t messages_max) {
  auto consumer = must(make_consumer(config_of(ClientKind::kConsumer, {{"auto.offset.reset", "earliest"}})));
  must(consumer->assign({{{topic, 0}, {0, {}}}}));
  MessageBatch batch;
  size_t got = 0;
  size_t bytes = 0;
  while (got < count) {
    must(consumer->poll(milliseconds(1000), messages_max, batch));
    for (const ConsumedMessage& message : batch.messages) bytes += message.value.size();
    got += batch.messages.size();
  }
  if (bytes != got * kLineBytes) die("wrong bytes");
}

void shell(const std::string& command) {
  if (std::system(command.c_str()) != 0) die(command);
}

int run(size_t count) {
  std::vector<std::string> lines;
  for (size_t i = 0; i < 1000; ++i) lines.push_back(fmt::format("{:0>{}}", i, kLineBytes));
  const std::string file = fmt::format("/tmp/client_bench.{}", getpid());
  {
    std::FILE* out = std::fopen(file.c_str(), "w");
    for (size_t i = 0; i < count; ++i) std::fprintf(out, "%s\n", lines[i % lines.size()].c_str());
    std::fclose(out);
  }
  const std::string broker = std::getenv("SLUICE_TEST_BROKER");
  const std::string kcat_topic = make_topic("kcat");
  const std::string topic = make_topic("plain");
  const std::string stamped = make_topic("stamped");
  measure("produce: kcat", count, RUSAGE_CHILDREN, [&] {
    shell(fmt::format("kcat -P -b {} -t {} -l {} -X acks=all -X linger.ms=5", broker, kcat_topic, file));
  });
  measure("produce: ours, the client's timestamps", count, RUSAGE_SELF,
          [&] { produce(topic, lines, count, kNoTimestamp); });
  measure("produce: ours, own timestamps", count, RUSAGE_SELF,
          [&] { produce(stamped, lines, count, 1'700'000'000'000); });
  unlink(file.c_str());
  measure("consume: kcat to /dev/null", count, RUSAGE_CHILDREN, [&] {
    shell(fmt::format("kcat -C -q -e -o beginning -b {} -t {} > /dev/null", broker, kcat_topic));
  });
  for (const size_t messages_max : {500, 2000}) {
    measure(fmt::format("consume: ours, at most {} per poll", messages_max), count, RUSAGE_SELF,
            [&] { consume(topic, count, messages_max); });
  }
  return 0;
}

}  // namespace
}  // namespace sluice::kafka

int main(int argc, char** argv) {
  if (std::getenv("SLUICE_TEST_BROKER") == nullptr) {
    fmt::print(stderr, "SLUICE_TEST_BROKER says where the broker is (host:port)\n");
    return 1;
  }
  return sluice::kafka::run(argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 5'000'000);
}

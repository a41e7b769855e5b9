#include "cluster/dead_letter_replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "cluster/dead_letter_reader.h"
#include "cluster/letter_headers.h"
#include "cluster/letter_text.h"
#include "kafka/producer.h"
#include "tasks/client_settings.h"

namespace sluice::cluster {
namespace {

using std::chrono::milliseconds;
using Place = std::pair<int32_t, int64_t>;  // partition and offset in the queue

constexpr milliseconds kTransactionTimeout{60'000};

RequestError to_request_error(const Error& error) {
  const bool is_asked_wrongly = error.kind() == ErrorKind::kBadConfig;
  return {
      is_asked_wrongly ? RequestProblem::kBadRequest : RequestProblem::kInternal, error.message(), {}, {}};
}

class Replay {
 public:
  Replay(const ConnectorCall& call, const ReplayRequest& request) : call_(call), request_(request) {}

  Result<ReplayOutcome> run() {
    SLUICE_ASSIGN_OR_RETURN(reader_, open());
    SLUICE_RETURN_IF_ERROR(make_producer());
    // Only now nobody else replays.
    SLUICE_RETURN_IF_ERROR(reader_->look_what_was_replayed());
    SLUICE_RETURN_IF_ERROR(request_.letters.empty() ? pick_all() : pick_named());
    SLUICE_RETURN_IF_ERROR(find_targets());
    if (!letters_.empty() || has_passed_) SLUICE_RETURN_IF_ERROR(put_back());
    outcome_.replayed = static_cast<int64_t>(letters_.size());
    return outcome_;
  }

 private:
  Result<std::unique_ptr<DeadLetterReader>> open() {
    SLUICE_ASSIGN_OR_RETURN(DeadLetterReader reader, DeadLetterReader::open(call_));
    return std::make_unique<DeadLetterReader>(std::move(reader));
  }

  Status make_producer() {
    auto settings = tasks::exactly_once_producer_settings(call_.worker, call_.config);
    settings["max.block.ms"] = std::to_string(kTransactionTimeout.count());
    settings.erase("delivery.timeout.ms");
    SLUICE_ASSIGN_OR_RETURN(const auto config, kafka::translate(kafka::ClientKind::kProducer, settings,
                                                                "connector-dlq-replay-" + call_.connector));
    SLUICE_ASSIGN_OR_RETURN(producer_, kafka::make_transactional_producer(config, reader_->group()));
    return producer_->init_transactions(kTransactionTimeout);
  }

  /// The next that have not been replayed. What lies between them belongs to other connectors.
  Status pick_all() {
    DeadLetterQuery query;
    query.limit = request_.limit;
    SLUICE_ASSIGN_OR_RETURN(DeadLetterPage page, reader_->read(query));
    outcome_.is_last = page.is_last;
    for (const auto& [partition, next] : page.next) {
      has_passed_ = has_passed_ || !reader_->replayed()[partition].contains(next - 1);
      reader_->replayed()[partition].add(0, next);
    }
    letters_ = std::move(page.letters);
    return {};
  }

  Status pick_named() {
    std::map<Place, const LetterRepair*> wanted;
    for (const LetterRepair& repair : request_.letters) wanted[{repair.partition, repair.offset}] = &repair;
    for (const auto& [place, repair] : wanted) {
      SLUICE_ASSIGN_OR_RETURN(DeadLetter letter, read_one(place));
      if (letter.is_replayed) {
        ++outcome_.already;
        continue;
      }
      if (repair->key) letter.key = *repair->key;
      if (repair->value) letter.value = *repair->value;
      reader_->replayed()[place.first].add(place.second, place.second + 1);
      letters_.push_back(std::move(letter));
    }
    outcome_.is_last = true;
    return {};
  }

  Result<DeadLetter> read_one(const Place& place) {
    DeadLetterQuery query;
    query.from[place.first] = place.second;
    query.limit = 1;
    query.with_replayed = true;
    query.only_partition = place.first;
    SLUICE_ASSIGN_OR_RETURN(DeadLetterPage page, reader_->read(query));
    if (page.letters.empty() || page.letters[0].offset != place.second) {
      return bad_config(fmt::format("There is no dead letter of connector {} at {}-{}@{}", call_.connector,
                                    reader_->topic(), place.first, place.second));
    }
    return std::move(page.letters[0]);
  }

  /// Nothing is put back unless it is known for every letter where to.
  Status find_targets() {
    for (DeadLetter& letter : letters_) {
      if (!request_.topic.empty() && request_.topic != letter.topic) {
        letter.topic = request_.topic;
        letter.topic_partition = kafka::kAnyPartition;
      }
      if (!letter.topic.empty()) continue;
      return bad_config(fmt::format(
          "The letter at {}-{}@{} does not tell which topic it came from: give the topic, and set "
          "errors.deadletterqueue.context.headers.enable=true for those to come",
          reader_->topic(), letter.partition, letter.offset));
    }
    return {};
  }

  Status put_back() {
    SLUICE_RETURN_IF_ERROR(producer_->begin_transaction());
    SLUICE_RETURN_IF_ERROR(send());
    kafka::CommitOffsets offsets;
    for (const auto& [partition, replayed] : reader_->replayed()) {
      const kafka::TopicPartition of{reader_->topic(), partition};
      SLUICE_ASSIGN_OR_RETURN(offsets[of], replayed.committed());
    }
    SLUICE_RETURN_IF_ERROR(producer_->send_offsets(offsets, reader_->group(), kTransactionTimeout));
    SLUICE_RETURN_IF_ERROR(producer_->commit_transaction(kTransactionTimeout));
    kafka::Acks acks;
    producer_->poll_acks(milliseconds(0), acks);
    return acks.failed.empty() ? Status() : Status(acks.failed.front().error);
  }

  Status send() {
    headers_.resize(letters_.size());
    std::vector<kafka::OutgoingMessage> messages(letters_.size());
    for (size_t i = 0; i < letters_.size(); ++i) {
      const DeadLetter& letter = letters_[i];
      headers_[i] = raw_headers(letter);
      messages[i] = {letter.topic, view(letter.key), view(letter.value),
                     headers_[i],  letter.timestamp, letter.topic_partition};
    }
    kafka::Acks acks;
    for (size_t sent = 0; sent < messages.size();) {
      SLUICE_ASSIGN_OR_RETURN(const size_t taken, producer_->send(std::span(messages).subspan(sent), sent));
      sent += taken;
      if (sent < messages.size()) producer_->poll_acks(milliseconds(100), acks);
    }
    return acks.failed.empty() ? Status() : Status(acks.failed.front().error);
  }

  const ConnectorCall& call_;
  const ReplayRequest& request_;
  std::unique_ptr<DeadLetterReader> reader_;
  std::vector<DeadLetter> letters_;
  std::vector<std::vector<RawHeader>> headers_;
  bool has_passed_ = false;  // letters of others that need not be looked at again
  ReplayOutcome outcome_;
  std::unique_ptr<kafka::TransactionalProducer> producer_;  // dies before what it borrows
};

}  // namespace

Answer<DeadLetterPage> read_dead_letters(const ConnectorCall& call, const DeadLetterQuery& query) {
  auto reader = DeadLetterReader::open(call);
  if (!reader.ok()) return to_request_error(reader.error());
  if (const Status looked = reader->look_what_was_replayed(); !looked.ok()) {
    return to_request_error(looked.error());
  }
  auto page = reader->read(query);
  if (!page.ok()) return to_request_error(page.error());
  decode_letters(call, page->letters);
  return std::move(page).value();
}

Answer<ReplayOutcome> replay_dead_letters(const ConnectorCall& call, const ReplayRequest& request) {
  auto outcome = Replay(call, request).run();
  if (!outcome.ok()) return to_request_error(outcome.error());
  return *outcome;
}

}  // namespace sluice::cluster

#pragma once

#include <memory>

#include "connectors/cdc/common/output.h"
#include "connectors/cdc/postgres/options.h"
#include "connectors/cdc/postgres/position.h"

namespace sluice::connectors::cdc::postgres {

/// What a reader writes to, and what its events say of their source.
class Output : public cdc::Output<Position> {
 public:
  Output(const Options& options, const sdk::SourcePartition* partition, const ContextHeaders& headers,
         const Clock& clock, const StopSignal& stop)
      : cdc::Output<Position>(options, partition, headers, clock, stop),
        source_(std::make_shared<SourceInfo>(SourceInfo{options.names.prefix(), options.database, {}, {}})) {
    keep(source_);
  }

  void restart(ChangeQueue& queue) {
    cdc::Output<Position>::restart(queue);
    source_->origin.reset();
    source_->origin_lsn.reset();
  }
  SourceInfo& source() { return *source_; }

 private:
  std::shared_ptr<SourceInfo> source_;
};

}  // namespace sluice::connectors::cdc::postgres

#include "connectors/sql/mariadb/innodb_status.h"

#include <gtest/gtest.h>

namespace sluice::connectors::sql {
namespace {

using Names = std::vector<std::string>;

TEST(InnodbStatus, TellsWhoWrites) {
  const std::string status =
      "LATEST DETECTED DEADLOCK\n"
      "*** (1) TRANSACTION:\nTRANSACTION 7, ACTIVE 0 sec inserting\n"
      "------------\nTRANSACTIONS\n------------\nTrx id counter 10709\n"
      "LIST OF TRANSACTIONS FOR EACH SESSION:\n"
      "---TRANSACTION 10704, ACTIVE 2 sec starting index read\nmysql tables in use 1, locked 1\n"
      "MariaDB thread id 1139, OS thread handle 130947721836224, query id 34757 127.0.0.1 sluice\n"
      "SELECT * FROM t FOR UPDATE\n"
      "------------------\n"
      "---TRANSACTION 9703, ACTIVE (PREPARED) 2 sec\n2 lock struct(s), undo log entries 1\n"
      "---TRANSACTION (0x7f18c0094680), ACTIVE 2 sec\n0 lock struct(s), heap size 1128, 0 row lock(s)\n"
      "---TRANSACTION (0x7f18c0093b80), not started\n"
      "---TRANSACTION 421984301, not started\n"
      "---TRANSACTION 421984301955344, ACTIVE 5 sec\n"
      "--------\nFILE I/O\n--------\n";
  EXPECT_EQ(innodb_writers(status), (Names{"10704", "9703"}));
}

TEST(InnodbStatus, KnowsNothingOfAListThatIsCutOff) {
  EXPECT_EQ(innodb_writers("LIST OF TRANSACTIONS FOR EACH SESSION:\n... truncated...\n"), std::nullopt);
  EXPECT_EQ(innodb_writers(""), std::nullopt);
  EXPECT_EQ(innodb_writers("LIST OF TRANSACTIONS FOR EACH SESSION:\n---TRANSACTION "), Names());
}

}  // namespace
}  // namespace sluice::connectors::sql

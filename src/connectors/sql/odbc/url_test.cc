#include "connectors/sql/odbc/url.h"

#include <gtest/gtest.h>

#include "connectors/sql/odbc/jdbc_url.h"

namespace sluice::connectors::sql {
namespace {

std::vector<std::string> all_drivers() {
  return {"PostgreSQL Unicode",
          "ODBC Driver 17 for SQL Server",
          "ODBC Driver 18 for SQL Server",
          "Oracle 23 ODBC driver",
          "IBM DB2 ODBC DRIVER",
          "Vertica",
          "HDBODBC",
          "Adaptive Server Enterprise"};
}

std::string text_of(std::string_view url, const sdk::Properties& properties = {},
                    const InstalledDrivers& drivers = all_drivers) {
  const auto string = odbc_connection_string(url, properties, drivers);
  return string.ok() ? string->text() : string.error().message();
}

TEST(OdbcUrl, ConnectionStringsStandAsTheyAre) {
  EXPECT_EQ(text_of("odbc:DSN=shop"), "DSN=shop;");
  EXPECT_EQ(text_of("odbc:Driver={ODBC Driver 18 for SQL Server};Server=h,1433;PWD={a;b}}c}"),
            "Driver=ODBC Driver 18 for SQL Server;Server={h,1433};PWD={a;b}}c};");
  EXPECT_EQ(text_of("odbc:Database=d", {{"odbc.driver", "X"}, {"Timeout", "5"}}),
            "Database=d;Driver=X;Timeout=5;");
  EXPECT_EQ(text_of("odbc:Database=d").substr(0, 34), "The ODBC URL names no driver: writ");
  for (const char* const bad :
       {"odbc:Driver={x", "odbc:no equals", "odbc:Driver={x}y;", "odbc:=x", "odbc:a{b=c"})
    EXPECT_EQ(text_of(bad).substr(0, 42), "The ODBC connection string cannot be read:") << bad;
  EXPECT_FALSE(odbc_connection_string(std::string_view("odbc:DSN=a\0b", 12), {}, all_drivers).ok());
}

TEST(OdbcUrl, SqlServer) {
  const std::string start = "Driver=ODBC Driver 18 for SQL Server;Server=";
  EXPECT_EQ(text_of("jdbc:sqlserver://db:1433;databaseName=shop;encrypt=true;trustServerCertificate=true"),
            start + "{db,1433};Database=shop;Encrypt=yes;TrustServerCertificate=yes;");
  EXPECT_EQ(text_of("jdbc:sqlserver://db\\inst;database=shop;encrypt=false"),
            start + "db\\inst;Database=shop;Encrypt=no;");
  EXPECT_EQ(text_of("jdbc:sqlserver://;serverName=db;portNumber=1444;instanceName=x;password={p;}}w}"),
            start + "{db,1444};PWD={p;}}w};Encrypt=yes;");
  EXPECT_EQ(text_of("jdbc:jtds:sqlserver://db:1433/shop;instance=a"),
            start + "{db,1433};Database=shop;Encrypt=yes;");
  const auto freetds = [] { return std::vector<std::string>{"FreeTDS"}; };
  EXPECT_EQ(text_of("jdbc:sqlserver://db;databaseName=shop", {}, freetds),
            "Driver=FreeTDS;Server=db;Port=1433;ClientCharset=UTF-8;Database=shop;");
}

TEST(OdbcUrl, Oracle) {
  const std::string start = "Driver=Oracle 23 ODBC driver;DBQ=";
  EXPECT_EQ(text_of("jdbc:oracle:thin:@//db:1522/shop.example"), start + "//db:1522/shop.example;");
  EXPECT_EQ(text_of("jdbc:oracle:thin:@db/shop"), start + "//db:1521/shop;");
  EXPECT_EQ(text_of("jdbc:oracle:thin:@db:1521/shop"), start + "//db:1521/shop;");
  const std::string by_sid =
      start + "{(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=db)(PORT=1521))(CONNECT_DATA=(SID=ORCL)))};";
  EXPECT_EQ(text_of("jdbc:oracle:thin:@db:1521:ORCL"), by_sid);
  EXPECT_EQ(text_of("jdbc:oracle:thin:scott/tiger@db:1521:ORCL"), by_sid + "UID=scott;PWD=tiger;");
  EXPECT_EQ(text_of("jdbc:oracle:oci:@SHOP"), start + "SHOP;");
  EXPECT_EQ(text_of("jdbc:oracle:thin:@(DESCRIPTION=(ADDRESS=(HOST=a)(PORT=1)))"),
            start + "{(DESCRIPTION=(ADDRESS=(HOST=a)(PORT=1)))};");
  EXPECT_EQ(text_of("jdbc:oracle:thin:@//[::1]:1521/x"), start + "{//[::1]:1521/x};");
}

TEST(OdbcUrl, Others) {
  EXPECT_EQ(text_of("jdbc:db2://h:50001/d:currentSchema=S;sslConnection=true;"),
            "Driver=IBM DB2 ODBC DRIVER;Hostname=h;Port=50001;Protocol=TCPIP;Database=d;CurrentSchema=S;"
            "Security=SSL;");
  EXPECT_EQ(text_of("jdbc:vertica://h/d?user=u&password=p"),
            "Driver=Vertica;Server=h;Port=5433;Database=d;PWD=p;UID=u;");
  EXPECT_EQ(text_of("jdbc:sap://h:30015/?databaseName=T"),
            "Driver=HDBODBC;ServerNode=h:30015;DatabaseName=T;");
  EXPECT_EQ(text_of("jdbc:sybase:Tds:h:5000/d"),
            "Driver=Adaptive Server Enterprise;Server=h;Port=5000;Database=d;");
  EXPECT_EQ(text_of("jdbc:derby://h:1527/d;user=u"),
            "Driver=IBM DB2 ODBC DRIVER;Hostname=h;Port=1527;Protocol=TCPIP;Database=d;UID=u;");
}

TEST(OdbcUrl, WhatCannotBeReadIsRefusedWithoutBeingRepeated) {
  for (const char* const bad : {"jdbc:sqlserver:",
                                "jdbc:sqlserver://h:0",
                                "jdbc:sqlserver://h:1x",
                                "jdbc:sqlserver://h;secret",
                                "jdbc:sqlserver://h;a={secret",
                                "jdbc:sqlserver://[h:1433",
                                "jdbc:sqlserver://h\\a=secret",
                                "jdbc:oracle:",
                                "jdbc:oracle:thin:secret",
                                "jdbc:oracle:thin:@",
                                "jdbc:oracle:thin:@h:99999:secret",
                                "jdbc:oracle:thin:@(DESCRIPTION=",
                                "jdbc:oracle:thin:@h;secret",
                                "jdbc:db2://h:50000",
                                "jdbc:db2://h/",
                                "jdbc:derby:secret;create=true",
                                "jdbc:vertica:secret",
                                "jdbc:sap://h:secret/",
                                "jdbc:sybase:h",
                                "jdbc:jtds:secret"}) {
    const auto string = odbc_connection_string(bad, {}, all_drivers);
    ASSERT_FALSE(string.ok()) << bad << " became " << string->text();
    EXPECT_EQ(string.error().kind(), ErrorKind::kBadConfig);
    EXPECT_EQ(string.error().message().find("secret"), std::string::npos) << string.error().message();
  }
}

TEST(OdbcUrl, ADriverThatIsNotThereIsAskedFor) {
  const auto none = [] { return std::vector<std::string>{"PostgreSQL Unicode"}; };
  const std::string message = text_of("jdbc:oracle:thin:@//db/shop", {}, none);
  EXPECT_NE(message.find("install Oracle Instant Client with its ODBC package"), std::string::npos)
      << message;
  EXPECT_NE(message.find("Installed are: PostgreSQL Unicode"), std::string::npos) << message;
  EXPECT_EQ(text_of("jdbc:oracle:thin:@//db/shop", {{"odbc.driver", "/opt/o.so"}}, none),
            "Driver=/opt/o.so;DBQ=//db:1521/shop;");
}

TEST(OdbcUrl, DriversAreToldToStream) {
  const auto string = ConnectionString::parse("DSN=a;fetch=7").value();
  const std::string text = with_streaming(string, "psqlodbcw.so").text();
  EXPECT_EQ(text.find("DSN=a;fetch=7;UseDeclareFetch=1;"), 0U) << text;
  EXPECT_EQ(with_streaming(string, "libsqora.so.23.1").text(), "DSN=a;fetch=7;");
}

}  // namespace
}  // namespace sluice::connectors::sql

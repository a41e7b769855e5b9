"""Statements that make changes of every kind in a MariaDB or MySQL database: types, operations, DDL."""

import random

# A type and literals of it; the first is also its column's default, where it may have one.
TYPES: dict[str, list[str]] = {
    "boolean": ["true", "false"],
    "tinyint(1)": ["1", "0", "-128"],
    "tinyint": ["0", "127", "-128"],
    "tinyint unsigned": ["0", "255"],
    "smallint": ["0", "32767", "-32768"],
    "smallint unsigned": ["0", "65535"],
    "mediumint": ["0", "8388607", "-8388608"],
    "mediumint unsigned": ["0", "16777215"],
    "int": ["7", "2147483647", "-2147483648"],
    "int unsigned": ["7", "4294967295"],
    "int(5) unsigned zerofill": ["42"],
    "bigint": ["1", "9223372036854775807", "-9223372036854775808"],
    "bigint unsigned": ["1", "18446744073709551615", "9223372036854775808"],
    "float": ["1.5", "0.1", "-3.4e38", "1e-30"],
    "float(7,2)": ["1.25", "12345.67"],
    "double": ["1.5", "0.1", "-1.7e308", "2.2250738585072014e-308"],
    "real": ["1.5", "0.1"],
    "decimal(10,2)": ["1.50", "-99999999.99", "0", "12345678.9"],
    "decimal(38,10)": ["1.5", "1234567890123456789012345678.0123456789", "-0.0000000001"],
    "decimal(65,30)": ["1.5", "-12345678901234567890123456789012345.000000000000000000000000000001"],
    "decimal(5)": ["1", "99999", "-99999"],
    "decimal": ["1", "1234567890"],
    "numeric(9,9)": ["0.123456789", "-0.999999999"],
    "char(5)": ["'ab'", "'äöü'", "''"],
    "char(5) charset latin1": ["'ab'", "'äöü'"],
    "varchar(20)": ["'text'", "'it''s \\\\ \"quoted\"'", "'日本語'", "''"],
    "varchar(20) charset latin1": ["'text'", "'€uro ÿ'"],
    "varchar(20) charset utf8mb3": ["'text'", "'日本'"],
    "varchar(20) charset ucs2": ["'text'", "'日本'"],
    "varchar(20) charset utf16": ["'text'", "'😀'"],
    "varchar(20) charset utf32": ["'text'", "'😀'"],
    "varchar(20) charset gbk": ["'text'", "'中文'"],
    "varchar(20) charset sjis": ["'text'", "'日本'"],
    "varchar(20) charset cp1251": ["'text'", "'Привет'"],
    "varchar(20) charset koi8r": ["'text'", "'Привет'"],
    "varchar(20) charset greek": ["'text'", "'αβγ'"],
    "varchar(300)": ["'text'", "repeat('x', 300)"],
    "national varchar(10)": ["'ä'"],
    "tinytext": ["'tiny'"],
    "text": ["'text'", "'line\\nbreak\\ttab'", "'😀'", "repeat('long', 500)"],
    "mediumtext": ["'medium'"],
    "longtext": ["'long'"],
    "binary(5)": ["'ab'", "x'00ff'", "''"],
    "varbinary(10)": ["'ab'", "x'00ff10'", "''"],
    "tinyblob": ["x'00ff'"],
    "blob": ["'blob'", "x'deadbeef'", "''"],
    "mediumblob": ["'m'"],
    "longblob": ["'l'"],
    "bit(1)": ["b'1'", "b'0'"],
    "bit(8)": ["b'10101010'", "b'0'"],
    "bit(12)": ["b'101010101010'", "b'1'"],
    "bit(64)": ["b'1'", "0xffffffffffffffff", "0x8000000000000001"],
    "date": ["'2024-02-29'", "'1000-01-01'", "'9999-12-31'"],
    "time": ["'13:37:00'", "'-838:59:59'", "'838:59:59'", "'00:00:00'"],
    "time(3)": ["'13:37:00.123'", "'-00:00:00.001'"],
    "time(6)": ["'13:37:00.123456'", "'-12:34:56.000001'", "'-100:00:00.5'"],
    "datetime": ["'2024-02-29 13:37:00'", "'1000-01-01 00:00:00'", "'9999-12-31 23:59:59'"],
    "datetime(1)": ["'2024-02-29 13:37:00.5'"],
    "datetime(3)": ["'2024-02-29 13:37:00.123'", "'1969-12-31 23:59:59.999'"],
    "datetime(6)": ["'2024-02-29 13:37:00.123456'", "'1969-12-31 23:59:59.999999'"],
    "timestamp": ["'2024-02-29 13:37:00'", "'1970-01-02 00:00:01'", "'2038-01-19 03:14:07'"],
    "timestamp(3)": ["'2024-02-29 13:37:00.120'", "'2024-02-29 13:37:00'"],
    "timestamp(6)": ["'2024-02-29 13:37:00.123456'", "'2024-02-29 13:37:00.1'"],
    "year": ["1999", "1901", "2155"],
    "enum('a','b','it''s')": ["'a'", "'it''s'", "'b'"],
    "set('x','y','z')": ["'x'", "'x,z'", "''"],
    "json": ["'{\"a\": [1, null]}'", "'[]'", "'\"text\"'"],
    "point": ["point(1.5, -2)"],
    "geometry": ["st_geomfromtext('POLYGON((0 0, 1 0, 1 1, 0 0))')"],
    "linestring": ["st_geomfromtext('LINESTRING(0 0, 1 1)')"],
}
# Debezium leaves the escapes of a binary default as they are.
NO_DEFAULT = ("binary", "text", "blob", "json", "point", "geometry", "linestring")


def name_of(number: int) -> str:
    return f"c{number}"


def has_default(kind: str) -> bool:
    return not kind.startswith(NO_DEFAULT) and "blob" not in kind and not kind.endswith("text")


def kinds(mode: str):
    """Debezium cannot convert a TIME in other modes than its default."""
    for number, (kind, literals) in enumerate(TYPES.items()):
        if mode == "defaults" or not kind.startswith("time") or kind.startswith("timestamp"):
            yield number, kind, literals


def create_types(mode: str) -> list[str]:
    """A table per type, with a nullable column, a required one, and one with a default; and rows in them."""
    statements = []
    for number, kind, literals in kinds(mode):
        default = f", d {kind} default {literals[0]}" if has_default(kind) else ""
        statements.append(
            f"create table t{number} (id int primary key, n {kind} null, r {kind} not null{default})"
        )
        for row, literal in enumerate(literals):
            statements.append(f"insert into t{number} (id, n, r) values ({row}, {literal}, {literal})")
        statements.append(f"insert into t{number} (id, r) values (1000, {literals[-1]})")
    return statements


def change_types(mode: str) -> list[str]:
    statements = []
    for number, _, literals in kinds(mode):
        for row, literal in enumerate(literals):
            statements.append(f"insert into t{number} (id, n, r) values ({100 + row}, {literal}, {literal})")
        statements.append(f"update t{number} set n = {literals[-1]} where id < 100")
        statements.append(f"update t{number} set id = id + 5000, n = null where id = 100")
        statements.append(f"delete from t{number} where id = 0")
    return statements


CREATE_RANDOM = [
    "create table accounts (id bigint unsigned auto_increment primary key, owner varchar(30) not null,"
    " balance decimal(12,2) default 0.00, note text, changed timestamp(3) default current_timestamp(3))",
    "create table pairs (a int not null, b varchar(10) not null, v double, primary key (a, b))",
    "create table keyless (v int, t varchar(20))",
    "create table uniques (x int not null, y int not null, z int, unique key (x, y))",
]
DDL = [
    "alter table accounts add column extra int default 5",
    "alter table accounts add column extra2 varchar(10) charset latin1 not null default 'é' after owner",
    "alter table accounts modify column note mediumtext, drop column extra",
    "alter table accounts change column extra2 renamed varchar(20) first",
    "create table added (id int not null primary key, e enum('p','q') default 'q', f year)"
    " comment 'one more'",
    "insert into added (id) values (1), (2)",
    "alter table pairs add column w smallint unsigned not null default 3, add index (v)",
    "rename table added to moved",
    "insert into moved values (3, 'p', 2024)",
    "alter table keyless add column id int auto_increment primary key",
    "alter table keyless modify column id bigint not null auto_increment",
    "alter table moved rename to added",
    "alter table added convert to character set latin1",
    "truncate table added",
    "drop table added",
    "alter table uniques alter column z set default 9",
    "create unique index one on uniques (x, z)",
    "create table like_accounts like accounts",
    "insert into like_accounts (owner) values ('l')",
    "alter table pairs drop primary key, add primary key (b, a)",
]


class RandomChanges:
    """Transactions of random statements, with DDL in between; the same for the same seed."""

    def __init__(self, seed: int):
        self.random = random.Random(seed)

    def transactions(self, statements: int):
        ddl = iter(DDL)
        done = 0
        while done < statements:
            if done % (statements // len(DDL)) < 10 and done > 0 and (one := next(ddl, None)):
                yield [one]
            size = self.random.choice((1, 2, 3, 10, 40))
            yield [self.statement() for _ in range(size)]
            done += size

    def statement(self) -> str:
        number = self.random.randrange(300)
        text = "".join(self.random.choice("abcäöü日😀'") for _ in range(8)).replace("'", "''")
        return self.random.choice(
            (
                f"insert into accounts (owner, balance, note) values ('{text}', {number}.5, '{text}')",
                f"update accounts set balance = balance + 1 where id = {number}",
                f"update accounts set note = null where id between {number} and {number + 2}",
                f"delete from accounts where id = {number}",
                f"insert ignore into pairs (a, b, v) values ({number % 7}, '{number % 11}', {number}.25)",
                f"update ignore pairs set b = '{number % 13}' where a = {number % 7} limit 1",
                f"delete from pairs where a = {number % 7} and b = '{number % 11}'",
                f"insert ignore into keyless (v, t) values ({number}, '{text}'), ({number + 1000}, null)",
                f"delete from keyless where v = {number} limit 1",
                f"replace into uniques (x, y, z) values ({number % 20}, {number % 3}, {number})",
                f"update ignore uniques set x = {number % 20} where z = {number}",
            )
        )

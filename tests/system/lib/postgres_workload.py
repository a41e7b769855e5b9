"""Statements that make changes of every kind in a PostgreSQL database: types, operations, DDL in between."""

import random

# A type and literals of it; the first is also its column's default. What Debezium gets wrong is not among
# them: columns of type name, null in its events from the log, and dates that are infinite, which overflow.
TYPES: dict[str, list[str]] = {
    "boolean": ["true", "false"],
    "smallint": ["0", "32767", "-32768"],
    "integer": ["7", "2147483647", "-2147483648"],
    "bigint": ["1", "9223372036854775807", "-9223372036854775808"],
    "oid": ["1", "4294967295"],
    "real": ["1.5", "'NaN'", "3.4e38", "-1e-30", "0.1"],
    "double precision": ["1.5", "'Infinity'", "'-Infinity'", "1e308", "0.1", "-2.2250738585072014e-308"],
    "numeric(10,2)": ["1.50", "-99999999.99", "0", "12345678.9"],
    "numeric(38,10)": ["1.5", "1234567890123456789012345678.0123456789", "-0.0000000001"],
    "numeric(5)": ["1", "99999", "-99999"],
    "numeric": ["1.50", "0", "100", "-12345678901234567890.0123456789", "1e20", "0.000001"],
    "money": ["'$1.50'", "-1234567.89", "0"],
    "char(5)": ["'ab'", "'äöü'", "''"],
    "varchar(20)": ["'text'", "'it''s \\\\ \"quoted\"'", "'日本語'", "''"],
    "text": ["'text'", "E'line\\nbreak\\ttab'", "'😀'", "repeat('long', 50)"],
    '"char"': ["'a'"],
    "bytea": ["'\\x00ff10'", "''", "'\\xdeadbeef'"],
    "bit": ["B'1'", "B'0'"],
    "bit(12)": ["B'101010101010'", "B'000000000000'", "B'100000000001'"],
    "varbit(40)": ["B'101'", "B''", "B'1111000011110000111100001111000011110000'"],
    "varbit": ["B'1'", "B'10101010101'"],
    "date": ["'2024-02-29'", "'1969-12-31'", "'0001-01-01'", "'9999-12-31'"],
    "time": ["'13:37:00.123456'", "'00:00'", "'24:00'"],
    "time(3)": ["'13:37:00.123'", "'23:59:59.999'"],
    "time(0)": ["'13:37:00'"],
    "timetz": ["'13:37:00.5+02'", "'00:00:00-03:30'", "'23:59:59.999999+00'"],
    "timestamp": [
        "'2024-02-29 13:37:00.123456'",
        "'0099-01-01'",
        "'1969-12-31 23:59:59.999999'",
        "'infinity'",
        "'-infinity'",
    ],
    "timestamp(3)": ["'2024-02-29 13:37:00.123'", "'1960-01-01 00:00:00.001'"],
    "timestamp(0)": ["'2024-02-29 13:37:00'"],
    "timestamptz": [
        "'2024-02-29 13:37:00.123456+01'",
        "'1969-12-31 23:59:59-05'",
        "'infinity'",
        "'-infinity'",
    ],
    "timestamptz(2)": ["'2024-02-29 13:37:00.12+01'", "'2024-02-29 13:37:00+01'"],
    "timestamptz(0)": ["'2024-02-29 13:37:00+01'"],
    "interval": ["'1 day'", "'1 year 2 mons -3 days 04:05:06.789'", "'-00:00:01.5'", "'0'", "'1000:00:00'"],
    "json": ["'{\"a\": [1, null]}'", "'\"text\"'", "'  {\"b\":1}  '"],
    "jsonb": ['\'{"b": 1, "a": {"c": 1.50}}\'', "'[]'", "'null'"],
    "xml": ["'<a><b/></a>'"],
    "uuid": ["'76019d1a-ad2e-4b22-96e9-1a6d6543c818'"],
    "inet": ["'192.168.0.1'", "'10.0.0.0/8'", "'2001:db8::1'"],
    "cidr": ["'10.0.0.0/8'"],
    "macaddr": ["'08:00:2b:01:02:03'"],
    "macaddr8": ["'08:00:2b:01:02:03:04:05'"],
    "int4range": ["'[1,5)'", "'empty'", "'[2,]'"],
    "int8range": ["'[1,5]'"],
    "numrange": ["'[1.5,2.5)'", "'(,3]'"],
    "tsrange": ["'[2024-01-01,2024-02-01)'"],
    "tstzrange": ["'[2024-01-01 00:00+00,2024-02-01 00:00+00)'"],
    "daterange": ["'[2024-01-01,2024-02-01)'"],
    "point": ["'(1.5,-2)'", "'(0,0)'"],
    "tsvector": ["'a fat cat'"],
    "mood": ["'happy'", "'sad'"],
    "positive": ["1", "99"],
    "price": ["1.5", "99.99"],
    "hstore": [
        '\'a=>1, b=>NULL, "c d"=>"e\\"f"\'',
        "''",
        "'k1=>v1, k2=>v2, k3=>v3, zz=>1, key=>value, x=>y'",
    ],
    "citext": ["'CaSe'"],
    "ltree": ["'top.science'"],
    "integer[]": ["'{1,NULL,3}'", "'{}'"],
    "bigint[]": ["'{9223372036854775807}'"],
    "smallint[]": ["'{1,2}'"],
    "text[]": ['\'{a,"b c",NULL,"NULL","q\\"u\\\\o",""}\'', "'{}'"],
    "varchar(10)[]": ["'{abc,def}'"],
    "char(3)[]": ["'{a,bcd}'"],
    "numeric(10,2)[]": ["'{1.50,-2.25}'"],
    "double precision[]": ["'{1.5,NULL}'"],
    "real[]": ["'{1.5}'"],
    "boolean[]": ["'{t,f,NULL}'"],
    "date[]": ["'{2024-02-29}'"],
    "time[]": ["'{13:37:00}'"],
    "timestamp[]": ["'{2024-02-29 13:37:00.5}'"],
    "uuid[]": ["'{76019d1a-ad2e-4b22-96e9-1a6d6543c818}'"],
    "json[]": ["ARRAY['{\"a\":1}'::json]"],
    "jsonb[]": ["ARRAY['{\"a\":1}'::jsonb]"],
    "inet[]": ["'{10.0.0.1}'"],
    "int4range[]": ["ARRAY[int4range(1,5)]"],
    "mood[]": ["'{happy,sad}'"],
    "bytea[]": ["ARRAY['\\x00ff'::bytea]"],
    "citext[]": ["'{A,b}'"],
    # Left out by Debezium: they must be left out here too.
    "money[]": ["'{1.5}'"],
    "box": ["'(1,1),(0,0)'"],
    "circle": ["'<(0,0),1>'"],
    "pair": ["'(1,a)'"],
    "pg_lsn": ["'16/B374D848'"],
}

PRELUDE = """
CREATE EXTENSION IF NOT EXISTS hstore;
CREATE EXTENSION IF NOT EXISTS citext;
CREATE EXTENSION IF NOT EXISTS ltree;
CREATE TYPE mood AS ENUM ('sad', 'happy', 'ok, fine');
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE DOMAIN price AS numeric(8,3);
CREATE TYPE pair AS (a integer, b text);
"""


def literals_of(kind: str, mode: str) -> list[str]:
    """Without what Debezium gets wrong: infinity as text and in nanoseconds, shapes as bytes."""
    literals = TYPES[kind]
    if kind in ("box", "circle") and mode == "connect":
        return ["NULL"]
    return literals[:-2] if kind == "timestamp" and mode in ("nanos", "texts") else literals


def in_snapshot(kind: str, mode: str) -> bool:
    """Debezium's snapshot reads money as a floating point number, its log as a decimal."""
    return not (kind == "money" and mode == "texts")


def type_table(number: int) -> str:
    return f"types_{number:02d}"


def create_types(mode: str) -> list[str]:
    """A table for each type: nullable, required, with defaults."""
    statements = [PRELUDE]
    for number, kind in enumerate(TYPES):
        literals = literals_of(kind, mode)
        default = f" DEFAULT {literals[0]}"
        required = " NOT NULL" if literals[0] != "NULL" else ""
        statements.append(
            f"CREATE TABLE {type_table(number)} (id serial PRIMARY KEY, v {kind}, r {kind}{required},"
            f" d {kind}{default}, n {kind}{required}{default})"
        )
        if in_snapshot(kind, mode):
            statements.append(insert_type(number, literals[0], literals[-1]))
    return statements


def insert_type(number: int, value: str, required: str) -> str:
    return f"INSERT INTO {type_table(number)} (v, r) VALUES ({value}, {required})"


def change_types(mode: str) -> list[str]:
    """Every literal of every type inserted, updated and deleted, under both replica identities."""
    statements = []
    for number, kind in enumerate(TYPES):
        literals = literals_of(kind, mode)
        table = type_table(number)
        for identity in ("DEFAULT", "FULL"):
            statements.append(f"ALTER TABLE {table} REPLICA IDENTITY {identity}")
            for literal in literals:
                statements.append(insert_type(number, literal, literal))
                statements.append(insert_type(number, "NULL", literal))
            statements.append(f"UPDATE {table} SET v = {literals[-1]}, d = NULL WHERE id = 1")
            statements.append(f"UPDATE {table} SET id = id + 1000 WHERE id = 2")
            statements.append(f"DELETE FROM {table} WHERE id IN (3, 1002)")
    return statements


DDL = [
    "ALTER TABLE wide ADD COLUMN added text DEFAULT 'new'",
    "ALTER TABLE wide ADD COLUMN required integer NOT NULL DEFAULT 5",
    "ALTER TABLE wide RENAME COLUMN added TO renamed",
    "ALTER TABLE wide ALTER COLUMN renamed TYPE varchar(100)",
    "ALTER TABLE wide DROP COLUMN renamed",
    "ALTER TABLE wide ALTER COLUMN small TYPE bigint",
    "ALTER TABLE wide ALTER COLUMN note SET NOT NULL",
    "ALTER TABLE wide ALTER COLUMN note DROP NOT NULL",
    "ALTER TABLE wide DROP COLUMN required",
    "ALTER TABLE keyless REPLICA IDENTITY FULL",
    "ALTER TABLE composite REPLICA IDENTITY FULL",
    "ALTER TABLE composite REPLICA IDENTITY DEFAULT",
    "ALTER TABLE composite DROP CONSTRAINT composite_pkey, ADD PRIMARY KEY (b)",
    "ALTER TABLE wide REPLICA IDENTITY FULL",
    "ALTER TABLE wide REPLICA IDENTITY DEFAULT",
    "CREATE TABLE later (id integer PRIMARY KEY, a text, b timestamptz)",
]

CREATE_RANDOM = [
    "CREATE TABLE wide (id integer PRIMARY KEY, small smallint, amount numeric(10,2),"
    " note text DEFAULT 'none', at timestamptz, doc jsonb, tags text[], big text)",
    "ALTER TABLE wide ALTER COLUMN big SET STORAGE EXTERNAL",
    "CREATE TABLE keyless (a integer, b text)",
    "ALTER TABLE keyless REPLICA IDENTITY FULL",
    "CREATE TABLE composite (b integer NOT NULL, a integer NOT NULL, c text, PRIMARY KEY (a, b))",
    "CREATE TABLE indexed (x integer NOT NULL, y integer NOT NULL, z text)",
    "CREATE UNIQUE INDEX indexed_y ON indexed (y)",
    "ALTER TABLE indexed REPLICA IDENTITY USING INDEX indexed_y",
    "CREATE TABLE parts (id integer, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at)",
    "CREATE TABLE parts_old PARTITION OF parts FOR VALUES FROM ('2000-01-01') TO ('2024-01-01')",
    "CREATE TABLE parts_new PARTITION OF parts FOR VALUES FROM ('2024-01-01') TO ('2030-01-01')",
]


class RandomChanges:
    """As many transactions as asked for; the same for the same seed."""

    def __init__(self, seed: int):
        self.random = random.Random(seed)
        self.next_id = 1
        self.ids: list[int] = []
        self.later = False

    def transactions(self, statements: int) -> list[list[str]]:
        made: list[list[str]] = []
        count = 0
        every = max(1, statements // (len(DDL) + 1))
        ddl = list(DDL)
        while count < statements:
            size = self.random.choice([1, 1, 1, 2, 5, 20])
            made.append([self.statement() for _ in range(size)])
            count += size
            if ddl and count // every > len(DDL) - len(ddl):
                made.append([ddl.pop(0)])
                self.later = not ddl
        return made

    def statement(self) -> str:
        pick = self.random.random()
        if pick < 0.45:
            return self.insert()
        if pick < 0.75:
            return self.update()
        if pick < 0.9:
            return self.delete()
        return self.elsewhere()

    def insert(self) -> str:
        self.next_id += 1
        self.ids.append(self.next_id)
        value = self.random.choice(["NULL", f"'note {self.next_id}'", "'ä€😀'"])
        big = "repeat('x', 9000)" if self.random.random() < 0.05 else "'short'"
        return (
            "INSERT INTO wide (id, small, amount, note, at, doc, tags, big) VALUES"
            f" ({self.next_id}, {self.random.randint(-9, 9)}, {self.random.random() * 1000:.2f},"
            f" COALESCE({value}, 'x'),"
            f" '2024-01-01'::timestamptz + {self.random.randint(0, 10**6)} * interval '1 s',"
            f" '{{\"n\": {self.next_id}}}', ARRAY['t{self.next_id % 7}'], {big})"
        )

    def chosen(self) -> int:
        return self.random.choice(self.ids) if self.ids else 0

    def update(self) -> str:
        pick = self.random.random()
        if pick < 0.1 and self.ids:
            old = self.ids.pop(self.random.randrange(len(self.ids)))
            self.next_id += 1
            self.ids.append(self.next_id)
            return f"UPDATE wide SET id = {self.next_id} WHERE id = {old}"
        if pick < 0.2:
            low = self.chosen()
            return f"UPDATE wide SET amount = amount + 1 WHERE id BETWEEN {low} AND {low + 5}"
        return f"UPDATE wide SET note = 'changed {self.random.randint(0, 99)}' WHERE id = {self.chosen()}"

    def delete(self) -> str:
        if not self.ids:
            return "SELECT 1"
        return f"DELETE FROM wide WHERE id = {self.ids.pop(self.random.randrange(len(self.ids)))}"

    def elsewhere(self) -> str:
        number = self.random.randint(1, 10**6)
        choices = [
            f"INSERT INTO keyless VALUES ({number % 50}, 'k{number}')",
            f"UPDATE keyless SET b = 'u{number}' WHERE a = {number % 50}",
            f"DELETE FROM keyless WHERE a = {number % 50}",
            f"INSERT INTO composite VALUES ({number}, {number % 100}, 'c') ON CONFLICT DO NOTHING",
            f"UPDATE composite SET c = 'd{number}' WHERE b % 10 = {number % 10}",
            f"DELETE FROM composite WHERE b % 20 = {number % 20}",
            f"INSERT INTO indexed VALUES ({number}, {number}, 'i') ON CONFLICT DO NOTHING",
            f"UPDATE indexed SET y = y + 10000000 WHERE x % 10 = {number % 10}",
            f"DELETE FROM indexed WHERE x % 20 = {number % 20}",
            f"INSERT INTO parts VALUES ({number}, '2023-05-05'), ({number}, '2024-05-05')"
            " ON CONFLICT DO NOTHING",
            f"UPDATE parts SET at = '2025-01-01' WHERE id % 10 = {number % 10} AND at = '2023-05-05'",
            "TRUNCATE composite" if number % 20 == 0 else "SELECT 1",
        ]
        if self.later:
            choices.append(f"INSERT INTO later VALUES ({number}, 'l', now()) ON CONFLICT DO NOTHING")
        return self.random.choice(choices)

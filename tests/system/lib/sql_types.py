"""Tables with a column of every type that can go through a topic and come back, for each kind of database."""

from dataclasses import dataclass


@dataclass(frozen=True)
class EveryType:
    columns: str
    values: str  # of three rows with id 1 to 3
    shown: str = "*"  # as the database shows it, so that nothing is lost in Python
    no_json: str = ""  # an UPDATE for what JSON has no numbers for
    lost: str = ""  # columns that the connectors do not bring back


POSTGRES = EveryType(
    columns="""
        id INT PRIMARY KEY, small SMALLINT, big BIGINT, yes BOOLEAN, r REAL, d DOUBLE PRECISION,
        n NUMERIC(38,10), huge NUMERIC(60,20), t TEXT, v VARCHAR(20), c CHAR(5), raw BYTEA, day DATE,
        clock TIME(3), at TIMESTAMP(3), zoned TIMESTAMPTZ(3), u UUID, j JSON, jb JSONB, bits BIT(12),
        flag BIT(1)""",
    values="""
        (1, -32768, 9223372036854775807, true, 'NaN', '-Infinity', -1234567890123456789012345678.0123456789,
         1234567890123456789012345678901234567890.12345678901234567890, E'tab\\t "quotes" \\\\ Zoë 🌊 ''',
         'v', 'c', '\\x00ff5c0a', '0001-01-01', '23:59:59.999', '9999-12-31 23:59:59.999',
         '2024-10-27 00:30:00+00', '00112233-4455-6677-8899-aabbccddeeff', '{"a": [1, null]}',
         '{"b": "x"}', B'101010101010', B'1'),
        (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
         NULL, NULL, NULL, NULL),
        (3, 0, 0, false, 1.5e-40, 5e-324, 0, 0, '', '', '', '', '1970-01-01', '00:00:00',
         '1969-12-31 23:59:59.999', 'infinity', '00000000-0000-0000-0000-000000000000', '[]', '{}',
         B'000000000000', B'0')""",
    shown="id, small, big, yes, r, d, n, huge, t, v, c, raw, day, clock, at, zoned, u, j, jb, flag",
    no_json="UPDATE every SET r = 3.4028235e38, d = 0.1 WHERE id = 1",
    lost="bits",  # arrive as bytes, which bit columns do not take
)

MARIADB = EveryType(
    columns="""
        id INT PRIMARY KEY, tiny TINYINT, flag TINYINT(1), small SMALLINT, medium MEDIUMINT, big BIGINT,
        utiny TINYINT UNSIGNED, uint INT UNSIGNED, ubig BIGINT UNSIGNED, r FLOAT, d DOUBLE,
        n DECIMAL(38,10), huge DECIMAL(65,30), t LONGTEXT, v VARCHAR(20), c CHAR(5), raw LONGBLOB,
        few VARBINARY(20), day DATE, clock TIME(3), at DATETIME(3), zoned TIMESTAMP(3) NULL, u UUID, j JSON,
        e ENUM('a', 'b''c'), s SET('x', 'y')""",
    values="""
        (1, -128, 1, -32768, -8388608, 9223372036854775807, 255, 4294967295, 9223372036854775807,
         -3.402823e38, -1.7976931348623157e308, -1234567890123456789012345678.0123456789,
         12345678901234567890123456789012345.123456789012345678901234567890,
         'tab\\t "quotes" \\\\ Zoë 🌊 ''', 'v', 'c', x'00ff5c0a', x'00', '0001-01-01', '23:59:59.999',
         '9999-12-31 23:59:59.999', '2024-10-27 00:30:00', '00112233-4455-6677-8899-aabbccddeeff',
         '{"a": [1, null]}', 'b''c', 'x,y'),
        (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
         NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
        (3, 0, 0, 0, 0, 0, 0, 0, 0, 0.1, 5e-324, 0, 0, '', '', '', '', '', '1970-01-01', '00:00:00',
         '1969-12-31 23:59:59.999', '1970-01-01 00:00:01', '00000000-0000-0000-0000-000000000000', '[]',
         'a', '')""",
    shown="""
        id, tiny, flag, small, medium, big, utiny, uint, ubig, r, d, n, huge, t, v, c, hex(raw), hex(few),
        day, clock, at, zoned, u, j, e, s""",
)

SQLITE = EveryType(
    columns="""
        id INTEGER PRIMARY KEY, i BIGINT, r DOUBLE, t TEXT, b BLOB, yes BOOLEAN, n DECIMAL(10,2), day DATE,
        at TIMESTAMP""",
    values="""
        (1, 1 << 40, 0.1, 'Zoë 🌊', x'00ff', 1, '12.50', 1714521600000, 1714557600123),
        (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
        (3, 0, -1.5e300, '', x'', 0, '-0.01', -62135596800000, -1)""",
)

# What their ODBC drivers have other names for comes and goes as text, and is left out.
ODBC_POSTGRES = EveryType(
    columns="""
        id INT PRIMARY KEY, small SMALLINT, big BIGINT, yes BOOLEAN, r REAL, d DOUBLE PRECISION,
        n NUMERIC(28,10), t TEXT, v VARCHAR(20), c CHAR(5), raw BYTEA, day DATE, clock TIME(3),
        at TIMESTAMP(3), zoned TIMESTAMPTZ(3), u UUID""",
    values="""
        (1, -32768, 9223372036854775807, true, 3.4028235e38, 0.1, -123456789012345678.0123456789,
         E'tab\\t "quotes" \\\\ Zoë 🌊 ''', 'v', 'c', '\\x00ff5c0a', '0001-01-01', '23:59:59.999',
         '9999-12-31 23:59:59.999', '2024-10-27 00:30:00+00', '00112233-4455-6677-8899-aabbccddeeff'),
        (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
        (3, 0, 0, false, 1.5e-40, 5e-324, 0, '', '', '', '', '1970-01-01', '00:00:00',
         '1969-12-31 23:59:59.999', '1970-01-01 00:00:00+00', '00000000-0000-0000-0000-000000000000')""",
)

EVERY_TYPE = {
    "postgres": POSTGRES,
    "mariadb": MARIADB,
    "sqlite": SQLITE,
    "odbc-postgres": ODBC_POSTGRES,
    "odbc-mariadb": MARIADB,
}

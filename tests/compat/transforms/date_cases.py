"""Patterns of SimpleDateFormat, and texts that mostly fit them."""

DATE_PATTERNS = [
    "yyyy-MM-dd",
    "yyyyMMdd",
    "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'",
    "yyyy-MM-dd HH:mm:ss",
    "dd/MM/yy",
    "d.M.y",
    "EEE, d MMM yyyy HH:mm:ss Z",
    "EEEE MMMM d yyyy",
    "yyyy-MM-dd'T'HH:mm:ssXXX",
    "yyyy-MM-dd'T'HH:mm:ssX",
    "h:mm a",
    "hh 'o''clock' a, zzzz",
    "yyyy.MM.dd G 'at' HH:mm:ss z",
    "YYYY-'W'ww-u",
    "yyyy-DDD",
    "kk:mm",
    "K:mm a",
    "yyyy MM F E",
    "MMM yyyy W",
    "yyMMddHHmmssSSS",
    "yyyy-MM-dd HH:mm:ss.SSSSSS",
    "LLL LL",
    "SSS",
    "yyyy",
    "HHmm",
    "EEE w yyyy",
]
BAD_PATTERNS = ["b", "yyyy'", "XXXX", "yyyy-mm-ddT", " ", "", "ee"]
# What a pattern is tried with: texts that fit, that fit leniently, and that do not.
DATE_TEXTS = {
    "yyyy-MM-dd": [
        "2019-08-23",
        "2019-8-3",
        "19-1-1",
        "2019-13-45",
        "2019-02-29",
        "-5-01-01",
        "0001-01-01",
        "1582-10-10",
        "1500-03-01",
        "2019-08-23T11",
        "2019-08",
        "a",
    ],
    "yyyyMMdd": ["20190823", "2019082", "201908231", "00010101", "20190230"],
    "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'": [
        "2019-08-23T14:34:54.346Z",
        "2019-08-23T14:34:54.34Z",
        "2019-08-23T14:34:54.3467Z",
        "2019-08-23T25:61:61.000Z",
        "2019-08-23T14:34:54Z",
    ],
    "yyyy-MM-dd HH:mm:ss": ["2019-08-23 14:34:54", "2019-08-23  14:34:54", "2019-08-23 -1:00:00"],
    "dd/MM/yy": ["23/08/19", "1/2/3", "01/01/99", "01/01/0019", "01/01/46", "01/01/45"],
    "d.M.y": ["3.8.19", "3.8.2019", "31.12.99"],
    "EEE, d MMM yyyy HH:mm:ss Z": [
        "Fri, 23 Aug 2019 14:34:54 +0200",
        "friday, 23 august 2019 14:34:54 GMT",
        "Mon, 23 Aug 2019 14:34:54 -0730",
        "Fri, 23 Aug 2019 14:34:54 PDT",
        "Fri, 23 Foo 2019 14:34:54 +0200",
    ],
    "EEEE MMMM d yyyy": ["Friday August 23 2019", "Sun Jan 1 2020", "Monday September 9 1999"],
    "yyyy-MM-dd'T'HH:mm:ssXXX": [
        "2019-08-23T14:34:54+02:00",
        "2019-08-23T14:34:54Z",
        "2019-08-23T14:34:54+0200",
        "2019-08-23T14:34:54-11:30",
    ],
    "yyyy-MM-dd'T'HH:mm:ssX": [
        "2019-08-23T14:34:54+02",
        "2019-08-23T14:34:54Z",
        "2019-08-23T14:34:54+02:30",
    ],
    "h:mm a": ["2:34 PM", "12:00 am", "12:00 pm", "13:00 PM", "0:05 AM", "2:34"],
    "hh 'o''clock' a, zzzz": [
        "02 o'clock PM, Coordinated Universal Time",
        "02 o'clock AM, GMT+02:00",
        "11 o'clock PM, CET",
    ],
    "yyyy.MM.dd G 'at' HH:mm:ss z": [
        "2019.08.23 AD at 14:34:54 UTC",
        "0005.01.01 BC at 00:00:00 GMT",
        "2019.08.23 AD at 14:34:54 EST",
        "2019.08.23 ad at 14:34:54 CEST",
        "2019.08.23 AD at 1:2:3 XYZ",
    ],
    "YYYY-'W'ww-u": ["2019-W34-5", "2020-W01-1", "2020-W53-7", "2015-W00-0", "2019-W34-9"],
    "yyyy-DDD": ["2019-235", "2020-366", "2019-366", "1582-300", "2019-0"],
    "kk:mm": ["24:10", "1:00", "23:59"],
    "K:mm a": ["0:10 PM", "11:59 AM"],
    "yyyy MM F E": ["2019 08 2 Fri", "2019 08 -1 Mon", "2019 08 0 Tue", "2019 02 5 Sunday"],
    "MMM yyyy W": ["Aug 2019 3", "August 2019 0", "Feb 2020 6"],
    "yyMMddHHmmssSSS": ["190823143454346", "19082314345434"],
    "yyyy-MM-dd HH:mm:ss.SSSSSS": ["2019-08-23 14:34:54.346789", "2019-08-23 14:34:54.3"],
    "LLL LL": ["Aug 08", "August 9"],
    "SSS": ["5", "123456789", "-5", "12345678901234567890", "1E3"],
    "yyyy": ["2019", "5E2", "99999", "0", "-44", "2147483647", "19"],
    "HHmm": ["1434", "143", "99999"],
    "EEE w yyyy": ["Fri 34 2019", "Sun 1 2020", "Sat 53 2016"],
}


def date_text(rng, pattern):
    """A text that mostly fits the pattern, by crude means."""
    options = DATE_TEXTS.get(pattern, [])
    if options and rng.random() < 0.9:
        return rng.choice(options)
    return rng.choice(["2019-08-23", "", "x", " 5", "1566570894346", "20190823"])

"""Paths, methods and headers, right and wrong."""

from step import Step


def paths() -> list[Step]:
    return [
        Step("GET", path)
        for path in (
            "/",
            "/health",
            "/connectors",
            "/connectors/",
            "/connectors?expand",
            "/connectors?expand=",
            "/connectors?expand=bogus&x=1",
            "/connectors?expand=info&expand=status",
            "/connectors?unknown=1",
            "/nope",
            "/CONNECTORS",
            "/connectors/x;a=b",
            "/connectors/%C3%A9",
            "/connectors/a%20b/config",
            "/connectors/x/tasks/a/status",
            "/connectors/x/tasks/99999999999/status",
            "/connectors/x/tasks/-1/status",
            "/connectors/x/tasks/+1/status",
            "/connectors/x/tasks-config",
            "/connectors/x/y/z",
            "/application.wadl",
            "//connectors",
            "/connectors//x",
            "/connectors/a%2Fb",
            "/connectors/a%25b",
            "/connectors/a%5Cb",
            "/connectors/%ff",
            "/connectors/%zz",
        )
    ]


def methods_and_headers() -> list[Step]:
    steps = [
        Step(method, path)
        for method, path in (
            ("POST", "/"),
            ("DELETE", "/connectors"),
            ("PATCH", "/connectors/x"),
            ("FOO", "/connectors"),
            ("OPTIONS", "/"),
            ("OPTIONS", "/connectors"),
            ("OPTIONS", "/connectors/x"),
            ("OPTIONS", "/connectors/x/config"),
            ("OPTIONS", "/connectors/x/tasks/0/status"),
            ("OPTIONS", "/connectors/x/offsets"),
            ("OPTIONS", "/nope"),
            ("HEAD", "/connectors"),
            ("HEAD", "/connectors/x"),
            ("DELETE", "/admin/loggers/root"),
        )
    ]
    steps += [
        Step("GET", "/connectors", headers={"Accept": accept})
        for accept in (
            "text/html",
            "*/*",
            "application/*",
            "text/html, */*;q=0.1",
            "bogus",
            "application/json",
        )
    ]
    steps += [
        Step("OPTIONS", "/connectors", headers={"Accept": "application/json"}),
        Step("GET", "/connectors", headers={"Origin": "http://example.com"}),
        Step("GET", "/connectors", headers={"Origin": "http://evil.com"}),
        Step("GET", "/nope", headers={"Origin": "http://example.com"}),
        Step(
            "OPTIONS",
            "/connectors",
            headers={
                "Origin": "http://example.com",
                "Access-Control-Request-Method": "PUT",
                "Access-Control-Request-Headers": "Content-Type",
            },
        ),
        Step("POST", "/connectors", "x", {"Content-Type": "text/plain"}),
        Step("POST", "/connectors", "{}", {"Content-Type": "application/x-www-form-urlencoded"}),
        Step("PUT", "/connectors/x/pause", "x", {"Content-Type": "text/plain"}),
        Step("PUT", "/connectors/x/pause", "", {"Content-Type": "text/plain"}),
        Step("PUT", "/connectors/x/pause", "{}", {"Content-Type": "application/json;charset=utf-8"}),
        Step("PUT", "/connectors/x/pause"),
    ]
    return steps

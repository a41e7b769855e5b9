"""Lets the two tests share a process, and with it the brokers."""


def pytest_collection_modifyitems(items) -> None:
    import pytest

    for item in items:
        if "compat/rest" in str(item.path):
            item.add_marker(pytest.mark.xdist_group("compat-rest"))

"""Gives every system test, those beside the connectors too, the fixtures of tests/system/lib."""

pytest_plugins = ["lib.fixtures"]

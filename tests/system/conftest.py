"""The fixtures themselves are in lib/fixtures.py, where the connectors' own system tests find them too."""

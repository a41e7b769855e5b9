"""Where things are in this checkout."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
DEPS = Path(os.environ.get("SLUICE_DEPS_DIR", ROOT / ".deps"))


def versions() -> dict[str, str]:
    """What versions.env pins."""
    lines = (ROOT / "versions.env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def sluice_binary() -> Path:
    binary = Path(os.environ.get("SLUICE_BINARY", ROOT / "build" / "sluice"))
    if not binary.exists():
        raise FileNotFoundError(f"{binary} is not built: run ./dev build")
    return binary

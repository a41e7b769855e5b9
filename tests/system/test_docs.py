"""The reference pages in the tree are what the binary writes today."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def pages(folder: Path) -> dict[str, str]:
    return {page.name: page.read_text() for page in folder.glob("*.md")}


def test_reference_pages_are_current(tmp_path):
    subprocess.run([ROOT / "build" / "sluice", "docs", tmp_path], check=True)
    written, kept = pages(tmp_path), pages(ROOT / "docs" / "reference")
    assert written.keys() == kept.keys(), "run ./dev docs"
    stale = [name for name, text in written.items() if kept[name] != text]
    assert not stale, f"run ./dev docs: {', '.join(stale)}"

#!/usr/bin/env bash
# Writes tools/python/<set>.txt from <set>.in: every package, indirect ones too, with version and hash.
# Run it after changing an .in file; the result is for Linux x86-64 and Debian 12's Python.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=tools/dev/lib.sh
source tools/dev/lib.sh

lock() {
  local set=$1 report
  report=$(mktemp)
  env -u PIP_FIND_LINKS "$VENV/bin/python" -m pip install --quiet --dry-run --ignore-installed \
    --only-binary :all: --report "$report" -r "tools/python/$set.in"
  python3 - "$report" "$set" >"tools/python/$set.txt" <<'PYTHON'
import json
import sys

report, name = sys.argv[1:]
print(f"# Written by tools/dev/lock_python.sh from {name}.in. Do not edit.")
for item in sorted(json.load(open(report))["install"], key=lambda i: i["metadata"]["name"].lower()):
    meta = item["metadata"]
    sha = item["download_info"]["archive_info"]["hashes"]["sha256"]
    print(f"{meta['name']}=={meta['version']} --hash=sha256:{sha}")
PYTHON
  rm "$report"
  say "tools/python/$set.txt: $(grep -c == "tools/python/$set.txt") packages"
}

make_venv
for file in tools/python/*.in; do
  lock "$(basename "$file" .in)"
done

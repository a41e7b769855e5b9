#!/usr/bin/env bash
# hide_bundled_symbols.sh <libparquet.so> <patchelf>
#
# The wheel's libparquet exports the OpenSSL and the simdjson that are linked into it. The dynamic linker would bind
# its calls to the system's OpenSSL 3.0 and simdjson 3.0 (and theirs to its copies): same names, other layouts.
# So every exported name that is not libparquet's own gets a prefix. tools/checks/arrow_bindings_test.py proves it.
set -euo pipefail
library=$1
patchelf=$2
map=$(mktemp)

# All C names belong to bundled libraries; among C++ names, those that mention simdjson.
nm -D --defined-only "$library" |
  awk '{ name = $3; sub(/@.*/, "", name) }
       name !~ /^_Z/ || name ~ /simdjson/ { print name " pqz_" name }' |
  sort -u >"$map"
"$patchelf" --rename-dynamic-symbols "$map" "$library"
echo "$(wc -l <"$map") names hidden in $(basename "$library")"
rm "$map"

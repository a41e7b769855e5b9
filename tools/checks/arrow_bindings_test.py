#!/usr/bin/env python3
"""arrow_bindings_test.py <program>: no call crosses between Arrow's libraries and the system's.

The wheel's libraries carry their own OpenSSL and simdjson (tools/dev/hide_bundled_symbols.sh). The program
links both sides; the dynamic linker tells where it binds each symbol. Both sides may use the C and C++
runtime, and share the C++ standard library's inline functions, which are the same code everywhere.
"""

import os
import re
import subprocess
import sys

BINDING = re.compile(r"binding file (\S+) \[\d+\] to (\S+) \[\d+\]: \w+ symbol `([^']+)'")
ARROW = re.compile(r"/lib(?:arrow|parquet)[\w.]*$")
RUNTIME = re.compile(r"/(?:lib(?:c|m|dl|rt|pthread|stdc\+\+|gcc_s|resolv)|ld-linux-x86-64)\.so")
STANDARD_LIBRARY = re.compile(
    r"_Z(?:NK?S[tabsiod]|S[tabsiod]|T[VIST]+N?K?S[tabsiod]|GVZ?NS[tabsiod]|n[wa]|d[la])"
)


def crossings(report: str, program: str) -> tuple[int, list[str]]:
    """How many bindings there are, and which cross between the two sides."""
    bindings = BINDING.findall(report)
    crossing = []
    for source, target, symbol in bindings:
        if bool(ARROW.search(source)) == bool(ARROW.search(target)):
            continue
        if RUNTIME.search(source) or RUNTIME.search(target) or STANDARD_LIBRARY.match(symbol):
            continue
        if os.path.realpath(source) != os.path.realpath(program):
            crossing.append(f"{source} -> {target}: {symbol}")
    return len(bindings), crossing


def main() -> None:
    program = sys.argv[1]
    env = {**os.environ, "LD_DEBUG": "bindings", "LD_BIND_NOW": "1"}
    run = subprocess.run([program], env=env, capture_output=True, text=True, check=True)
    total, crossing = crossings(run.stderr, program)
    for line in crossing[:20]:
        print(line)
    both_sides = all(name in run.stderr for name in ("libparquet.so", "libcrypto.so", "libsimdjson.so"))
    print(f"{total} bindings, {len(crossing)} cross between Arrow and the system")
    sys.exit(0 if total and both_sides and not crossing else 1)


if __name__ == "__main__":
    main()

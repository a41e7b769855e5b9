"""Child processes and waiting for them: every wait has a deadline and fails with the reason."""

import ctypes
import os
import random
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Value = TypeVar("Value")


# Below those that the system gives to outgoing connections, which could take the port before its server does.
SERVER_PORTS = range(12_000, 32_000)


# A server may take its time until it listens: who has been given a port is noted for so long.
PORTS_GIVEN = Path(tempfile.gettempdir()) / f"sluice-ports-{os.getuid()}"
GIVEN_SECONDS = 120


def take_port(port: int) -> bool:
    """Whether nobody has been given it lately, in any of the processes that run tests."""
    PORTS_GIVEN.mkdir(exist_ok=True)
    note = PORTS_GIVEN / str(port)
    if note.exists() and time.time() - note.stat().st_mtime > GIVEN_SECONDS:
        note.unlink(missing_ok=True)
    try:
        note.touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def free_port() -> int:
    """A port that nobody listens on, or is about to."""
    while True:
        port = random.SystemRandom().choice(SERVER_PORTS)
        if not take_port(port):
            continue
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def wait_until(
    what: str, condition: Callable[[], Value], seconds: float = 30, alive: Callable[[], None] | None = None
) -> Value:
    """The condition's first true value. `alive` raises when waiting on makes no sense any more."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if alive:
            alive()
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {seconds:g} s: {what} (last seen: {value!r})")
        time.sleep(0.02)


def accepts(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def die_with_parent() -> None:
    """For preexec_fn: a test run that is killed leaves no server behind."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class Child:
    """One process with its output in a file."""

    def __init__(self, command: list, log: Path, *, detached: bool = False, **popen):
        self.log = log
        self.name = Path(command[0]).name
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [str(word) for word in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=None if detached else die_with_parent,
                **popen,
            )

    @property
    def pid(self) -> int:
        return self.process.pid

    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def running(self) -> bool:
        return self.process.poll() is None

    def check_alive(self) -> None:
        if not self.running():
            tail = self.output()[-4000:]
            raise RuntimeError(f"{self.name} ended with status {self.process.returncode}:\n{tail}")

    def stop(self, seconds: float = 30) -> int:
        """SIGTERM, then SIGKILL when it does not listen. The exit status."""
        if self.running():
            self.process.terminate()
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.kill()
        return self.process.returncode

    def kill(self) -> None:
        """kill -9, and waits until it is gone."""
        self.process.kill()
        self.process.wait()


def rss_bytes(pid: int) -> int:
    """Resident memory."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0


def peak_rss_bytes(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


def cpu_seconds(pid: int) -> float:
    """User and system time of the process, its dead children not included."""
    fields = process_stat(pid)
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def start_time(pid: int) -> str | None:
    """Tells a process from a later one with the same id; None if there is none."""
    try:
        return process_stat(pid)[19]
    except FileNotFoundError:
        return None


def process_stat(pid: int) -> list[str]:
    # The name in brackets may hold spaces; what follows it is numbered from the state on.
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()

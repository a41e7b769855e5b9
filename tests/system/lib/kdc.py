"""A real Kerberos key distribution centre (MIT's, Debian's) in a temporary folder, on a free port."""

import os
import shutil
import subprocess
from pathlib import Path

from lib.processes import Child, accepts, free_port, wait_until

REALM = "SLUICE.TEST"
PATH = os.environ["PATH"] + ":/usr/sbin:/usr/bin"

# As in Java, 127.0.0.1 is localhost to both libraries by /etc/hosts: no test asks a name server.
CLIENTS = """\
[libdefaults]
 default_realm = {realm}
 dns_lookup_kdc = false
 dns_lookup_realm = false
 qualify_shortname = ""
 udp_preference_limit = 1
[realms]
 {realm} = {{
  kdc = 127.0.0.1:{port}
 }}
"""

SERVER = """\
[kdcdefaults]
 kdc_listen = 127.0.0.1:{port}
 kdc_tcp_listen = 127.0.0.1:{port}
[realms]
 {realm} = {{
  database_name = {directory}/principal
  key_stash_file = {directory}/stash
  acl_file = {directory}/kadm5.acl
  max_life = 1h
  supported_enctypes = aes256-cts-hmac-sha1-96:normal
 }}
"""


def program(name: str) -> str:
    found = shutil.which(name, path=PATH)
    if found is None:
        raise FileNotFoundError(f"{name} is not installed: run ./dev setup test")
    return found


class Kdc:
    """Starts in the constructor; ready when it returns."""

    def __init__(self, directory: Path):
        self.directory = directory.resolve()
        self.port = free_port()
        self.config = self.directory / "krb5.conf"
        values = {"realm": REALM, "port": self.port, "directory": self.directory}
        self.config.write_text(CLIENTS.format(**values))
        (self.directory / "kdc.conf").write_text(SERVER.format(**values))
        self.environment = {
            "KRB5_CONFIG": str(self.config),
            "KRB5_KDC_PROFILE": str(self.directory / "kdc.conf"),
        }
        self._run("kdb5_util", "create", "-s", "-r", REALM, "-P", "master-secret")
        self.start()

    def start(self) -> None:
        self.child = Child(
            [program("krb5kdc"), "-n"], self.directory / "kdc.log", env=os.environ | self.environment
        )
        wait_until("the KDC is up", lambda: accepts(self.port), 20, self.child.check_alive)

    def keytab(self, principal: str, max_life: str = "1h") -> Path:
        """Makes the principal, and a file with its keys."""
        path = self.directory / (principal.replace("/", "-") + ".keytab")
        self._run("kadmin.local", "-q", f'addprinc -randkey -maxlife "{max_life}" {principal}@{REALM}')
        self._run("kadmin.local", "-q", f"ktadd -k {path} {principal}@{REALM}")
        return path

    def ticket_cache(self, principal: str, keytab: Path) -> Path:
        """What kinit leaves behind."""
        path = self.directory / (principal + ".ccache")
        self._run("kinit", "-k", "-t", str(keytab), "-c", f"FILE:{path}", f"{principal}@{REALM}")
        return path

    def kill(self) -> None:
        self.child.kill()

    def _run(self, name: str, *arguments: str) -> None:
        subprocess.run(
            [program(name), *arguments],
            env=os.environ | self.environment,
            check=True,
            capture_output=True,
            timeout=60,
        )

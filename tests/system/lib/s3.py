"""A real S3 server (versitygw: checks signatures, multipart, conditional writes) over a folder."""

import os
import shutil
import tempfile
from pathlib import Path

import boto3

from lib.places import DEPS
from lib.processes import Child, accepts, free_port, wait_until

ACCESS_KEY = "sluice-test"
SECRET_KEY = "sluice-test-secret"
REGION = "us-east-1"


class S3:
    """Starts in the constructor. The bytes of an object are the file <directory>/objects/<bucket>/<key>."""

    def __init__(self, directory: Path | None = None, detached: bool = False) -> None:
        """Without a directory in a temporary one, which goes when it is stopped."""
        binary = DEPS / "bin" / "versitygw"
        if not binary.exists():
            raise FileNotFoundError("there is no versitygw: run ./dev setup test")
        self.directory = directory or Path(tempfile.mkdtemp(prefix="sluice-s3-"))
        self.port = free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        (self.directory / "objects").mkdir(exist_ok=True)
        self.detached = detached
        self.restart()

    def restart(self) -> None:
        """After a kill: the same address, the same objects."""
        keys = {"ROOT_ACCESS_KEY": ACCESS_KEY, "ROOT_SECRET_KEY": SECRET_KEY}
        binary = DEPS / "bin" / "versitygw"
        command = [binary, "--port", f"127.0.0.1:{self.port}", "--region", REGION, "--quiet", "posix"]
        self.child = Child(
            [*command, self.directory / "objects"],
            self.directory / "s3.log",
            detached=self.detached,
            env=os.environ | keys,
        )
        wait_until("the S3 server listens", lambda: accepts(self.port), 20, self.child.check_alive)

    def client(self, secret: str = SECRET_KEY):
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            aws_access_key_id=ACCESS_KEY,
            aws_secret_access_key=secret,
            region_name=REGION,
        )

    def create_bucket(self, name: str) -> str:
        self.client().create_bucket(Bucket=name)
        return name

    def keys(self, bucket: str, prefix: str = "") -> list[str]:
        pages = self.client().get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        return sorted(item["Key"] for page in pages for item in page.get("Contents", []))

    def stop(self) -> None:
        self.child.kill()
        shutil.rmtree(self.directory, ignore_errors=True)

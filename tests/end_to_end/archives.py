"""Starts real archives on this computer: DCMTK's storescp and Orthanc, on ports of their own.

Both are Debian packages (dcmtk, orthanc). Tests use them; by hand, this starts one of each and
prints how to reach it, until it is stopped:

    python -m tests.end_to_end.archives [FOLDER]
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from woundtrack.model import Archive

LOOPBACK = "127.0.0.1"
_PATIENCE_S = 30.0


@dataclass(frozen=True, kw_only=True)
class Received:
    """A running archive: how it is reached, and what it keeps.

    ``folder`` is where storescp writes files; ``http`` the address of Orthanc's own interface.
    """

    archive: Archive
    folder: Path
    http: str = ""

    def files(self) -> list[bytes]:
        """Return what storescp received, file by file."""
        return [path.read_bytes() for path in sorted(self.folder.iterdir()) if path.is_file()]

    def file(self, uid: str) -> bytes:
        """Return the file of an object as Orthanc keeps it. Raises ``LookupError``."""
        found = json.loads(self._asked("tools/lookup", uid.encode()))
        for one in found:
            if one["Type"] == "Instance":
                return self._asked(f"instances/{one['ID']}/file")
        raise LookupError(uid)

    def count(self) -> int:
        """Return how many objects Orthanc keeps."""
        return len(json.loads(self._asked("instances")))

    def _asked(self, path: str, data: bytes | None = None) -> bytes:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{self.http}/{path}", data) as answer:
            return bytes(answer.read())


def missing(*programs: str) -> str:
    """Return which programs aren't installed, in words; empty where all are."""
    gone = [one for one in programs if shutil.which(one, path=_path()) is None]
    return f"not installed: {', '.join(gone)}" if gone else ""


def free_port() -> int:
    """Return a port of this computer that nobody uses now."""
    with socket.socket() as one:
        one.bind((LOOPBACK, 0))
        return int(one.getsockname()[1])


@contextmanager
def storescp(folder: Path, *options: str, **facts: object) -> Iterator[Received]:
    """Run DCMTK's storescp, which writes what it receives into a folder, to the bit."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    command = [_program("storescp"), "-aet", "STORESCP", "-od", str(folder), "+B", *options]
    archive = Archive(
        name="storescp",
        host=LOOPBACK,
        port=port,
        title="STORESCP",
        **facts,  # type: ignore[arg-type]
    )
    with _running([*command, str(port)], port):
        yield Received(archive=archive, folder=folder)


@contextmanager
def orthanc(folder: Path) -> Iterator[Received]:
    """Run Orthanc with its database in a folder; it keeps files as they came."""
    folder.mkdir(parents=True, exist_ok=True)
    port, http = free_port(), free_port()
    settings = folder / "orthanc.json"
    settings.write_text(
        json.dumps(
            {
                "Name": "Orthanc for tests",
                "StorageDirectory": str(folder / "storage"),
                "IndexDirectory": str(folder / "storage"),
                "StorageCompression": False,
                "Plugins": [],
                "HttpPort": http,
                "RemoteAccessAllowed": False,
                "AuthenticationEnabled": False,
                "DicomAet": "ORTHANC",
                "DicomPort": port,
                "DicomCheckCalledAet": True,
            }
        )
    )
    archive = Archive(name="Orthanc", host=LOOPBACK, port=port, title="ORTHANC")
    with _running([_program("Orthanc"), str(settings)], port, http):
        yield Received(archive=archive, folder=folder, http=f"http://{LOOPBACK}:{http}")


def certificates(folder: Path) -> dict[str, Path]:
    """Make a certificate authority, and certificates of an archive and of this computer.

    Returns the paths ``ca``, ``archive``, ``archive_key``, ``own`` and ``own_key``, all PEM, and
    ``stranger``, an authority that signed none of them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = {}
    for name in ("ca", "stranger"):
        paths[name], paths[f"{name}_key"] = folder / f"{name}.pem", folder / f"{name}.key"
        _openssl(
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}",
            "-keyout", paths[f"{name}_key"], "-out", paths[name],
        )  # fmt: skip
    names = folder / "names.cnf"
    names.write_text(f"subjectAltName=IP:{LOOPBACK},DNS:localhost\n")
    for name in ("archive", "own"):
        paths[name], paths[f"{name}_key"] = folder / f"{name}.pem", folder / f"{name}.key"
        wish = folder / f"{name}.csr"
        _openssl(
            "req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}",
            "-keyout", paths[f"{name}_key"], "-out", wish,
        )  # fmt: skip
        _openssl(
            "x509", "-req", "-in", wish, "-days", "2", "-extfile", names, "-CA", paths["ca"],
            "-CAkey", paths["ca_key"], "-set_serial", str(len(paths)), "-out", paths[name],
        )  # fmt: skip
    return paths


def _openssl(*words: str | Path) -> None:
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)


def _path() -> str:
    # pynetdicom puts programs of the names of DCMTK's beside the interpreter; and Debian keeps
    # Orthanc among the programs of the administrator.
    own = Path(sys.executable).parent
    folders = os.environ.get("PATH", "").split(os.pathsep)
    return os.pathsep.join([*(one for one in folders if Path(one) != own), "/usr/sbin"])


def _program(name: str) -> str:
    found = shutil.which(name, path=_path())
    if found is None:
        raise FileNotFoundError(name)
    return found


@contextmanager
def _running(command: list[str], *ports: int) -> Iterator[None]:
    with tempfile.TemporaryFile() as said:
        program = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT)
        try:
            until = time.monotonic() + _PATIENCE_S
            for port in ports:
                while not _answers(port):
                    if program.poll() is not None or time.monotonic() > until:
                        said.seek(0)
                        raise RuntimeError(said.read().decode(errors="replace"))
                    time.sleep(0.05)
            yield
        finally:
            program.terminate()
            try:
                program.wait(10)
            except subprocess.TimeoutExpired:
                program.kill()
                program.wait()


def _answers(port: int) -> bool:
    with socket.socket() as one:
        one.settimeout(1)
        return one.connect_ex((LOOPBACK, port)) == 0


def main() -> None:
    """Start one of each and wait."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp()).absolute()
    with storescp(folder / "storescp") as plain, orthanc(folder / "orthanc") as whole:
        for one in (plain, whole):
            archive = one.archive
            sys.stdout.write(
                f"woundtrack archives --add {archive.name} --host {archive.host} "
                f"--port {archive.port} --title {archive.title}\n"
            )
        sys.stdout.write(f"Orthanc in a browser: {whole.http}; storescp: {plain.folder}\n")
        sys.stdout.write("Ctrl-C stops both.\n")
        sys.stdout.flush()
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()

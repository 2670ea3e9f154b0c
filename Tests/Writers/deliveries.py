"""Files brought by programs that copy: `deliveries.py FOLDER FRAMES`. A delivery in pieces pauses longer than 0.3 s."""

import io
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import numpy

from content import content_sha256
from film import PIXEL_NM, film, sidecar

# Longer than the 0.3 s after which complete formats are taken, shorter than the quiet time of 2 s.
PAUSE_S = 0.7
SFTP_SERVER = "/usr/lib/openssh/sftp-server"


def main(folder: pathlib.Path, frames: pathlib.Path) -> None:
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as name:
        source = pathlib.Path(name)
        for index, delivery in enumerate(DELIVERIES):
            print(delivery.__name__, flush=True)
            array = source / f"{delivery.__name__}.npy"
            numpy.save(array, film(100 + index))
            array.with_suffix(".json").write_text(json.dumps(sidecar()))
            delivery(array, folder)
        rewritten(folder, frames)


def both(array: pathlib.Path) -> list:
    return [array.with_suffix(".json"), array]


def rsync(array: pathlib.Path, folder: pathlib.Path) -> None:
    subprocess.run(["rsync", *both(array), folder], check=True)


def rsync_delayed(array: pathlib.Path, folder: pathlib.Path) -> None:
    subprocess.run(["rsync", "--delay-updates", *both(array), folder], check=True)


def rsync_in_place_slowly(array: pathlib.Path, folder: pathlib.Path) -> None:
    subprocess.run(["rsync", "--inplace", "--bwlimit=20K", *both(array), folder], check=True)


def sftp(array: pathlib.Path, folder: pathlib.Path) -> None:
    """OpenSSH's own server at the other end of a pipe: no account, no network."""
    commands = "".join(f"put {path} {folder / path.name}\n" for path in both(array))
    subprocess.run(["sftp", "-q", "-b", "-", "-D", SFTP_SERVER], input=commands, text=True, check=True,
                   stdout=subprocess.DEVNULL)


def sftp_renamed(array: pathlib.Path, folder: pathlib.Path) -> None:
    """As WinSCP does: a name for the time of the transfer, then the final one."""
    commands = "".join(
        f"put {path} {folder / path.name}.filepart\nrename {folder / path.name}.filepart {folder / path.name}\n"
        for path in both(array))
    subprocess.run(["sftp", "-q", "-b", "-", "-D", SFTP_SERVER], input=commands, text=True, check=True,
                   stdout=subprocess.DEVNULL)


def copied_and_moved(array: pathlib.Path, folder: pathlib.Path) -> None:
    for path in both(array):
        shutil.copy2(path, folder)
    for path in both(array):
        os.rename(folder / path.name, folder / f"moved-{path.name}")


def linked(array: pathlib.Path, folder: pathlib.Path) -> None:
    """Only the creation of the final name can be seen: the bytes were written elsewhere."""
    elsewhere = folder.parent.parent / "elsewhere"
    elsewhere.mkdir(exist_ok=True)
    for path in both(array):
        os.link(shutil.copy(path, elsewhere), folder / path.name)


def growing(array: pathlib.Path, folder: pathlib.Path) -> None:
    shutil.copy(array.with_suffix(".json"), folder)
    data = array.read_bytes()
    with open(folder / array.name, "wb") as file:
        for part in pieces(data, 3):
            file.write(part)
            file.flush()
            time.sleep(PAUSE_S)


def preallocated(array: pathlib.Path, folder: pathlib.Path) -> None:
    """As copies over SMB arrive: the final size first, then the bytes."""
    shutil.copy(array.with_suffix(".json"), folder)
    data = array.read_bytes()
    with open(folder / array.name, "wb") as file:
        file.truncate(len(data))
        for part in pieces(data, 4):
            file.write(part)
            file.flush()
            time.sleep(PAUSE_S)


def sidecar_last(array: pathlib.Path, folder: pathlib.Path) -> None:
    for path in reversed(both(array)):
        shutil.copy(path, folder)
        time.sleep(PAUSE_S)


def twice(array: pathlib.Path, folder: pathlib.Path) -> None:
    """The same acquisition under two names and in two directories."""
    (folder / "again").mkdir()
    for path in both(array):
        shutil.copy(path, folder)
        shutil.copy(path, folder / "again" / f"other-{path.name}")


def not_files(_: pathlib.Path, folder: pathlib.Path) -> None:
    os.mkfifo(folder / "pipe.npy")
    os.symlink(folder / "twice.npy", folder / "link.npy")


DELIVERIES = [
    rsync, rsync_delayed, rsync_in_place_slowly, sftp, sftp_renamed, copied_and_moved, linked, growing, preallocated,
    sidecar_last, twice, not_files,
]


def rewritten(folder: pathlib.Path, frames: pathlib.Path) -> None:
    """The same name with other content, and with another shape, in place: revisions, each superseding the one before."""
    print("rewritten", flush=True)
    path = folder / "rewritten.npy"
    path.with_suffix(".json").write_text(json.dumps(sidecar()))
    hashes = []
    for seed, pixels in [(200, 96), (201, 96), (202, 64)]:
        image = film(seed, pixels)
        hashes.append(content_sha256(image, PIXEL_NM))
        buffer = io.BytesIO()
        numpy.save(buffer, image)
        path.write_bytes(buffer.getvalue())
        while hashes[-1] not in recorded():
            time.sleep(0.5)
    frames.write_text("\n".join(hashes))
    successors = recorded()
    assert [successors[sha] for sha in hashes] == [hashes[1], hashes[2], None], "a revision did not supersede"


def recorded() -> dict:
    """Scans by their hash, with what superseded them."""
    text = subprocess.run(
        [f"{os.environ['EELSCOUT_PROGRAMS']}/eelscout", "scans", "--json", "--state", os.environ["EELSCOUT_STATE"]],
        stdout=subprocess.PIPE, text=True, check=True).stdout
    return {row["scan_sha256"]: row["superseded_by"] for row in json.loads(text)}


def pieces(data: bytes, count: int) -> list:
    size = -(-len(data) // count)
    return [data[start:start + size] for start in range(0, len(data), size)]


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))

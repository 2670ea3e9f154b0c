"""Targets put into the database beside the daemon, and exports of them by the built `eelscout`.

The daemon finds no particles on a simulated microscope's specimen, so the list is written here; scans, their geometry and
everything after the list are the real ones.
"""

import json
import os
import pathlib
import sqlite3
import subprocess
import time

PATIENCE_S = 300.0
STATE = pathlib.Path(os.environ["EELSCOUT_STATE"])
PROGRAMS = pathlib.Path(os.environ["EELSCOUT_PROGRAMS"])
MOMENT = "2026-01-01T00:00:00.000Z"


def scan_of(shape: tuple, folder: pathlib.Path, name: str = "") -> dict:
    """The newest recorded scan of a shape below a folder, of a file so called, once the daemon has taken it."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        text = subprocess.run(
            [PROGRAMS / "eelscout", "scans", "--json", "--state", STATE], stdout=subprocess.PIPE, text=True).stdout
        for scan in json.loads(text):
            if scan["shape"] == list(shape) and scan["file"].startswith(f"{folder}/") and scan["file"].endswith(name):
                return scan
        assert time.monotonic() < deadline, f"no scan of {shape} pixels was recorded"
        time.sleep(0.5)


def put(scan: dict, pixels: list) -> None:
    """A list of these (row, column), best first."""
    rows, columns = scan["shape"]
    with sqlite3.connect(STATE / "eelscout.sqlite", timeout=60) as database:
        for rank, (row, column) in enumerate(pixels, 1):
            database.execute(
                """INSERT INTO target (id, scan, rank, "row", "column", x_fraction, y_fraction, kind, priority, reason,
                   dwell_ms, scores, created_at, status_by, status_at)
                   VALUES (?, ?, ?, ?, ?, ?, ?, 'anomaly', 1, 'by hand', 1, '{}', ?, 'test', ?)""",
                (f"{scan['id']}-{rank}", scan["id"], rank, row, column, (column + 0.5) / columns, (row + 0.5) / rows,
                 MOMENT, MOMENT))


def export(scan: dict, form: str, work: pathlib.Path) -> tuple:
    """Paths of the list and of the program that goes with it."""
    files = work / f"{form}-{scan['id']}.json", work / f"{form}_{scan['id']}.py"
    subprocess.run(
        [PROGRAMS / "eelscout", "export", "--format", form, "--scan", str(scan["id"]), "-o", files[0], "--snippet",
         files[1], "--state", STATE], check=True, stderr=subprocess.DEVNULL)
    return files


def load(path: pathlib.Path):
    """The program as a module, without running it."""
    import importlib.util

    specification = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


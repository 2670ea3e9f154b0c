"""Real writers write into a watched folder while the built daemon runs: `writers.py PROGRAMS [CASE…]`.

PROGRAMS is the folder of the built `eelscoutd` and `eelscout`; each case is a script beside this one, run by this
Python, that writes below a folder of its own. Afterwards
- every file that is a scan stands in the database exactly once, under the hash of its final content,
- every other file stands in the status with a reason,
- nothing else was committed: no scan was read early.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).parent
CASES = {
    "nion": "nion_session.py", "nion-exports": "nion_exports.py", "files": "file_writers.py",
    "deliveries": "deliveries.py", "hyperspy-exports": "hyperspy_exports.py",
}
# Only hopelessness ends a wait: a busy machine is slow.
PATIENCE_S = float(os.environ.get("EELSCOUT_PATIENCE", 900))


class Daemon:
    def __init__(self, programs: pathlib.Path, work: pathlib.Path) -> None:
        self.programs, self.folder, self.state = programs, work / "watched", work / "state"
        self.folder.mkdir()
        self.log = open(work / "log", "w+")
        self.process = subprocess.Popen(
            [programs / "eelscoutd", "--watch", self.folder, "--state", self.state, "--verbose"], stderr=self.log)
        wait("the daemon to be ready", lambda: "ready: " in self.talk())

    def talk(self) -> str:
        assert self.process.poll() is None, pathlib.Path(self.log.name).read_text()
        return pathlib.Path(self.log.name).read_text()

    def ask(self, command: str, *arguments: str):
        text = subprocess.run(
            [self.programs / "eelscout", command, "--json", *arguments], stdout=subprocess.PIPE, text=True).stdout
        return json.loads(text)

    def scans(self) -> dict:
        return {row["scan_sha256"]: row for row in self.ask("scans", "--state", str(self.state))}

    def states(self) -> dict:
        return {file["path"]: file for file in self.ask("status", "--state", str(self.state))["files"]}

    def stop(self) -> None:
        self.process.terminate()
        assert self.process.wait(60) == 0, "the daemon did not end as asked"


def wait(what: str, holds) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.5)


def files(folder: pathlib.Path) -> list:
    """What the daemon is to decide about: links are not followed, what is thrown away is not looked at."""
    found = [p for p in folder.rglob("*") if p.is_symlink() or not p.is_dir()]
    return sorted(str(p) for p in found if "trash" not in p.parts)


def undecided(daemon: Daemon, folder: pathlib.Path) -> list:
    """Files that are neither a recorded scan nor refused with a reason that `inspect` gives as well."""
    scans, states = daemon.scans(), daemon.states()

    def is_decided(file: dict) -> bool:
        state = states.get(file["path"])
        if file["verdict"] == "ready":
            return file["content_sha256"] in scans and state is None
        # What `inspect` rejects for what it is, such as a link, the daemon may ignore.
        return state is not None and state["state"] != "waiting" and bool(state["reason"])

    names = files(folder)
    return [file for file in daemon.ask("inspect", *names) if not is_decided(file)] if names else []


def judge(daemon: Daemon, folder: pathlib.Path, frames: pathlib.Path) -> list:
    """What is wrong in the end."""
    final = {f["content_sha256"] for f in daemon.ask("inspect", *files(folder)) if f["verdict"] == "ready"}
    known = final | set(frames.read_text().split() if frames.exists() else [])
    mine = {sha: row for sha, row in daemon.scans().items() if row["file"].startswith(f"{folder}/")}
    return (
        [f"{row['file']}: read early, as {sha[:12]}" for sha, row in mine.items() if sha not in known]
        + [f"{row['file']}: superseded, though its content is there" for sha, row in mine.items()
           if row["superseded_by"] and sha in final])


def run(daemon: Daemon, case: str, work: pathlib.Path) -> bool:
    folder, frames = daemon.folder / case, work / f"{case}.frames"
    print(f"-- {case}", flush=True)
    environment = os.environ | {"EELSCOUT_PROGRAMS": str(daemon.programs), "EELSCOUT_STATE": str(daemon.state)}
    subprocess.run([sys.executable, HERE / CASES[case], folder, frames], check=True, env=environment)
    try:
        wait("a decision about each file", lambda: not undecided(daemon, folder))
        faults = judge(daemon, folder, frames)
    except AssertionError as error:
        faults = [str(error)] + [json.dumps(file) for file in undecided(daemon, folder)]
    states = daemon.states()
    scans = [row for row in daemon.scans().values() if row["file"].startswith(f"{folder}/")]
    print(f"   {len(files(folder))} files: {len(scans)} scans, of which {sum(bool(r['superseded_by']) for r in scans)} "
          f"superseded; {sum(path.startswith(f'{folder}/') for path in states)} files refused with a reason")
    for fault in faults:
        print(f"   WRONG: {fault}")
    return not faults


def main() -> None:
    programs, cases = pathlib.Path(sys.argv[1]).absolute(), sys.argv[2:] or list(CASES)
    with tempfile.TemporaryDirectory(prefix="eelscout-writers-") as name:
        work = pathlib.Path(name).resolve()
        daemon = Daemon(programs, work)
        try:
            results = [run(daemon, case, work) for case in cases]
            if not all(results):
                print(daemon.talk())
            daemon.stop()
        finally:
            daemon.process.kill()
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()

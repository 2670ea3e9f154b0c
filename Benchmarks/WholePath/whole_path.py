#!/usr/bin/env python3
"""From a scan's last byte to its committed list: latency of the real daemon, and the share of each stage.

    Benchmarks/WholePath/whole_path.py                 200 scans of 128 x 128 pixels, one after another
    Benchmarks/WholePath/whole_path.py --burst         all at once: scans a second

Each scan is renamed into the watched folder when it is whole. The clock stops when the daemon says, after its commit,
that the scan is done. Stages are those that `eelscoutd --verbose` logs; "settle" is the rest: until the watcher
believes that nobody writes any more.
"""

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from films import Film

STAGES = re.compile(r"scan (\d+) by stage, ms: (.*)")
DONE = re.compile(r"scan (\d+), (?:\S* )?(bench_\d+)\.npy")


class Daemon:
    """The daemon with its standard error read line by line, each with its time."""

    def __init__(self, options, watch, state):
        command = [f"{options.bin}/eelscoutd", "--watch", watch, "--state", state, "--verbose"]
        command += ["--threads", str(options.threads)]
        if options.rules:
            command += ["--rules", options.rules]
        environment = {k: v for k, v in os.environ.items() if k not in ("JOURNAL_STREAM", "NOTIFY_SOCKET")}
        self.done, self.stages, self.lines = {}, {}, []
        self.news = threading.Condition()
        self.ready = False
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stderr:
            now = time.monotonic()
            with self.news:
                self.lines.append(line)
                self.ready = self.ready or "ready:" in line
                if found := STAGES.search(line):
                    parts = (part.rsplit(" ", 1) for part in re.sub(r" [a-z_]+=.*", "", found[2]).strip().split(", "))
                    self.stages[found[1]] = {name: float(ms) for name, ms in parts}
                elif found := DONE.search(line):
                    self.done[found[2]] = (now, found[1])
                self.news.notify_all()

    def wait(self, what, seconds=120):
        with self.news:
            if not self.news.wait_for(lambda: what() or self.process.poll() is not None, seconds) or not what():
                sys.exit("the daemon did not get there:\n" + "".join(self.lines[-20:]))

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(10)


def quantile(values, q):
    values = sorted(values)
    place = (len(values) - 1) * q
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (place - low)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", default=".build/release", help="folder of the built programs")
    parser.add_argument("--scans", type=int, default=200)
    parser.add_argument("--pixels", type=int, default=128, help="side of a scan")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rules", help="rules directory; default: those that come with the program")
    parser.add_argument("--burst", action="store_true", help="let all scans arrive at once")
    options = parser.parse_args()
    film = Film(f"{options.bin}/eelscout")
    with tempfile.TemporaryDirectory() as folder:
        watch, state = f"{folder}/watch", f"{folder}/state"
        os.mkdir(watch)
        daemon = Daemon(options, watch, state)
        daemon.wait(lambda: daemon.ready)
        names = [f"bench_{number:05d}" for number in range(options.scans)]
        written = {}
        start = time.monotonic()
        for number, name in enumerate(names):
            film.write(f"{watch}/{name}.npy", options.pixels, number)
            written[name] = time.monotonic()
            if not options.burst:
                daemon.wait(lambda: name in daemon.done)
        daemon.wait(lambda: len(daemon.done) == len(names), 60 * len(names))
        seconds = time.monotonic() - start
        daemon.stop()
        report(options, daemon, names, written, seconds)


def report(options, daemon, names, written, seconds):
    print(f"{options.scans} scans of {options.pixels} x {options.pixels} pixels, {options.threads} threads", end=", ")
    print(f"{options.scans / seconds:.2f} scans a second")
    if options.burst:
        return
    total = {name: 1e3 * (daemon.done[name][0] - written[name]) for name in names}
    print(f"last byte to commit, ms: p50 {quantile(total.values(), 0.5):.1f}, p99 {quantile(total.values(), 0.99):.1f}")
    rows = {}
    for name in names:
        stages = dict(daemon.stages[daemon.done[name][1]])
        stages = {"settle": total[name] - sum(stages.values()), **stages}
        for stage, ms in stages.items():
            rows.setdefault(stage, []).append(ms)
    everything = sum(total.values())
    print("| stage | p50 ms | p99 ms | share |\n|---|--:|--:|--:|")
    for stage, values in rows.items():
        share = 100 * sum(values) / everything
        print(f"| {stage} | {quantile(values, 0.5):.1f} | {quantile(values, 0.99):.1f} | {share:.1f} % |")


if __name__ == "__main__":
    main()

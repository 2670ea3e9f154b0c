#!/usr/bin/env python3
"""The table of `make bench`: EELScout beside other runtimes, measured in interleaved rounds.

Needs only Python's standard library itself; the peers run in the Python that EELSCOUT_PYTHON names, or in the one that
`make bench-peers` made. What is missing is said, not skipped in silence.
"""
import argparse
import array
import ast
import json
import os
import random
import statistics
import struct
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.dirname(HERE))
import measured

MODEL = os.path.join(ROOT, "Sources/Im2Spec/Resources/ft-io-film.safetensors")
BATCH = 64


def loud(text):
    print(f"\n*** {text}\n", flush=True)


def write_npy(path, shape, values):
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {tuple(shape)}, }}".encode()
    header += b" " * (63 - (len(header) + 10) % 64) + b"\n"
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header)
        array.array("f", values).tofile(file)


def read_npy(path):
    """A C-ordered float32 or float64 array as (shape, values)."""
    with open(path, "rb") as file:
        data = file.read()
    length = struct.unpack("<H", data[8:10])[0]
    header = ast.literal_eval(data[10:10 + length].decode())
    values = array.array("f" if header["descr"] == "<f4" else "d")
    values.frombytes(data[10 + length:])
    return header["shape"], values


class Server:
    """A program that speaks the line protocol: a JSON line when ready, then one for each batch size."""

    def __init__(self, name, command, pin=None, threads=1):
        environment = dict(os.environ, OMP_NUM_THREADS=str(threads), OPENBLAS_NUM_THREADS=str(threads))
        prefix = ["taskset", "-c", pin] if pin else []
        self.name = name
        self.process = subprocess.Popen(
            prefix + command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=environment, cwd=ROOT)
        self.ready = self.line()

    def line(self):
        line = self.process.stdout.readline()
        if not line:
            talk = self.process.stderr.read().strip().splitlines()
            raise RuntimeError(f"{self.name} ended: {talk[-1] if talk else 'no word'}")
        return json.loads(line)

    def time(self, batch):
        self.process.stdin.write(f"{batch}\n")
        self.process.stdin.flush()
        return self.line()

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def interleaved(servers, batch, rounds):
    """A B A B …: for each server the median over rounds of seconds an item, (cpu, wall)."""
    runs = {server.name: [] for server in servers}
    for _ in range(rounds):
        for server in servers:
            runs[server.name].append(server.time(batch))
    return {
        name: tuple(statistics.median(run[key] for run in values) for key in ("cpu", "wall"))
        for name, values in runs.items()
    }


class Table:
    def __init__(self):
        self.rows = []

    def add(self, measure, value, least, aim, unit, smaller_is_better=False, note=""):
        met = value <= least if smaller_is_better else value >= least
        aimed = value <= aim if smaller_is_better else value >= aim
        verdict = "aim reached" if aimed else "met" if met else "MISSED"
        self.rows.append((measure, f"{value:.3g}{unit}", f"{least:g}{unit}", f"{aim:g}{unit}", verdict, note))
        self.tell()

    def missing(self, measure, why):
        self.rows.append((measure, "not measured", "", "", "", why))
        self.tell()

    def tell(self):
        print("  " + "  ".join(part for part in self.rows[-1] if part), flush=True)

    def show(self):
        header = ("measure", "measured", "at least", "aim", "verdict", "")
        widths = [max(len(row[i]) for row in self.rows + [header]) for i in range(5)]
        print()
        for row in [header] + self.rows:
            print("  ".join(row[i].ljust(widths[i]) for i in range(5)) + "  " + row[5])

    @property
    def missed(self):
        return any(row[4] == "MISSED" for row in self.rows)


class Bench:
    def __init__(self, arguments):
        self.arguments = arguments
        self.table = Table()
        self.eelscout = os.path.join(ROOT, arguments.bin, "eelscout")
        shared = os.environ.get("EELSCOUT_SHARED", os.path.join(ROOT, "../shared"))
        self.peer_bench = os.path.realpath(os.path.join(shared, "peer_bench"))
        self.weights = os.path.join(self.peer_bench, "sample_imspec_L200.safetensors")
        self.tiles = os.path.join(self.peer_bench, "ref_in_patches.npy")
        self.work = tempfile.mkdtemp(prefix="eelscout-bench.")
        self.python = self.find_python()

    def find_python(self):
        cache = os.path.join(os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache")), "eelscout/peers/bin/python")
        for python in [os.environ.get("EELSCOUT_PYTHON"), cache]:
            if python and os.path.exists(python):
                return python
        return None

    def has(self, *modules):
        if not self.python:
            return False
        code = "import importlib.util as u, sys; sys.exit(not all(u.find_spec(m) for m in sys.argv[1:]))"
        return subprocess.run([self.python, "-c", code, *modules], cwd=ROOT).returncode == 0

    # Round trips beside the peers

    def serve(self, name, *arguments):
        return Server(name, [self.eelscout, "bench-serve", "--weights", self.weights, *arguments], self.arguments.pin)

    def peers(self):
        """The runtimes that are installed, as workers of the shared benchmark."""
        script = os.path.join(self.peer_bench, "bench_peers.py")
        if not os.path.exists(script):
            raise RuntimeError(f"no {script} (EELSCOUT_SHARED)")
        runtimes = [name for name, module in [("ov", "openvino"), ("ort", "onnxruntime"), ("torch_atomai", "torch")]
                    if self.has(module, "numpy")]
        if not runtimes:
            raise RuntimeError("no peer is installed: make bench-peers")
        return [
            Server(name, [self.python, script, "--worker", name, "--threads", "1", "--weights", self.weights,
                          "--input", self.tiles], self.arguments.pin) for name in runtimes]

    def round_trips(self):
        """Independent tiles, in the peers' batch sizes; the best batch of each counts."""
        servers = [self.serve("ours", "--input", self.tiles)] + self.peers()
        rates = {server.name: {} for server in servers}
        for batch in (1, 64, 1024):
            for name, (cpu, _) in interleaved(servers, batch, self.arguments.rounds).items():
                rates[name][batch] = 1 / cpu
        for server in servers:
            server.close()
        for name, batches in rates.items():
            print(f"    {name:14s}" + "".join(f"  {batch}: {rate:.0f}" for batch, rate in batches.items()), flush=True)
        best = {name: max(batches.values()) for name, batches in rates.items()}
        note = "tiles a CPU second, best batch: " + ", ".join(f"{name} {rate:.0f}" for name, rate in best.items())
        if "ov" in best:
            self.table.add("AtomAI family, independent tiles / OpenVINO f32", best["ours"] / best["ov"], 2.7, 4, "x", note=note)
        if "torch_atomai" in best:
            self.table.add("same / AtomAI's layers in PyTorch", best["ours"] / best["torch_atomai"], 9, 13, "x",
                           note="the literal network, its best of these batches")

    def large_scan(self):
        """A 512² scan: the reference scan and its mirror images, side by side."""
        (rows, columns), values = read_npy(os.path.join(self.peer_bench, "ref_scan96.npy"))

        def mirrored(index, count):
            index %= 2 * count
            return index if index < count else 2 * count - 1 - index

        path = os.path.join(self.work, "reference512.npy")
        write_npy(path, (512, 512), [
            values[mirrored(row, rows) * columns + mirrored(column, columns)] for row in range(512) for column in range(512)])
        return path

    def scans_beside_peers(self):
        """Every tile of a scan beside a peer that is given the tiles cut out."""
        peers = [server for server in self.peers() if server.name == "ov"]
        if not peers:
            raise RuntimeError("OpenVINO is not installed: make bench-peers")
        scan = self.large_scan()
        servers = [self.serve(f"stride {stride}", "--scan", scan, "--stride", str(stride)) for stride in (1, 2, 4)] + peers
        result = interleaved(servers, BATCH, self.arguments.rounds)
        for server in servers:
            server.close()
        for server in servers[:-1]:
            self.table.add(
                f"same, 512² scan at {server.name} / OpenVINO f32", result["ov"][0] / result[server.name][0], 3, 4.5, "x",
                note=f"tiles a CPU second {1 / result[server.name][0]:.0f} and {1 / result['ov'][0]:.0f}")

    def atomai(self):
        """As many tiles as a 512² scan has at strides 16 and 8, against AtomAI's own prediction of them."""
        if not self.has("atomai", "safetensors", "six"):
            raise RuntimeError("AtomAI is not installed: make bench-peers")
        scan = self.large_scan()
        theirs = Server("AtomAI", [
            self.python, os.path.join(HERE, "round_trip_atomai.py"), "--weights", self.weights, "--input", self.tiles],
            self.arguments.pin)
        for count, stride in ((1024, 16), (3969, 8)):
            ours = [self.serve("tiles", "--input", self.tiles), self.serve("scan", "--scan", scan, "--stride", str(stride))]
            result = interleaved(ours + [theirs], count, self.arguments.rounds)
            for server in ours:
                server.close()
            rates = {name: 1 / cpu for name, (cpu, _) in result.items()}
            self.table.add(
                f"same, {count} tiles / AtomAI's own ImSpec.predict", rates["tiles"] / rates["AtomAI"], 9, 13, "x",
                note=f"tiles a CPU second {rates['tiles']:.0f} (as a scan {rates['scan']:.0f}) and {rates['AtomAI']:.0f}")
        theirs.close()

    def two_cores(self):
        if not os.path.exists(self.tiles):
            return self.table.missing("two cores / one", f"no {self.tiles}")
        base = [self.eelscout, "bench-serve", "--weights", self.weights, "--input", self.tiles, "--threads"]
        servers = [Server("one", base + ["1"]), Server("two", base + ["2"])]
        result = interleaved(servers, 256, self.arguments.rounds)
        for server in servers:
            server.close()
        self.table.add("two cores / one, round trip", result["one"][1] / result["two"][1], 1.8, 1.9, "x",
                       note="wall clock: other work on the machine counts")

    # Whole processes

    def run(self, command):
        """(wall seconds, processor seconds, peak MiB) of a process."""
        with tempfile.TemporaryFile() as talk:
            status, *figures = measured.run(command, stdout=subprocess.DEVNULL, stderr=talk, cwd=ROOT)
            if status != 0:
                talk.seek(0)
                raise RuntimeError(talk.read().decode(errors="replace").strip().splitlines()[-1:] or ["failed"])
        return figures

    def start(self):
        tile = os.path.join(self.work, "tile.npy")
        write_npy(tile, (1, 1, 16, 16), [random.random() for _ in range(256)])
        if not os.path.exists(self.weights):
            return self.table.missing("start to first prediction", f"no {self.weights}")
        command = [self.eelscout, "forward", "--weights", self.weights, "--input", tile, "--threads", "1", "-o",
                   os.path.join(self.work, "first")]
        runs = [self.run(command) for _ in range(9)]
        self.table.add("start of the process to first prediction", min(run[1] for run in runs), 0.1, 0.05, " s", True,
                       f"processor time of `eelscout forward` on one tile; shortest wall {min(r[0] for r in runs):.3f} s")

    def scans(self):
        session = os.path.join(self.work, "session")
        self.run([self.eelscout, "simulate", "session", "--seed", "20", "--scans", "1", "--interval", "0", "-o", session])
        name = next(name for name in sorted(os.listdir(session)) if name.endswith(".npy"))
        shape, values = read_npy(os.path.join(session, name))

        def tiled(edge):
            path = os.path.join(self.work, f"scan{edge}.npy")
            rows, columns = shape
            lines = []
            for row in range(edge):
                line = values[row % rows * columns:(row % rows + 1) * columns]
                lines.append((line * (edge // columns + 1))[:edge])
            write_npy(path, (edge, edge), (value for line in lines for value in line))
            return path

        triage = [self.eelscout, "triage", "--pixel-size", "1.5", "--json"]
        small = tiled(512)
        times = [self.run(triage + ["--stride", "2", small])[0] for _ in range(self.arguments.rounds)]
        self.table.add("shipped model, 512² scan, stride 2 / acquisition (2.6 s)", min(times) / 2.6, 1.5, 0.8, "x", True,
                       f"whole process, {os.cpu_count()} cores, shortest of {len(times)}: {min(times):.2f} s")
        if self.arguments.quick:
            return self.table.missing("resident memory, 4096² scan", "left out by --quick")
        memory = self.run(triage + ["--stride", "8", tiled(4096)])[2]
        self.table.add("resident memory, 4096² scan", memory, 128, 64, " MiB", True, "peak of `eelscout triage`, stride 8")

    # Training beside PyTorch

    def training(self):
        if not self.has("torch", "numpy", "safetensors"):
            return self.table.missing("training against PyTorch", "PyTorch is not installed: make bench-peers")
        source = random.Random(1)
        samples = {}
        for name, shape in [("tiles", (1, 16, 16)), ("s128", (1, 128)), ("s200", (1, 200)), ("context", (12,))]:
            samples[name] = os.path.join(self.work, f"{name}.npy")
            count = BATCH
            for size in shape:
                count *= size
            write_npy(samples[name], (BATCH, *shape), [source.gauss(0, 1) for _ in range(count)])
        cases = [
            ("shipped im2spec", "im2spec", MODEL, "tiles", "s128", "context"),
            ("shipped spec2im", "spec2im", MODEL, "s128", "tiles", None),
            ("AtomAI im2spec", "im2spec", self.weights, "tiles", "s200", None),
            ("AtomAI spec2im", "spec2im", self.weights, "s200", "tiles", None)]
        for threads in (1, 2):
            for case in cases:
                self.train(samples, threads, *case)

    def train(self, samples, threads, name, network, weights, x, y, side):
        measure = f"training, {name}, {threads} thread{'s' if threads > 1 else ''} / PyTorch"
        if not os.path.exists(weights):
            return self.table.missing(measure, f"no {weights}")
        arguments = ["--network", network, "--weights", weights, "--input", samples[x], "--target", samples[y],
                     "--threads", str(threads)] + (["--side", samples[side]] if side else [])
        torch = [self.python, os.path.join(HERE, "training_torch.py")] + arguments
        pin = self.arguments.pin if threads == 1 else None
        servers = [
            Server("ours", [self.eelscout, "bench-train"] + arguments, pin, threads),
            Server("torch", torch, pin, threads), Server("torch, channels last", torch + ["--layout", "channels_last"], pin, threads)]
        result = interleaved(servers, BATCH, self.arguments.rounds)
        losses = [server.ready["losses"] for server in servers[:2]]
        for server in servers:
            server.close()
        which = 0 if threads == 1 else 1  # one pinned core: processor time; several: wall clock
        peer = min(result["torch"][which], result["torch, channels last"][which])
        apart = max(abs(a - b) / max(a, b) for a, b in zip(*losses))
        self.table.add(measure, peer / result["ours"][which], 1, 2, "x", note=(
            f"samples a {'CPU ' if which == 0 else ''}second {1 / result['ours'][which]:.0f} and {1 / peer:.0f}; "
            f"losses of 20 steps differ by {apart:.0e}"))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", default=".build/release", help="where the programs are")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pin", default="0", help="the core for single-threaded rows")
    parser.add_argument("--only", default="round_trips,scans_beside_peers,atomai,two_cores,start,scans,training", help="parts, by name")
    parser.add_argument("--quick", action="store_true", help="without the 4096² scan")
    parser.add_argument("--strict", action="store_true", help="exit status 1 where a bar is missed")
    bench = Bench(parser.parse_args())
    if not bench.has("numpy"):
        loud("No peers are installed, so nothing is compared with other runtimes. `make bench-peers` installs OpenVINO, "
             "ONNX Runtime and PyTorch; or name a Python that has them in EELSCOUT_PYTHON.")
    for part in bench.arguments.only.split(","):
        print(f"measuring: {part.replace('_', ' ')} …", flush=True)
        try:
            getattr(bench, part)()
        except (RuntimeError, OSError, StopIteration) as error:
            bench.table.missing(part.replace("_", " "), f"failed: {error}")
    bench.table.show()
    if bench.arguments.strict and bench.table.missed:
        sys.exit(1)


main()

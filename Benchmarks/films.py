"""Scans for benchmarks: a simulated film, laid side by side to any size, as Nion Swift exports one."""

import array
import json
import os
import random
import struct
import subprocess
import tempfile


class Film:
    """The fast scan of one simulated film as 16-bit counts, with the sidecar that states its pixel size."""

    def __init__(self, program, seed=3):
        with tempfile.TemporaryDirectory() as folder:
            command = [program, "simulate", "film", "--seed", str(seed), "--spectra", "1", "-o", folder]
            subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
            with open(f"{folder}/scan.npy", "rb") as file:
                self.side, values = _floats(file.read())
            with open(f"{folder}/scan.json") as file:
                self.sidecar = json.load(file)
        low, high = min(values), max(values)
        counts = [int(1000 + 60000 * (value - low) / (high - low)) for value in values]
        self.lines = [array.array("H", counts[i * self.side : (i + 1) * self.side]) for i in range(self.side)]

    def write(self, path, size, number=0):
        """Writes a `size` x `size` scan; each number gives another content. The array comes last."""
        sidecar = dict(self.sidecar)
        for key in ("spatial_calibrations", "dimensional_calibrations"):
            for axis in sidecar.get(key) or []:
                axis["offset"] = 0
        with open(os.path.splitext(path)[0] + ".json", "w") as file:
            json.dump(sidecar, file)
        repeats = size // self.side + 1
        chance = random.Random(number)
        partial = path + ".part"
        with open(partial, "wb") as file:
            header = f"{{'descr': '<u2', 'fortran_order': False, 'shape': ({size}, {size}), }}".encode()
            header += b" " * (-(len(header) + 11) % 64) + b"\n"
            file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header)
            for row in range(size):
                line = array.array("H", (self.lines[row % self.side] * repeats)[:size])
                # No two scans are alike.
                column = chance.randrange(size)
                line[column] ^= 1 + chance.randrange(200)
                file.write(line.tobytes())
        os.rename(partial, path)


def _floats(data):
    length = struct.unpack_from("<H", data, 8)[0]
    header = data[10 : 10 + length].decode()
    if "'<f4'" not in header:
        raise SystemExit("the simulated scan is not an array of single-precision numbers")
    values = array.array("f", data[10 + length :])
    return round(len(values) ** 0.5), values

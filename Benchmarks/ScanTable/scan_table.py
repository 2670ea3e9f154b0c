#!/usr/bin/env python3
"""Positions a second and memory of `eelscout triage`, by size of the scan and stride: the table of the README.

    Benchmarks/ScanTable/scan_table.py                                  256 to 8192 pixels, strides 1 to 8
    Benchmarks/ScanTable/scan_table.py --sizes 4096 16384 --strides 64  some cells
    Benchmarks/ScanTable/scan_table.py --longest 60                     leaves out what would take longer, s a cell

A cell holds positions a second, and the peak of resident memory in MiB. Scans are 16-bit NPY files of simulated film.
"""

import argparse
import json
import os
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import measured
from films import Film


def measure(options, path, stride):
    command = [f"{options.bin}/eelscout", "triage", path, "--stride", str(stride), "--json"]
    command += ["--threads", str(options.threads)] + (["--model", options.model] if options.model else [])
    with tempfile.TemporaryFile() as answer:
        status, *figures = measured.run(command, stdout=answer)
        if status:
            sys.exit(f"triage of {path} ended with {status}")
        answer.seek(0)
        result = json.load(answer)[0]
    return *figures, result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", default=".build/release", help="folder of the built programs")
    parser.add_argument("--sizes", type=int, nargs="+", default=[256, 512, 1024, 2048, 4096, 8192])
    parser.add_argument("--strides", type=int, nargs="+", default=[1, 2, 4, 8])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--model", help="model bundle; default: the one that comes with the program")
    parser.add_argument("--longest", type=float, default=900, help="seconds that a cell may take")
    options = parser.parse_args()
    film = Film(f"{options.bin}/eelscout")
    print("| pixels | " + " | ".join(f"stride {stride}" for stride in options.strides) + " |")
    print("|---" + "|--:" * len(options.strides) + "|")
    rates = {}
    for size in options.sizes:
        cells = []
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/scan.npy"
            film.write(path, size)
            for stride in options.strides:
                positions = ((size - 16) // stride + 1) ** 2
                if stride in rates and positions / rates[stride] > options.longest:
                    cells.append("–")
                    continue
                seconds, cpu, memory, result = measure(options, path, stride)
                rates[stride] = positions / seconds
                cells.append(f"{positions / seconds:,.0f}/s, {memory:.0f} MiB")
                talk = f"{size} px, stride {stride}: {positions} positions in {seconds:.2f} s ({cpu:.2f} s of processor), "
                talk += f"{memory:.0f} MiB, domain {result['domain']['verdict']}, {result['timing_ms']}"
                print(talk, file=sys.stderr)
        print(f"| {size}² | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()

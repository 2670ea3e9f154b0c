"""Reads an export as its program would and prints the pixel of every target: `read_back.py FORMAT FILE`.

Written from the programs' conventions, not from EELScout's code: complex numbers turn subscans, SerialEM's y runs up.
Prints a JSON list of {"id", "row", "column"} (floats), in the order of the file.
"""

import cmath
import csv
import json
import re
import sys


def nion(text):
    """A point in the context, seen from the subscan: y up, so that a positive angle is counter-clockwise."""
    for scan in json.loads(text)["scans"]:
        rows, columns = scan["shape"]
        subscan = scan["subscan"] or {"fractional_size": [1, 1], "fractional_center": [0.5, 0.5], "rotation_rad": 0}
        (height, width), (centre_y, centre_x) = subscan["fractional_size"], subscan["fractional_center"]
        # Pixels of the subscan: along both sides of the context they have the same length on the specimen.
        for target in scan["targets"]:
            y, x = target["position"]
            seen = complex((x - centre_x) * columns / width, -(y - centre_y) * rows / height)
            local = seen * cmath.exp(-1j * subscan["rotation_rad"])
            yield target["id"], -local.imag + rows / 2 - 0.5, local.real + columns / 2 - 0.5


def autoscript(text):
    for scan in json.loads(text)["scans"]:
        rows, columns = scan["shape"]
        for target in scan["targets"]:
            yield target["id"], target["y"] * rows - 0.5, target["x"] * columns - 0.5


def hyperspy(text):
    for scan in json.loads(text)["scans"]:
        origin_y, origin_x = scan["origin_nm"]
        for (x, y), target in zip(scan["offsets"], scan["targets"], strict=True):
            yield target["id"], (y - origin_y) / scan["pixel_size_nm"], (x - origin_x) / scan["pixel_size_nm"]


def items(text):
    """The blocks of a navigator file, each with its label, entries split at the first ` = `."""
    head, *blocks = re.split(r"^\[Item = (.*)\]$", text, flags=re.MULTILINE)
    assert head.splitlines()[0] == "AdocVersion = 2.00", head
    for label, body in zip(blocks[::2], blocks[1::2]):
        entries = dict(line.split(" = ", 1) for line in body.splitlines() if line)
        yield label, entries


def serialem(text):
    maps = {}
    for label, entries in items(text):
        assert re.fullmatch(r"[^\[\]]+", label)
        if entries["Type"] == "2":
            assert int(entries["MapID"]) < 100000 and entries["MapID"] not in maps
            width, height = map(int, entries["MapWidthHeight"].split())
            a, b, c, d = map(float, entries["MapScaleMat"].split())
            xs, ys = ([float(v) for v in entries[key].split()] for key in ("PtsX", "PtsY"))
            assert len(xs) == len(ys) == int(entries["NumPts"])
            # The outline's corners on the stage are the map's corners in pixels, y up, from its centre.
            corners = {(round(a * x + b * y + width / 2, 3), round(c * x + d * y + height / 2, 3)) for x, y in zip(xs, ys)}
            assert corners == {(0, 0), (width, 0), (width, height), (0, height)}, corners
            maps[entries["MapID"]] = height
        else:
            assert (entries["Type"], entries["NumPts"], entries["Regis"], entries["Acquire"]) == ("0", "0", "1", "1")
            x, y, _ = map(float, entries["CoordsInMap"].split())
            yield label, maps[entries["DrawnID"]] - y - 0.5, x - 0.5


def gms(text):
    """Calls of the script's own function; its strings have C's escapes."""
    call = r'^Target\(survey, "((?:[^"\\]|\\.)*)", "((?:[^"\\]|\\.)*)", (\S+), (\S+), (\S+), moveBeam\)$'
    for line in text.splitlines():
        assert line.isascii()
        if line.startswith("Target("):
            found = re.fullmatch(call, line)
            yield re.sub(r"\\(.)", r"\1", found[1]), float(found[4]), float(found[3])


def comma_separated(text):
    for row in csv.DictReader(text.splitlines(keepends=True), strict=True):
        assert None not in row and None not in row.values()
        yield row["id"], float(row["row"]), float(row["column"])


def plain_json(text):
    for target in json.loads(text)["targets"]:
        yield target["id"], target["row"], target["column"]


READERS = {
    "nion": nion, "autoscript": autoscript, "hyperspy": hyperspy, "serialem": serialem, "gms": gms,
    "csv": comma_separated, "json": plain_json,
}

if __name__ == "__main__":
    with open(sys.argv[2], encoding="utf-8", newline="") as file:
        targets = READERS[sys.argv[1]](file.read())
    print(json.dumps([{"id": name, "row": row, "column": column} for name, row, column in targets]))

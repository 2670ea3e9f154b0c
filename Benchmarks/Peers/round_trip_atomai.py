#!/usr/bin/env python3
"""The round trip as AtomAI's own users run it: two `atomai.models.ImSpec`, `predict` on NumPy arrays, its default ten batches.

Speaks the benchmarks' line protocol: a JSON line when ready, then for each number of tiles one with seconds a tile.
"""
import argparse
import json
import os
import resource
import sys
import time

import numpy as np


def state(tensors, prefix):
    """This project's tensor names as AtomAI's state dictionary: three modules a block (convolution, activation, norm)."""
    result = {}
    for name, tensor in tensors.items():
        if not name.startswith(prefix + "."):
            continue
        part, layer, *suffix = name.split(".")[1:]
        number = int(layer[-1]) if layer[-1].isdigit() else 1
        block = {"conv": "conv.block", "dil": "dilblock.atrous_module", "up": f"deconv{number}.block"}.get(layer.rstrip("0123456789"))
        coder = {"enc": "encoder", "dec": "decoder"}[part]
        if block is None:
            result[f"{coder}.{layer}.{suffix[0]}"] = tensor
            continue
        place = 3 * (0 if layer.startswith("up") else number - 1)
        if suffix[0] == "bn":
            kind = {"mean": "running_mean", "var": "running_var"}.get(suffix[1], suffix[1])
            result[f"{coder}.{block}.{place + 2}.{kind}"] = tensor
        else:
            result[f"{coder}.{block}.{place}.{suffix[0]}"] = tensor
    return result


def load(model, tensors, prefix):
    own = model.net.state_dict()
    ours = state(tensors, prefix)
    missing = [name for name in own if name not in ours and not name.endswith("num_batches_tracked")]
    if missing or set(ours) - set(own):
        raise SystemExit(f"{prefix}: AtomAI wants {missing}, does not know {sorted(set(ours) - set(own))}")
    model.net.load_state_dict(ours, strict=False)
    return model


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", required=True)
    parser.add_argument("--input", required=True, help="(N,1,16,16); ref_*.npy beside it are compared with")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    started = time.perf_counter()
    protocol, sys.stdout = sys.stdout, sys.stderr  # AtomAI talks while it is imported

    import atomai
    import torch
    from safetensors.torch import load_file
    torch.set_num_threads(arguments.threads)
    tensors = load_file(arguments.weights)
    latents = tensors["im2spec.enc.fc.weight"].shape[0]
    channels = tensors["im2spec.dec.fc.weight"].shape[0] // tensors["im2spec.dec.dil1.weight"].shape[0]
    pooled = tensors["spec2im.enc.fc.weight"].shape[1] // tensors["spec2im.enc.conv3.weight"].shape[0]
    im2spec = load(atomai.models.ImSpec((16, 16), (channels,), latents), tensors, "im2spec")
    spec2im = load(
        atomai.models.ImSpec(
            (channels,), (16, 16), latents, encoder_downsampling=channels // pooled, decoder_upsampling=True),
        tensors, "spec2im")

    def round_trip(tiles):
        spectra = im2spec.predict(tiles, norm=False, verbose=False)
        return spectra, spec2im.predict(spectra, norm=False, verbose=False)

    tiles = np.load(arguments.input).astype(np.float32).reshape(-1, 16, 16)
    round_trip(tiles[:1])
    start = time.perf_counter() - started
    folder = os.path.dirname(arguments.input)
    errors = {}
    for name, values in zip(("spec", "img"), round_trip(tiles)):
        path = os.path.join(folder, f"ref_{name}.npy")
        if os.path.exists(path):
            reference = np.load(path)
            errors[name] = float(np.abs(values.reshape(reference.shape) - reference).max())
    print(json.dumps({"start_s": start, "maxerr": errors}), file=protocol, flush=True)

    def used():
        usage = resource.getrusage(resource.RUSAGE_SELF)
        return usage.ru_utime + usage.ru_stime

    for line in sys.stdin:
        count = int(line)
        many = np.resize(tiles, (count, 16, 16))
        wall, cpu, repeats = time.perf_counter(), used(), 0
        while repeats == 0 or time.perf_counter() - wall < 0.4:
            round_trip(many)
            repeats += 1
        items = repeats * count
        print(json.dumps({
            "B": count, "wall": (time.perf_counter() - wall) / items, "cpu": (used() - cpu) / items,
            "rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}), file=protocol, flush=True)


main()

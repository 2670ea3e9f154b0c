#!/usr/bin/env python3
"""Training of im2spec and spec2im in PyTorch, by the line protocol of `eelscout bench-train`.

One JSON line when ready, with the losses of the first 20 steps; then, for every batch size read, one JSON line
{"B", "wall", "cpu", "rss"}: seconds a sample of one training step (mean squared error, Adam), and MiB.
Same weights, same rows and same optimiser as `eelscout bench-train` with the same arguments.
"""
import argparse
import json
import resource
import sys
import time

import numpy as np

SHOWN_STEPS, SHOWN_BATCH, RATE, MIN_TIME = 20, 64, 1e-3, 0.4


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def networks(torch):
    from torch import nn
    from torch.nn import functional as F

    conv = {1: nn.Conv1d, 2: nn.Conv2d}
    norm = {1: nn.BatchNorm1d, 2: nn.BatchNorm2d}

    class Block(nn.Module):
        """Convolution, leaky ReLU and, where the file has one, batch norm."""

        def __init__(self, name, tensors, dilation=1):
            super().__init__()
            weight = tensors[name + ".weight"]
            dimensions, kernel = weight.ndim - 2, weight.shape[2]
            self.conv = conv[dimensions](
                weight.shape[1], weight.shape[0], kernel, padding=kernel // 2 * dilation, dilation=dilation)
            self.norm = norm[dimensions](weight.shape[0]) if name + ".bn.weight" in tensors else None

        def forward(self, x):
            x = F.leaky_relu(self.conv(x), 0.1)
            return x if self.norm is None else self.norm(x)

    class Network(nn.Module):
        """Either network of either family, its layers read off the tensors' names."""

        def __init__(self, tensors, output):
            super().__init__()
            count = lambda stem: sum(f"{stem}{i}.weight" in tensors for i in range(1, 9))
            linear = lambda name: nn.Linear(tensors[name + ".weight"].shape[1], tensors[name + ".weight"].shape[0])
            self.output = output
            self.reads_signal = tensors["enc.conv1.weight"].ndim == 3
            self.encoder = nn.ModuleList(Block(f"enc.conv{i+1}", tensors) for i in range(count("enc.conv")))
            self.context = linear("enc.context") if "enc.context.weight" in tensors else None
            if self.context is not None:
                self.mean = tensors["enc.context_scale.mean"]
                self.deviation = tensors["enc.context_scale.deviation"]
            self.encoder_fc, self.decoder_fc = linear("enc.fc"), linear("dec.fc")
            self.up = nn.ModuleList(Block(f"dec.up{i}", tensors) for i in (1, 2) if f"dec.up{i}.weight" in tensors)
            self.levels = nn.ModuleList(Block(f"dec.dil{i+1}", tensors, i + 1) for i in range(count("dec.dil")))
            self.last = Block("dec.conv", tensors) if "dec.conv.weight" in tensors else None
            out = tensors["dec.out.weight"]
            self.out = conv[out.ndim - 2](out.shape[1], out.shape[0], out.shape[2], padding=out.shape[2] // 2)
            self.filters = tensors["dec.dil1.weight"].shape[0]

        def forward(self, x, side=None):
            if self.reads_signal:
                x = F.avg_pool1d(x, 16)
            for block in self.encoder:
                x = block(x)
            x = x.flatten(1)
            if self.context is not None:
                x = torch.cat([x, F.leaky_relu(self.context((side - self.mean) / self.deviation), 0.1)], 1)
            shape = [size // (4 if len(self.up) else 1) for size in self.output]
            x = self.decoder_fc(self.encoder_fc(x)).view(-1, self.filters, *shape)
            for block in self.up:
                x = F.interpolate(block(x), scale_factor=2, mode="nearest")
            total = None
            for block in self.levels:
                c = block.conv(x)
                a = F.leaky_relu(c, 0.1)
                x = a if block.norm is None else block.norm(a)
                part = a if block.norm is None else c + a + x
                total = part if total is None else total + part
            return self.out(total if self.last is None else self.last(total))

        def load(self, tensors):
            modules = [(f"enc.conv{i+1}", b) for i, b in enumerate(self.encoder)]
            modules += [(f"dec.up{i+1}", b) for i, b in enumerate(self.up)]
            modules += [(f"dec.dil{i+1}", b) for i, b in enumerate(self.levels)]
            modules += [("dec.conv", self.last)] if self.last is not None else []
            plain = [("enc.fc", self.encoder_fc), ("dec.fc", self.decoder_fc), ("dec.out", self.out)]
            plain += [("enc.context", self.context)] if self.context is not None else []
            plain += [(name, block.conv) for name, block in modules]
            with torch.no_grad():
                for name, module in plain:
                    module.weight.copy_(tensors[name + ".weight"])
                    module.bias.copy_(tensors[name + ".bias"])
                for name, block in modules:
                    if block.norm is not None:
                        block.norm.weight.copy_(tensors[name + ".bn.weight"])
                        block.norm.bias.copy_(tensors[name + ".bn.bias"])
                        block.norm.running_mean.copy_(tensors[name + ".bn.mean"])
                        block.norm.running_var.copy_(tensors[name + ".bn.var"])

    return Network


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", required=True)
    parser.add_argument("--network", choices=["im2spec", "spec2im"], required=True)
    parser.add_argument("--input", required=True)
    parser.add_argument("--target", required=True)
    parser.add_argument("--side")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--layout", choices=["contiguous", "channels_last"], default="contiguous")
    arguments = parser.parse_args()
    started = time.perf_counter()

    import torch
    from safetensors.torch import load_file

    torch.set_num_threads(arguments.threads)
    torch.set_num_interop_threads(1)
    everything = load_file(arguments.weights)
    prefix = arguments.network + "."
    if any(name.startswith(prefix + "0.") for name in everything):
        prefix += "0."
    tensors = {name[len(prefix):]: tensor for name, tensor in everything.items() if name.startswith(prefix)}

    def rows(path):
        return np.load(path).astype(np.float32) if path else None

    x, y, side = rows(arguments.input), rows(arguments.target), rows(arguments.side)
    shape = lambda a, image: a.reshape(len(a), 1, *((16, 16) if image else (-1,)))
    is_image = arguments.network == "im2spec"
    x, y = shape(x, is_image), shape(y, not is_image)
    kind = networks(torch)

    def trainer(batch):
        index = np.arange(batch) % len(x)
        bx, by = torch.from_numpy(x[index]), torch.from_numpy(y[index])
        bs = None if side is None else torch.from_numpy(side[index])
        network = kind(tensors, y.shape[2:])
        network.load(tensors)
        network.train()
        if arguments.layout == "channels_last":
            network = network.to(memory_format=torch.channels_last)
        adam = torch.optim.Adam(network.parameters(), lr=RATE, fused=True)

        def step():
            adam.zero_grad(set_to_none=True)
            loss = torch.nn.functional.mse_loss(network(bx, bs), by)
            loss.backward()
            adam.step()
            return loss

        return step

    step = trainer(SHOWN_BATCH)
    losses = [step().item() for _ in range(SHOWN_STEPS)]
    print(json.dumps({"start_s": time.perf_counter() - started, "threads": arguments.threads, "losses": losses}), flush=True)
    for line in sys.stdin:
        batch = int(line)
        step = trainer(batch)
        step()
        wall, used, repeats = time.perf_counter(), cpu(), 0
        while True:
            step()
            repeats += 1
            if time.perf_counter() - wall >= MIN_TIME:
                break
        items = repeats * batch
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({
            "B": batch, "wall": (time.perf_counter() - wall) / items, "cpu": (cpu() - used) / items, "rss": peak,
        }), flush=True)


main()

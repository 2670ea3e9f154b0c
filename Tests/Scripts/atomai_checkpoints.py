"""Writes checkpoints with the real AtomAI, and what PyTorch makes of them, for the tests of `eelscout model import`.

    python3 -m venv venv && venv/bin/pip install torch atomai     # PyPI; the CPU build of torch is enough
    venv/bin/python Tests/Scripts/atomai_checkpoints.py DIR
    EELSCOUT_PYTHON=venv/bin/python swift test -c release --filter AtomAIImport

Each folder of DIR is a case: the checkpoints, tiles.npy (N,1,16,16), and for each network its inputs (in_), outputs
and latents (z_) in single (32) and double (64) precision. Exit status 3 says that torch or atomai is not installed.
"""
import os
import sys

os.environ.setdefault("MPLBACKEND", "Agg")
os.environ.setdefault("OMP_NUM_THREADS", "1")  # two threads wait for each other on a busy machine
try:
    import atomai
    import numpy as np
    import torch
except ImportError as error:
    print(f"atomai_checkpoints.py: {error}", file=sys.stderr)
    sys.exit(3)

CASES = {
    # name: (channels, latents, options of im2spec, options of spec2im)
    "paper": (96, 10, {}, {"encoder_downsampling": 16, "decoder_upsampling": True}),
    "small_without_batch_norm": (
        64, 2,
        dict(batch_norm=False, nblayers_encoder=2, nblayers_decoder=3, nbfilters_encoder=8, nbfilters_decoder=6,
             encoder_downsampling=2, decoder_upsampling=True),
        dict(batch_norm=False, nblayers_encoder=1, nblayers_decoder=2, nbfilters_encoder=5, nbfilters_decoder=7)),
    "state_dictionaries": (48, 3, dict(nbfilters_encoder=6, nbfilters_decoder=6),
                           dict(nbfilters_encoder=6, nbfilters_decoder=6, encoder_downsampling=4)),
}


def pairs(channels, count, seed):
    """Tiles and spectra that depend on them, so that a few steps of training move every weight."""
    rng = np.random.default_rng(seed)
    tiles = rng.random((count, 1, 16, 16), dtype=np.float32)
    level = tiles.mean((1, 2, 3))[:, None] + 0.3 * (tiles[:, 0, :, 8:].mean((1, 2)) - 0.5)[:, None]
    axis = np.linspace(0, 1, channels, dtype=np.float32)[None]
    return tiles, np.exp(-((axis - level) / 0.1) ** 2).astype(np.float32)[:, None]


def train(model, x, y, folder):
    model.fit(x, y, x[:16], y[:16], training_cycles=12, batch_size=16, plot_training_history=False,
              filename=os.path.join(folder, "unused"))
    for name in os.listdir(folder):
        if name.startswith("unused"):
            os.remove(os.path.join(folder, name))
    return model


def references(model, inputs, name, folder):
    model.net.eval()
    np.save(f"{folder}/in_{name}.npy", inputs)
    with torch.no_grad():
        for bits, kind in ((32, torch.float32), (64, torch.float64)):
            net = model.net.to(kind)
            x = torch.from_numpy(inputs).to(kind)
            z = net.encode(x)
            np.save(f"{folder}/out_{name}_{bits}.npy", net.decode(z).numpy())
            np.save(f"{folder}/z_{name}_{bits}.npy", z.numpy())
    model.net.float()


def write(root, case, channels, latents, forward, back):
    folder = os.path.join(root, case)
    os.makedirs(folder, exist_ok=True)
    tiles, spectra = pairs(channels, 64, seed=11)
    im2spec = train(atomai.models.ImSpec((16, 16), (channels,), latents, seed=1, **forward), tiles, spectra, folder)
    spec2im = train(atomai.models.ImSpec((channels,), (16, 16), latents, seed=2, **back), spectra, tiles, folder)
    for model, name in ((im2spec, "im2spec"), (spec2im, "spec2im")):
        if case == "state_dictionaries":
            torch.save(model.net.state_dict(), f"{folder}/{name}.pt")
        else:
            model.save_model(f"{folder}/{name}")
    references(im2spec, tiles, "im2spec", folder)
    references(spec2im, spectra, "spec2im", folder)
    return im2spec, tiles, spectra


def write_ensemble(root):
    """Three members as AtomAI's save_ensemble_metadict writes them: the state dictionaries by number."""
    folder = os.path.join(root, "ensemble")
    os.makedirs(folder, exist_ok=True)
    tiles, spectra = pairs(32, 64, seed=12)
    members = []
    for seed in range(3):
        model = atomai.models.ImSpec((16, 16), (32,), 2, seed=seed, nbfilters_encoder=4, nbfilters_decoder=4)
        members.append(train(model, tiles, spectra, folder))
        references(members[-1], tiles, f"member{seed}", folder)
    meta = dict(members[0].meta_state_dict)
    meta["weights"] = {i: model.net.state_dict() for i, model in enumerate(members)}
    torch.save(meta, f"{folder}/unsorted_ensemble_metadict.tar")


def write_refused(root, model):
    """Files of torch and AtomAI that must be refused by name."""
    folder = os.path.join(root, "refused")
    os.makedirs(folder, exist_ok=True)
    torch.save(model.meta_state_dict, f"{folder}/legacy.tar", _use_new_zipfile_serialization=False)
    torch.save(model.net, f"{folder}/whole_module.tar")
    atomai.models.Segmentor(nb_classes=2, nb_filters=4).save_model(f"{folder}/segmentor")


def main():
    root = sys.argv[1]
    last = None
    for case, (channels, latents, forward, back) in CASES.items():
        last = write(root, case, channels, latents, forward, back)[0]
    write_ensemble(root)
    write_refused(root, last)


if __name__ == "__main__":
    main()

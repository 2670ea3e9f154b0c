#!/bin/bash
# Where the time goes: training of each network, then the round trip; the ten heaviest functions of each.
set -euo pipefail
bin=$1
command -v perf >/dev/null || { echo "profile: no perf (Debian package linux-perf)"; exit 69; }
shared=${EELSCOUT_SHARED:-../shared}/peer_bench
[ -d "$shared" ] || { echo "profile: no $shared (EELSCOUT_SHARED)"; exit 66; }
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT

show() { # NAME COMMAND…: the command runs until it has answered six requests
  echo; echo "$1"; shift
  { for _ in 1 2 3 4 5 6; do echo 64; done; } | perf record -q -o "$work/perf.data" "$@" > /dev/null 2>"$work/talk" ||
    { cat "$work/talk"; return 1; }
  perf report -i "$work/perf.data" --stdio --percent-limit 1 2>/dev/null | grep -v '^#' | grep -v '^$' | head -10
}

for network in im2spec spec2im; do
  input=ref_in_patches; target=ref_spec; [ $network = im2spec ] || { input=ref_spec; target=ref_in_patches; }
  show "training, AtomAI's $network" "$bin/eelscout" bench-train --network $network \
    --weights "$shared/sample_imspec_L200.safetensors" --input "$shared/$input.npy" --target "$shared/$target.npy"
done
show "round trip, AtomAI's networks" "$bin/eelscout" bench-serve \
  --weights "$shared/sample_imspec_L200.safetensors" --input "$shared/ref_in_patches.npy"
show "round trip, every tile of a scan at stride 4" "$bin/eelscout" bench-serve \
  --weights "$shared/sample_imspec_L200.safetensors" --scan "$shared/ref_scan96.npy" --stride 4

#!/bin/bash
# Where the time goes: training of each network, then the round trip; the ten heaviest functions of each.
set -euo pipefail
bin=$1
command -v perf >/dev/null || { echo "profile: no perf (Debian package linux-perf)"; exit 69; }
shared=${EELSCOUT_SHARED:-../shared}/peer_bench
[ -d "$shared" ] || { echo "profile: no $shared (EELSCOUT_SHARED)"; exit 66; }
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT

show() { # NAME COUNT COMMAND…: the command answers six requests for COUNT samples
  local count=$2
  echo; echo "$1"; shift 2
  { for _ in 1 2 3 4 5 6; do echo "$count"; done; } | perf record -q -o "$work/perf.data" "$@" > /dev/null 2>"$work/talk" ||
    { cat "$work/talk"; return 1; }
  perf report -i "$work/perf.data" --stdio --percent-limit 1 2>/dev/null | grep -v '^#' | grep -v '^$' | head -10
}

round_trip() { # NAME COMMAND…: and what its functions add up to, by kind
  show "$1" 512 "${@:2}"
  perf report -i "$work/perf.data" --stdio 2>/dev/null | awk '
    $1 ~ /%$/ {
      kind = "other"
      if ($NF == "multiply") kind = "products"
      if ($NF ~ /^(forward|inverse)(Images|Signals)/) kind = "transforms"
      if ($NF == "convolve" || $NF == "dense") kind = "direct convolutions and dense layers"
      share[kind] += $1
    }
    END { for (kind in share) printf "  %5.1f %%  %s\n", share[kind], kind }'
}

for network in im2spec spec2im; do
  input=ref_in_patches; target=ref_spec; [ $network = im2spec ] || { input=ref_spec; target=ref_in_patches; }
  show "training, AtomAI's $network" 64 "$bin/eelscout" bench-train --network $network \
    --weights "$shared/sample_imspec_L200.safetensors" --input "$shared/$input.npy" --target "$shared/$target.npy"
done
round_trip "round trip, AtomAI's networks" "$bin/eelscout" bench-serve \
  --weights "$shared/sample_imspec_L200.safetensors" --input "$shared/ref_in_patches.npy"
round_trip "round trip, every tile of a scan at stride 4" "$bin/eelscout" bench-serve \
  --weights "$shared/sample_imspec_L200.safetensors" --scan "$shared/ref_scan96.npy" --stride 4

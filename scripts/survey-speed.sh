#!/usr/bin/env bash
# Times the survey engine and the package survey of R on the same file in one run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cargo build --quiet --release -p survey-stats --example speed
speed=${CARGO_TARGET_DIR:-target}/release/examples/speed
"$speed" "$folder"
if command -v Rscript > /dev/null; then
  Rscript crates/survey-stats/tests/r/time.R "$folder"
else
  echo "R is not installed: only the engine was timed"
fi
"$speed" rows "${1:-10}"

#!/bin/sh
#===- install-packages.sh - What a fresh Debian 12 needs ------------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
# Installs the packages that building, testing and using Quantc need. Does
# nothing, and needs no root, when all of them are there.
#
#   install-packages.sh [benchmark]    "benchmark": what scripts/benchmark compares with, too
set -eu

# One list per reason, sorted.
build="ccache clang-22 cmake g++ lld-22 ninja-build pkg-config"
libraries="libeigen3-dev libmlir-22-dev libprotozero-dev libre2-dev libzip-dev llvm-22-dev mlir-22-tools"
tests="clang-format-22 libclang-rt-22-dev libgmock-dev libgtest-dev python3 python3-numpy python3-onnx python3-psutil"
# The digits that the bundled example is about.
example="python3-sklearn"
# Peers and charts; nothing else needs them.
benchmark=""
[ "${1:-}" != benchmark ] || benchmark="libdnnl-dev python3-matplotlib python3-torch"

missing=""
for package in $build $libraries $tests $example $benchmark; do
  status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing="$missing $package"
done
if [ -z "$missing" ]; then
  echo "install-packages: everything is there"
  exit 0
fi

if ! command -v apt-get >/dev/null; then
  echo "install-packages: expects Debian's apt-get; please install:$missing" >&2
  exit 1
fi
root=""
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "install-packages: expects root or sudo to install:$missing" >&2
    exit 1
  fi
  root="sudo"
fi

echo "install-packages: installing$missing"
$root apt-get update -q
# shellcheck disable=SC2086 # The list is meant to be split.
$root env DEBIAN_FRONTEND=noninteractive \
  apt-get install -q -y --no-install-recommends $missing

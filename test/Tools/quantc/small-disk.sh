#!/bin/sh
#===- small-disk.sh - Run a command beside a disk of three pages ----------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
#   unshare -rm sh small-disk.sh FOLDER COMMAND...
mount -t tmpfs -o size=12k tmpfs "$1" || exit 77
shift
exec "$@"

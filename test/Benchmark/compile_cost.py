#===- compile_cost.py - What a run of the compiler costs -----------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Time and peak of memory of a process."""
import os
import subprocess
import sys
import tempfile
import time


def before_others():
    """The highest priority, where that is allowed: other work on the machine would
    count as the compiler's time. The kernel weighs sessions first, so it has one of
    its own, and then processes."""
    os.setsid()
    try:
        os.setpriority(os.PRIO_PROCESS, 0, -20)
        with open("/proc/self/autogroup", "w", encoding="ascii") as file:
            file.write("-20")
    except OSError:
        pass  # No privilege, or a kernel without such groups.


def measure(*command):
    """Seconds on the clock and of the processor, and the largest resident set."""
    with tempfile.TemporaryFile("w+") as errors, tempfile.TemporaryFile("w+") as output:
        start = time.monotonic()
        # pylint: disable=consider-using-with (wait4 is what waits)
        process = subprocess.Popen([str(word) for word in command], stdout=output, stderr=errors,
                                   preexec_fn=before_others)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            errors.seek(0)
            print(errors.read(), file=sys.stderr)
            sys.exit(f"{' '.join(map(str, command))} answered {process.returncode}")
    return {"seconds": seconds, "cpu_seconds": usage.ru_utime + usage.ru_stime,
            "peak_bytes": usage.ru_maxrss * 1024}

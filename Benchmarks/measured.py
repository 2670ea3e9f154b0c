"""A program's run: time, processor time, memory."""
import os
import subprocess
import time


def high_water(process):
    """The most memory that a running process has held so far, MiB; None when it is gone."""
    try:
        with open(f"/proc/{process}/status") as status:
            return next((int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM:")), None)
    except OSError:
        return None


def run(command, **options):
    """(status, wall seconds, processor seconds, peak MiB); options as for subprocess.Popen.

    The peak is looked at while the program runs: wait4 would count what the measuring program held, too, which a new
    process has until its own program takes the place.
    """
    started = time.perf_counter()
    process = subprocess.Popen(command, **options)
    peak, ended = 0, 0
    while not ended:
        peak = high_water(process.pid) or peak
        ended, status, usage = os.wait4(process.pid, os.WNOHANG)
        time.sleep(0.002)
    return status, time.perf_counter() - started, usage.ru_utime + usage.ru_stime, peak

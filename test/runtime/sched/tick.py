"""Computes and is woken all the time, for as long as 100 ticks take; tells how long a tick takes."""
import os
import threading
import time

CLOCK_MONOTONIC_COARSE = 6  # which the ticks drive
period = round(time.clock_getres(CLOCK_MONOTONIC_COARSE) * 1e9)
asleep = True


def nap():
    while asleep:
        time.sleep(0.0001)


def tell():
    try:
        os.getpgid(period)
    except OSError:
        pass  # there is no such process; the call is what counts


napper = threading.Thread(target=nap)
napper.start()
tell()
end = time.thread_time() + 100 * period / 1e9
while time.thread_time() < end:
    pass
tell()
asleep = False
napper.join()

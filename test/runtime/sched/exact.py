"""Leaves the CPU of its own will and against it, touches memory, and tells what the kernel counted of that between the last two calls of getpgid(0)."""
import mmap
import os
import resource
import sys
import time


def switches():
    own = dict(line.split(":") for line in open("/proc/self/status") if "ctxt_switches" in line)
    return int(own["voluntary_ctxt_switches"]), int(own["nonvoluntary_ctxt_switches"])


area = mmap.mmap(-1, 4096 * 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
area.madvise(mmap.MADV_NOHUGEPAGE)
for _ in range(3):  # twice for nothing, so that all code is there
    before, faults = switches(), resource.getrusage(resource.RUSAGE_SELF)
    os.getpgid(0)
    faults_after, after = resource.getrusage(resource.RUSAGE_SELF), switches()
for _ in range(20):
    time.sleep(0.001)
for _ in range(20):
    os.sched_yield()
for page in range(1000):
    area[4096 * page] = 1
end = time.monotonic() + 0.1
while time.monotonic() < end:
    pass
os.getpgid(0)
faults_after, after = resource.getrusage(resource.RUSAGE_SELF), switches()
with open(sys.argv[1], "w") as out:
    out.write(f"{after[0] - before[0]} {after[1] - before[1]} "
              f"{faults_after.ru_minflt + faults_after.ru_majflt - faults.ru_minflt - faults.ru_majflt}\n")
os._exit(0)

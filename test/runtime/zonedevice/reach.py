# Devices that can be opened; with the id of a zone's first process: from its group of devices, but in the system's own /dev.
import os
import sys

if len(sys.argv) > 1:
    for line in open(f"/proc/{sys.argv[1]}/cgroup"):
        _, names, path = line.strip().split(":", 2)
        folder = "/sys/fs/cgroup/devices" if names == "devices" else "/sys/fs/cgroup" if names == "" else None
        if folder and os.path.exists(folder + path + "/cgroup.procs") and (names or not os.path.exists("/sys/fs/cgroup/devices")):
            open(folder + path + "/cgroup.procs", "w").write(str(os.getpid()))


def attempt(name, call):
    try:
        call()
        print(name, "can be had")
    except OSError as e:
        print(name, e.strerror)


for path in ("null", "kmsg", "cpu_dma_latency"):
    attempt(path, lambda: os.close(os.open("/dev/" + path, os.O_RDONLY | os.O_NONBLOCK)))
attempt("mknod", lambda: os.mknod("/tmp/node-" + str(os.getpid()), 0o20666, os.makedev(1, 1)))
attempt("ptmx", lambda: os.openpty())

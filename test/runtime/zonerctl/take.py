# Takes threads, memory and identifiers until it is refused, and says how much of each it got.
import ctypes
import mmap
import os
import time

libc = ctypes.CDLL(None, use_errno=True)


def count(name, take, most=100):
    n = 0
    while n < most and take() >= 0:
        n += 1
    print(name, n, "refused" if n < most else "", flush=True)


pids = []


def fork():
    try:
        pid = os.fork()
    except OSError:
        return -1
    if pid == 0:
        time.sleep(60)
        os._exit(0)
    pids.append(pid)
    return pid


count("processes", fork)
for pid in pids:
    os.kill(pid, 9)
    os.waitpid(pid, 0)
ids = []


def kept(call, *args):
    got = call(*args)
    if got >= 0:
        ids.append(got)
    return got


count("shared memory", lambda: kept(libc.shmget, 0, 4096, 0o1600))
print("too much of it", libc.shmget(0, 8 << 20, 0o1600))
for i in ids:
    libc.shmctl(i, 0, None)
ids.clear()
count("message queues", lambda: kept(libc.msgget, 0, 0o1600))
for i in ids:
    libc.msgctl(i, 0, None)
ids.clear()
count("semaphores", lambda: kept(libc.semget, 0, 1, 0o1600))
for i in ids:
    libc.semctl(i, 0, 0)
if os.fork() == 0:
    m = mmap.mmap(-1, 400 << 20)
    for at in range(0, len(m), 4096):
        m[at] = 1
    os._exit(0)
print("400 MiB:", os.waitstatus_to_exitcode(os.wait()[1]))

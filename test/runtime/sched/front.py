"""Two threads of class FIFO on one CPU: one computes, the other is woken now and then and goes first."""
import os
import threading
import time

os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def low():
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    end = time.thread_time() + 0.03
    while time.thread_time() < end:
        pass


def high():
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(2))
    for _ in range(10):
        time.sleep(0.001)


threads = [threading.Thread(target=high), threading.Thread(target=low)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()

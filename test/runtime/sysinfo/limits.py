"""Asks for seven processes as a user who may have no more than the one that asks."""
import os
import resource

os.setresuid(65534, 65534, 65534)
resource.setrlimit(resource.RLIMIT_NPROC, (1, 1))
for _ in range(7):
    try:
        if os.fork() == 0:
            os._exit(0)
    except BlockingIOError:
        pass

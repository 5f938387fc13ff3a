"""A program whose stacks go from Python to C and back: see python.d."""
import os
import threading
import time


def inner(n):
    return os.getppid() + n


class Server:
    def handle(self, n):
        return [inner(x) for x in range(n)]


def outer():
    return sorted([1], key=lambda k: Server().handle(k)[0])


for _ in range(40):
    outer()
    time.sleep(0.002)
thread = threading.Thread(target=outer)
thread.start()
thread.join()

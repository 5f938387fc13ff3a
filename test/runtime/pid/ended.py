"""Asks for probes of a process that has ended and that nobody has waited for: ended.py DTRACE"""
import os
import subprocess
import sys

child = os.fork()
if child == 0:
    os._exit(0)
os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
for command in ["-n", f"pid{child}:::entry"], ["-n", "pid$target:::entry", "-p", str(child)]:
    done = subprocess.run([sys.argv[1], *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=20)
    print(done.returncode, *[line.strip() for line in done.stdout.replace(str(child), "PID").splitlines() if "hint" in line])
os.waitpid(child, 0)

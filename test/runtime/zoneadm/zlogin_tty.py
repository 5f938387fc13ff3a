# A login at a terminal: what the shell there says of it.
import os
import pty
import sys

pid, master = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
os.write(master, b"PS1=; tty; test -t 1 && echo a ter''minal; exit 5\n")
text = b""
while True:
    try:
        got = os.read(master, 4096)
    except OSError:
        break
    if not got:
        break
    text += got
_, status = os.waitpid(pid, 0)
for line in (b"/dev/pts/0", b"a terminal"):
    print(line.decode(), line in text)
print("status", os.waitstatus_to_exitcode(status))

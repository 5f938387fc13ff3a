# terminal.py ZLOGIN -R ROOT: logins of the zone "term" at a terminal of 30 rows and 100 columns.
import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time


class Login:
    def __init__(self, *options):
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.execv(sys.argv[1], sys.argv[1:] + [*options, "term"])
        self.size(30, 100)
        self.text = b""
        self.type("PS1=; stty -echo; echo rea''dy\n")
        self.see(b"ready\r\n")

    def size(self, rows, columns):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def type(self, text):
        os.write(self.master, text.encode())

    def more(self):
        """False when nothing comes any more, or nothing came for 30 seconds."""
        if not select.select([self.master], [], [], 30)[0]:
            return False
        try:
            got = os.read(self.master, 4096)
        except OSError:
            return False
        self.text += got
        return bool(got)

    def see(self, what):
        """What came until `what` did."""
        while what not in self.text:
            if not self.more():
                print("no", what, "but", self.text)
                return b""
        before, self.text = self.text.split(what, 1)
        return before

    def asks(self, command, until):
        """Repeats a command until it answers so: a size is told in its own time."""
        end = time.monotonic() + 30
        answer = ""
        while answer != until and time.monotonic() < end:
            self.type(command + "; echo e''nd\n")
            answer = self.see(b"end\r\n").decode().strip()
        print(command, answer)

    def ends(self):
        while self.more():
            pass
        _, status = os.waitpid(self.pid, 0)
        os.close(self.master)
        print("closed" if b"closed]" in self.text else "silent", os.waitstatus_to_exitcode(status))


login = Login()
login.asks("stty size", "30 100")
login.size(40, 120)
login.asks("stty size", "40 120")
login.asks("~~. 2>/dev/null || echo once", "once")
login.type("echo ~~~~\n")
print(login.see(b"\r\n").decode())
login.type("\n~.")
login.ends()

login = Login("-e", "%")
login.asks("~. 2>/dev/null || echo no escape", "no escape")
login.type("\n%.")
login.ends()

login = Login("-E", "-Q", "-S")
login.asks("~. 2>/dev/null || echo none", "none")
login.type("exit 7\n")
login.ends()

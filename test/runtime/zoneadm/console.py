# The console of a zone, from a terminal: what was said before anybody came, over a reboot, left by an escape, one at a time,
# until the zone halts. Arguments: zlogin, zoneadm, the alternate root, the zone.
import os
import pty
import select
import signal
import subprocess
import sys
import time

ZLOGIN, ZONEADM, ROOT, ZONE = sys.argv[1:]


def adm(*words):
    subprocess.run([ZONEADM, "-R", ROOT, "-z", ZONE, *words], check=False, timeout=60)


class Caller:
    def __init__(self, *options):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execv(ZLOGIN, [ZLOGIN, "-R", ROOT, *options])
        self.text = b""

    def more(self, until):
        if not select.select([self.fd], [], [], max(0, until - time.monotonic()))[0]:
            return False
        try:
            got = os.read(self.fd, 4096)
        except OSError:
            return False
        self.text += got
        return bool(got)

    def expect(self, what):
        until = time.monotonic() + 20
        while what not in self.text and self.more(until):
            pass
        print(what.decode().strip(), what in self.text or self.text)
        self.text = self.text.partition(what)[2]

    def say(self, text):
        os.write(self.fd, text)

    def end(self):
        until = time.monotonic() + 20
        while self.more(until):
            pass
        if time.monotonic() >= until:
            os.kill(self.pid, signal.SIGKILL)
        print("status", os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1]))


adm("boot")
c = Caller("-C", ZONE)
c.expect(b"[Connected to zone '%s' console]" % ZONE.encode())
c.expect(b"up on /dev/console")
d = Caller("-C", ZONE)
d.expect(b"somebody else is at its console")
d.end()
c.say(b"hello\r")
c.expect(b"heard hello")
adm("reboot")
c.expect(b"up on /dev/console")
c.say(b"again~.\r")
c.expect(b"heard again~.")
c.say(b"~.")
c.expect(b"console closed]")
c.end()
# What it says to nobody does not hold it up.
adm("reboot")
c = Caller("-C", "-d", "-Q", "-e", "@", ZONE)
c.say(b"much\r")
c.expect(b"heard much")
c.say(b"@.")
c.end()
for _ in range(200):
    if os.path.exists(ROOT + "/zones/%s/root/tmp/said" % ZONE):
        break
    time.sleep(0.1)
print("all was said", os.path.exists(ROOT + "/zones/%s/root/tmp/said" % ZONE))
c = Caller("-C", "-d", ZONE)
c.expect(b"line 20000")
adm("halt")
c.expect(b"[NOTICE: Zone halted]")
c.end()
c = Caller("-C", ZONE)
c.expect(b"[Connected to zone")
adm("boot")
c.expect(b"up on /dev/console")
c.say(b"~.")
c.end()
# A login that waits for nothing of the zone's; one at a terminal with a command; left by its escape.
os.remove(ROOT + "/zones/%s/root/etc/passwd" % ZONE)
c = Caller("-Q", "-i", "-S", ZONE, "test -t 0 && id -u")
c.expect(b"0\r\n")
c.end()
c = Caller("-S", ZONE)
c.expect(b"[Connected to zone")
c.say(b"echo so''me\r")
c.expect(b"some\r\n")
c.say(b"~.")
c.expect(b"closed]")
c.end()

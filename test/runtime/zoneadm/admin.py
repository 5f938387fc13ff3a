# Messages to zoneadmd that its clients do not send: as a user who may manage zone one. Prints the answers.
import array
import os
import socket
import struct
import sys

MAGIC = 0x3164617a


def message(words, options=(), zone="one", program=0, term="xterm", magic=MAGIC, counts=None):
    options, words = list(options), list(words)
    a, b = counts or (len(options), len(words))
    return struct.pack("=IBBH", magic, program, a, b) + b"".join(s.encode() + b"\0" for s in [term, zone, *options, *words])


def ask(name, text, fds=3):
    s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    s.settimeout(20)
    try:
        s.connect(sys.argv[1])
        files = [os.open("/dev/null", os.O_RDWR) for _ in range(fds)]
        s.sendmsg([text], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", files))] if fds else [])
        for f in files:
            os.close(f)
        answer = s.recv(2048)
        print(f"{name}: {answer[0] if answer else 'closed'} {answer[1:].decode()}".rstrip(), flush=True)
    except OSError as e:
        print(f"{name}: {os.strerror(e.errno) if e.errno else e}", flush=True)
    s.close()


ask("verify", message(["verify"]))
if sys.argv[2] == "zone":
    sys.exit()
ask("another magic", message(["verify"], magic=1))
ask("another program", message(["verify"], program=7))
ask("cut off", message(["verify"])[:-2])
ask("something behind it", message(["verify"]) + b"x\0")
ask("fewer strings than it says", message(["verify"], counts=(0, 2)))
ask("more words than there may be", message(["verify"] * 300))
ask("no words", message([]))
ask("too large", b"\0" * 40000)
ask("empty strings", message(["", ""]))
ask("no descriptors", message(["verify"]), fds=0)
ask("one descriptor", message(["verify"]), fds=1)
ask("ten descriptors", message(["verify"]), fds=10)
ask("an option of another program", message(["verify"], ["-E"]))
ask("a zone that is an option", message(["verify"], zone="-R/tmp"))
ask("a zone that climbs", message(["verify"], zone="../../../etc"))
ask("the global one", message(["verify"], zone="global"))
ask("a pattern", message(["halt"], zone="*"))
ask("a source that is an option", message(["clone", "-F"]))
ask("a source that climbs", message(["clone", "../../root"]))
ask("a method that is an option", message(["clone", "-m", "-s", "tmpl"]))
ask("another's snapshot", message(["clone", "-s", "/root", "tmpl"]))
ask("a directory of the host's", message(["install", "-d", "/root"]))
ask("an archive of the host's", message(["install", "-a", "/etc/shadow"]))
ask("words behind a subcommand", message(["halt", "-R", "/"]))
ask("boot arguments without their mark", message(["boot", "-i", "/bin/sh"]))
ask("an image to be written", message(["export-oci", sys.argv[2] + "/open/x"]))
ask("detach and attach elsewhere", message(["attach", "-n", sys.argv[2] + "/open"]))
ask("a login that is not his", message(["id"], program=1))
ask("a login with another root", message(["id"], ["-R/tmp"], program=1))

# say.py serve ADDRESS FILE: answers one connection with who it came from. say.py ask ADDRESS: prints the answer.
import socket
import sys

host, port = sys.argv[2].rsplit(",", 1)
kind = socket.AF_INET6 if ":" in host else socket.AF_INET
if sys.argv[1] == "serve":
    s = socket.create_server((host, int(port)), family=kind)
    open(sys.argv[3], "w").close()
    s.settimeout(20)
    c, peer = s.accept()
    c.send(peer[0].encode())
else:
    try:
        print(socket.create_connection((host, int(port)), 10).recv(100).decode())
    except OSError as e:
        print(e.strerror)

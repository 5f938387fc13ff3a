"""info.py ADDRESS...: a connection to each, on which 777 bytes are sent three times; what the socket knows of itself (TCP_INFO) before each."""
import socket
import struct
import sys
import threading

HEAD, UNLIMITED, PATIENCE = 8, 0x7fffffff, 20
RTO, SND_MSS, UNACKED, SSTHRESH, CWND = 0, 2, 4, 17, 18  # words behind the head
WINDOWS = 228  # tcpi_snd_wnd, tcpi_rcv_wnd


def info(c):
    raw = c.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 400)
    return raw, struct.unpack_from("24I", raw, HEAD)


def line(c):
    raw, words = info(c)
    while words[UNACKED]:
        raw, words = info(c)
    threshold = words[SSTHRESH] if words[SSTHRESH] >= UNLIMITED else words[SSTHRESH] * words[SND_MSS]
    sent, received = struct.unpack_from("2I", raw, WINDOWS)
    return (f"{c.getsockname()[0]} {raw[0]} ws {raw[6] & 15} {raw[6] >> 4} rto {words[RTO] // 1000} mss {words[SND_MSS]} "
            f"cwnd {words[CWND] * words[SND_MSS]} {threshold} windows {sent} {received}")


def take(listener):
    c, _ = listener.accept()
    c.settimeout(PATIENCE)
    while c.recv(65536):
        pass
    c.close()


for address in sys.argv[1:]:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.create_server((address, 0), family=family) as listener:
        listener.settimeout(PATIENCE)
        server = threading.Thread(target=take, args=(listener,), daemon=True)
        server.start()
        with socket.create_connection(listener.getsockname()[:2], timeout=PATIENCE) as c:
            c.sendall(b"x" * 300000)
            for _ in range(3):
                print(line(c), flush=True)
                c.sendall(b"m" * 777)
        server.join(PATIENCE)

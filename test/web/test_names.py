"""Names of addresses: a server of names on the loopback, by itself and in the page. Nobody is asked who was not named."""
import os
import socket
import struct
import threading
import unittest

import browser
from page import charts_url
from support import Daemon, needs_daemon, until


def labels(name):
    return b"".join(bytes([len(x)]) + x.encode() for x in name.split(".")) + b"\0"


class Resolver:
    """Answers what it is told to: {address: [answer to the first question, ..]}; an answer is a name, None (there is none) or bytes for what
    stands behind the question. `asked` has the addresses, as often as they were."""

    def __init__(self, answers):
        self.answers, self.asked, self.over = answers, [], threading.Event()

    def __enter__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(0.2)
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join(20)
        self.socket.close()

    def serve(self):
        while not self.over.is_set():
            try:
                message, sender = self.socket.recvfrom(512)
            except TimeoutError:
                continue
            at, parts = 12, []
            while message[at]:
                parts.append(message[at + 1:at + 1 + message[at]].decode())
                at += 1 + message[at]
            address = ".".join(reversed(parts[:4])) if parts[-2] == "in-addr" else "".join(reversed(parts[:32]))
            self.asked.append(address)
            answers = self.answers.get(address)
            if answers is None:
                continue  # silence
            answer = answers[min(self.asked.count(address), len(answers)) - 1]
            data = labels(answer) if isinstance(answer, str) else b""
            record = b"\xc0\x0c" + struct.pack(">HHIH", 12, 1, 600, len(data)) + data if isinstance(answer, str) else answer or b""
            head = message[:2] + b"\x81\x80" + struct.pack(">HHHH", 1, 1 if record else 0, 0, 0)
            # First what somebody else may have sent: with another id, and to another question.
            self.socket.sendto(bytes([message[0] ^ 1]) + head[1:] + message[12:] + record, sender)
            self.socket.sendto(head + labels("9.9.9.9.in-addr.arpa") + struct.pack(">HH", 12, 1) + record, sender)
            self.socket.sendto(head + message[12:] + record, sender)


@needs_daemon
class Names(unittest.TestCase):
    def daemon(self, resolver, **more):
        d = Daemon("--names", f"127.0.0.1:{resolver.port}", **more)
        self.addCleanup(d.stop)
        return d

    def known(self, client, *addresses):
        def all_of():
            names = client.get("names", address=addresses).json["names"]
            return len(names) == len(addresses) and names
        return until(all_of, f"it is known what {addresses} are called")

    def test_what_a_server_says(self):
        loop = b"\xc0\x0c" + struct.pack(">HHIH", 12, 1, 600, 2) + b"\xc0\x2d"
        with Resolver({"10.0.0.1": ["web.example"], "10.0.0.2": [None], "10.0.0.3": ["<img src=x>.example"], "10.0.0.4": [loop], "10.0.0.5": [b"\xff" * 40],
                       "20010db8000000000000000000000001": ["six.example"], "10.0.0.7": ["a" * 63 + ".b"]}) as resolver:
            client = self.daemon(resolver).operator
            self.assertTrue(client.get("status").json["names"])
            self.assertEqual(self.known(client, "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5", "2001:db8::1", "10.0.0.7", "nonsense", "10.0.0.1/8"),
                             {"10.0.0.1": "web.example", "10.0.0.2": None, "10.0.0.3": None, "10.0.0.4": None, "10.0.0.5": None, "2001:db8::1": "six.example",
                              "10.0.0.7": "a" * 63 + ".b", "nonsense": None, "10.0.0.1/8": None})
            self.known(client, "10.0.0.1", "10.0.0.2")
            self.assertEqual(resolver.asked.count("10.0.0.1"), 1, "what is known is not asked for again")
            # More than are asked for at a time, and than are remembered: nothing but questions in turn.
            for i in range(100):
                self.assertEqual(client.get("names", address=[f"10.1.{i}.{k}" for k in range(64)]).status, 200)
            self.assertLessEqual(len(set(resolver.asked)), 7 + 64 * 20)
            # Where nobody answers, nothing waits.
            self.assertEqual(client.get("names", address="10.0.0.9").json, {"names": {}})

    def test_a_tenant_asks_nobody(self):
        with Resolver({}) as resolver:
            daemon = self.daemon(resolver)
            tenant = daemon.tenant("web")
            self.assertEqual(tenant.get("names", address="10.0.0.1").status, 403)
            self.assertFalse(tenant.get("status").json["names"])
            self.assertEqual(resolver.asked, [])

    @unittest.skipIf(browser.missing(), browser.missing())
    @unittest.skipUnless(os.geteuid() == 0, "dtraced needs root")
    def test_the_page_shows_them_when_asked_to(self):
        with Resolver({"127.0.0.3": ["three.example"], "127.0.0.4": [None]}) as resolver, socket.create_server(("0.0.0.0", 0)) as server:
            server.settimeout(20)
            daemon, b = self.daemon(resolver, tracing=True), browser.Browser()
            self.addCleanup(b.close)
            name = f"tcp.connects[rport={server.getsockname()[1]}][remote]"
            daemon.operator.dataset(name)

            def connect():
                for address in ("127.0.0.3", "127.0.0.4"):
                    with socket.create_connection((address, server.getsockname()[1]), 10), server.accept()[0]:
                        pass
            b.open(f"{daemon.url}#token={daemon.token}")
            b.until("document.querySelector('.welcome')", "the page")
            b.js("location.hash = arguments[0]", charts_url((name, []), span=60))
            listed = "[...document.querySelectorAll('.key .name')].map((e) => e.textContent).sort().join()"
            until(lambda: connect() or b.js(f"return {listed}") == "127.0.0.3,127.0.0.4", "addresses are listed")
            self.assertEqual(resolver.asked, [])
            b.click(".chart .tools [aria-haspopup][aria-label='More for this chart']")
            b.click(".menu .item", "Names of addresses")
            b.until(f"{listed} === '127.0.0.4,three.example'", "the one that has a name is called by it")
            self.assertEqual(b.accessibility(), [])
            b.click(".key", "three.example")
            b.until("document.querySelector('.next span').textContent.includes('127.0.0.3')", "the address is what is asked about")


if __name__ == "__main__":
    unittest.main()

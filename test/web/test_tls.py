"""TLS: the certificate that analyticsd makes, and those that it is given, which it replaces while it runs."""
import json
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
import unittest
import urllib.request
import warnings
from pathlib import Path

from support import BUILD, Daemon, needs_daemon, until


@needs_daemon
class Certificates(unittest.TestCase):
    def test_tls_of_its_own(self):
        daemon = Daemon(listen="0.0.0.0:0")
        self.addCleanup(daemon.stop)
        self.assertTrue(daemon.url.startswith("https://"))
        host, port = daemon.listen.split(":")
        context = ssl.create_default_context(cafile=str(daemon.folder / "data/tls.cert"))
        with socket.create_connection((host, int(port)), 10) as plain, context.wrap_socket(plain, server_hostname="localhost") as s:
            self.assertIn(s.version(), ("TLSv1.3", "TLSv1.2"))
            s.sendall(b"GET /api/v1/status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            self.assertIn(b"401", s.recv(1000))
        # The command takes the certificate, as it does the token, from the folder.
        done = subprocess.run([BUILD / "bin/glasshouse", "--data", daemon.data, "--url", f"https://localhost:{port}", "dataset", "list"], capture_output=True, text=True, timeout=30)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            old.maximum_version = ssl.TLSVersion.TLSv1_1
        with socket.create_connection((host, int(port)), 10) as plain, self.assertRaises((ssl.SSLError, ConnectionError)):
            old.wrap_socket(plain)

    @unittest.skipUnless(shutil.which("openssl"), "openssl is not installed")
    def test_a_certificate_that_ends_is_said(self):
        with tempfile.TemporaryDirectory(prefix="glasshouse-cert-") as tmp:
            cert, key, days = f"{tmp}/cert", f"{tmp}/key", lambda n: ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost",
                                                                      "-days", str(n), "-keyout", f"{tmp}/key", "-out", f"{tmp}/cert"]
            subprocess.run(days(3), check=True, capture_output=True, timeout=30)
            daemon = Daemon("--cert", cert, "--key", key)
            self.addCleanup(daemon.stop)
            context = ssl.create_default_context(cafile=cert)
            request = urllib.request.Request(f"https://localhost:{daemon.listen.split(':')[1]}/api/v1/status", headers={"Authorization": f"Bearer {daemon.token}"})
            with urllib.request.urlopen(request, timeout=20, context=context) as answer:
                status = json.loads(answer.read())
            self.assertRegex(status["error"], r"^the certificate of TLS ends in [23] days: put a new one in its place")
            self.assertAlmostEqual(status["certificate_ends"], time.time() + 3 * 86400, delta=120)
            self.check_that_it_is_replaced(daemon, cert, lambda: subprocess.run(days(400), check=True, capture_output=True, timeout=30))

    def check_that_it_is_replaced(self, daemon, cert, make):
        """Another takes its place; what is connected goes on, and what cannot be used changes nothing."""
        port, old = int(daemon.listen.split(":")[1]), Path(cert).read_text()

        def served():
            return ssl.get_server_certificate(("127.0.0.1", port))

        def ask(path, context=None):
            request = urllib.request.Request(f"https://localhost:{port}/api/v1/{path}", headers={"Authorization": f"Bearer {daemon.token}"})
            return urllib.request.urlopen(request, timeout=20, context=context or ssl.create_default_context(cafile=cert))
        with ask("live") as stream:
            self.assertEqual(stream.readline(), b"retry: 2000\n")
            Path(cert).write_text("no certificate")
            context = ssl.create_default_context(cadata=old)

            def error():
                with ask("status", context) as answer:
                    return json.loads(answer.read())["error"]
            self.assertIn(cert, until(lambda: "could not be renewed" in (e := error()) and e, "it is said that the new one is of no use"))
            self.assertEqual(served(), old)
            make()
            new = Path(cert).read_text()
            until(lambda: served() == new, "the new one is served")
            with ask("status") as answer:
                status = json.loads(answer.read())
            self.assertIsNone(status["error"])
            self.assertAlmostEqual(status["certificate_ends"], time.time() + 400 * 86400, delta=120)
            replaced, told = time.time(), [stream.readline() for _ in range(3)]
            while not any(l.startswith(b"data: {\"t\":") and json.loads(l[6:])["t"] > replaced for l in told):
                told = [stream.readline() for _ in range(3)]
                self.assertTrue(all(told), "the stream has ended")


if __name__ == "__main__":
    unittest.main()

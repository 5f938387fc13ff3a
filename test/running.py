"""The command glasshouse as a test runs it: `glasshouse run` on a folder of its own, and questions to it."""
import os
import signal
import subprocess
from pathlib import Path

from waiting import said

BUILD = Path(os.environ.get("GLASSHOUSE_BUILD", Path(__file__).resolve().parents[1] / "build"))
PROGRAM = BUILD / "bin/glasshouse"
PATIENCE_S = 60


def glasshouse(data, *words, status=0, stdin="", **more):
    env = {**os.environ, "GLASSHOUSE_DATA": str(data), "NO_COLOR": "1", "LC_ALL": "C.UTF-8", "COLUMNS": "100", **more}
    got = subprocess.run([PROGRAM, *map(str, words)], env=env, input=stdin, capture_output=True, text=True, timeout=PATIENCE_S)
    if got.returncode != status:
        raise AssertionError(f"{words}: status {got.returncode}\n{got.stdout}{got.stderr}")
    return got.stderr if status else got.stdout


class Running:
    """glasshouse run on a folder of its own and a free port."""

    def __init__(self, folder, *words, program=PROGRAM):
        self.data = Path(folder) / "data"
        self.words, self.program = words, program
        self.output = ""

    def __enter__(self):
        self.process = subprocess.Popen([self.program, "--data", self.data, "run", *(self.words or ("--listen", "127.0.0.1:0"))],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            self.output = said(self.process, "^C ends it", PATIENCE_S)
            return self
        except AssertionError as e:
            err = self.process.stderr.read()
            self.close()
            raise AssertionError(f"{e}\n{err}") from None

    def close(self):
        self.process.wait(PATIENCE_S)
        self.process.stdout.close()
        self.process.stderr.close()

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        self.close()

    def children(self):
        return [int(p) for p in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()]

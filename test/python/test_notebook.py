"""The notebook of doc/: its code runs from top to bottom, whether Jupyter is there or not."""
import contextlib
import io
import json
import os
import unittest

from support import SRC, needs_root

NOTEBOOKS = sorted((SRC / "doc").glob("*.ipynb"))


class Notebooks(unittest.TestCase):
    def cells(self, path):
        book = json.loads(path.read_text())
        self.assertEqual(book["nbformat"], 4)
        for cell in book["cells"]:
            text = "".join(cell["source"])
            if cell["cell_type"] == "code":
                self.assertEqual((cell["outputs"], cell["execution_count"]), ([], None), "it is kept without outputs")
                yield text

    def test_there_is_one(self):
        self.assertTrue(NOTEBOOKS)

    @needs_root
    def test_they_run(self):
        os.environ["MPLBACKEND"] = "Agg"
        for path in NOTEBOOKS:
            names, printed = {"__name__": path.stem}, io.StringIO()
            try:
                with contextlib.redirect_stdout(printed):
                    for number, text in enumerate(self.cells(path)):
                        exec(compile(text, f"{path.name}, cell {number}", "exec"), names)
            finally:
                if "stop" in names:
                    names["stop"].set()
            self.assertIn("openat", names["calls"])
            self.assertGreater(names["ns"].count, 0)
            self.assertEqual(len(names["history"]), 20)
            self.assertTrue(any(map(any, names["heat"])))
            self.assertIn("/etc/passwd", names["paths"])
            if names["plt"] is None:
                self.assertIn("#", printed.getvalue())


if __name__ == "__main__":
    unittest.main()

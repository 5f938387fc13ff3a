"""What is usual, learned from a past of some hours: as the API tells it, and as a band in a chart in Chromium."""
import re
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

import browser
from page import PageCase, charts_url
from support import BUILD, SRC, Daemon, needs_daemon, until

FILL = BUILD / "test/programs/usual-fill"
DATASET, HOUR = "cpu.utilization", 3600
STRANGE = "cpu.utilization[cpu=0]"


@needs_daemon
@unittest.skipUnless(FILL.exists(), "usual-fill is not built")
@unittest.skipIf(browser.missing(), browser.missing())
class Usual(PageCase):
    @classmethod
    def setUpClass(cls):
        data = cls.enterClassContext(tempfile.TemporaryDirectory(prefix="glasshouse-usual-"))
        cls.last = int(time.time()) // HOUR * HOUR - 2 * HOUR  # an hour that is over whenever the test looks
        subprocess.run([FILL, data, SRC / "share/analytics", DATASET, str(cls.last - 2 * HOUR), "3", "30"], check=True, timeout=60)
        # One CPU was at 5,000 %, which it is not now.
        subprocess.run([FILL, data, SRC / "share/analytics", STRANGE, str(cls.last - 2 * HOUR), "3", "5000"], check=True, timeout=60)
        cls.daemon = Daemon(data=Path(data))
        cls.addClassCleanup(cls.daemon.stop)
        cls.browser = browser.Browser()
        cls.addClassCleanup(cls.browser.close)

    def usual(self, dataset, status=200, **asked):
        d = self.daemon.operator.dataset(dataset)
        answer = self.daemon.operator.get(f"datasets/{d['id']}/usual", **asked)
        self.assertEqual(answer.status, status, answer.body)
        return answer.json

    def test_api(self):
        first, second, third = self.usual(DATASET, start=self.last - 2 * HOUR, end=self.last + 1)["hours"]
        self.assertEqual([h["start"] for h in (first, second, third)], [self.last - 2 * HOUR, self.last - HOUR, self.last])
        self.assertEqual((first["basis"], first["low"], first["occasions"]), ("unknown", None, 0))
        self.assertEqual((second["basis"], second["occasions"], third["occasions"]), ("lately", 1, 2))
        # Seconds went from 28 to 32; the floor of the spread is a fiftieth of that.
        self.assertAlmostEqual(third["low"], 28 - 3 * third["low_spread"], 6)
        self.assertAlmostEqual(third["high"], 32 + 3 * third["high_spread"], 6)
        self.assertAlmostEqual(third["high_spread"], 0.64, 6)
        self.usual(DATASET, status=400, start=self.last - 100 * HOUR, end=self.last)
        self.usual(DATASET, status=400, key=["none"])
        self.usual("cpu.utilization[mode]", status=400, key=["user", "system"])

    def threshold(self, **fields):
        made = self.daemon.operator.post("thresholds", {"measure": "unusual", "limit": 5, "minpost": 2, **fields})
        self.assertEqual(made.status, 200, made.body)
        return made.json["id"]

    def test_threshold(self):
        operator = self.daemon.operator
        self.threshold(name="strange", dataset=STRANGE)
        waits = self.threshold(name="warm-up", dataset="cpu.utilization[cpu]", key="0")
        alert = until(lambda: operator.get("alerts").json["alerts"], "an alert")[0]
        self.assertEqual((alert["name"], alert["dataset"], alert["unit"]), ("strange", STRANGE, "spreads"))
        self.assertRegex(alert["text"], r"^cpu\.utilization\[cpu=0\]: [0-9.]+ %, usually 4698 % to 5302 % in the day before: 4[5-7](\.\d+)? spreads outside, above 5 spreads$")
        status = until(lambda: (now := operator.get(f"thresholds/{waits}").json["status"]) and "usual" in (now["error"] or "") and now, "what it waits for")
        self.assertIn("what is usual is not known yet", status["error"])
        self.assertEqual((status["phase"], {a["name"] for a in operator.get("alerts").json["alerts"]}), ("ok", {"strange"}))
        for bad in ({"type": "below"}, {"limit": -1}):
            self.assertEqual(operator.post("thresholds", {"name": "bad", "dataset": DATASET, "measure": "unusual", "limit": 5, **bad}).status, 400, bad)

    def image(self):
        return self.b.js("return document.querySelector('.chart canvas.layer:not(.front)').toDataURL()")

    def label(self):
        return self.b.js("return document.querySelector('.chart canvas.front').getAttribute('aria-label')")

    def toggle(self):
        self.b.click(".chart .tools button", "More for this chart")
        self.b.click(".chart .menu .item", "Show what is usual")

    def test_band(self):
        self.enter()
        self.b.js("location.hash = arguments[0]", charts_url((DATASET, []), span=600, end=self.last + 1200))
        self.drawn(1)
        plain = until(lambda: "average 30" in self.label() and self.image(), "the past is drawn")
        self.assertNotIn("usual", self.label())
        self.toggle()
        self.b.until("/usual=true/.test(location.hash)", "the address has it")
        until(lambda: re.search(r"usually 26\.1 ?% to 33\.9 ?% in the day before", self.label()), lambda: self.label())
        until(lambda: self.image() != plain, "the band is drawn")
        self.picture("usual")
        self.accessible("a chart with what is usual")
        self.b.js("location.hash = location.hash.replace(/end=\\d+/, 'end=' + arguments[0])", self.last - HOUR - 600)
        until(lambda: "not known yet" in self.label(), "the first hour has no past")
        self.toggle()
        self.b.until("!/usual=/.test(location.hash)", "and goes")


if __name__ == "__main__":
    unittest.main()

"""The page, in a real Chromium, of a real analyticsd with a real dtraced where we are root."""
import os
import threading
import time
import unittest
import urllib.parse
from pathlib import Path

import browser
from page import PICTURES, ROOT, PageCase, charts_url
from support import needs_daemon, until

STACKED, HEAT = ("syscall.ops[syscall]", "syscall.ops[execname][latency]") if ROOT else ("cpu.utilization[mode]", "cpu.utilization[utilization]")


class Load:
    """System calls of several kinds and lengths, under a name of its own."""

    def __enter__(self):
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()
        return self

    def run(self):
        Path("/proc/self/task", str(threading.get_native_id()), "comm").write_text("page-load")
        n = 0
        while not self.stop.is_set():
            n += 1
            for _ in range(20 + n // 40 % 20):
                os.stat("/")
            time.sleep(0.001 * (1 + n % 7))

    def __exit__(self, *_):
        self.stop.set()
        self.thread.join()


@needs_daemon
@unittest.skipIf(browser.missing(), browser.missing())
class Page(PageCase):
    tracing = ROOT

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.enterClassContext(Load())
        cls.browser.open(f"{cls.daemon.url}#token={cls.daemon.token}")

    def test_1_first_visit(self):
        self.b.until("document.querySelector('.welcome')", "the first page")
        self.assertNotIn("token", self.b.js("return location.href"), "the token does not stay in the address")
        self.accessible("first page")
        self.picture("welcome")
        self.b.keys("a")
        self.b.until("document.querySelector('dialog[open]')", "the catalogue")
        self.b.type("dialog input[type=search]", "cpu utilization")
        self.b.click("dialog .item", "CPU utilization")
        self.accessible("catalogue")
        self.picture("catalogue")
        self.b.click("dialog .primary", "Open")
        self.drawn(1)
        self.b.until("document.querySelector('.dot.live')", "it is live")

    def test_2_charts_move_and_show_what_happens(self):
        self.sheet((STACKED, []), (HEAT, [("view", "heat"), ("y", "log")]), span=60)
        first = self.b.js("return document.querySelector('canvas[data-drawn]').dataset.drawn")
        self.b.until(f"document.querySelector('canvas[data-drawn]').dataset.drawn >= {int(first) + 4}", "four seconds later")
        self.assertGreater(self.colours(0), 300)
        self.assertGreater(self.colours(1), 50)
        label = self.b.js("return document.querySelectorAll('.chart canvas.front')[1].getAttribute('aria-label')")
        self.assertRegex(label, "Heat map of .*: .* events, median .*, 99 percent below")
        # The pointer over the newest columns of the heat map.
        x, y, w, h = self.box(1)
        self.b.pointer(("move", x + w - 60, y + h - 60), ("move", x + w - 58, y + h - 62))
        self.b.until("document.querySelector('.tip')", "what is under the pointer")
        self.assertRegex(self.text(".tip")[0], r"\d\d:\d\d:\d\d.*of .* events")
        # A click chooses the second: every list shows it.
        self.b.pointer(("move", x + w - 60, y + h - 60), ("down",), ("up",))
        self.b.until("[...document.querySelectorAll('.keys .caption')].every((e) => /at \\d\\d:/.test(e.textContent))", "the lists show the chosen second")
        self.accessible("charts")
        if PICTURES:
            time.sleep(40)  # so that there is something to see
        self.picture("charts")

    @unittest.skipUnless(ROOT, "needs root")
    def test_3_drill_down(self):
        self.sheet((HEAT, [("view", "heat"), ("y", "log")]), span=60)
        self.b.click(".key", "page-load")
        self.b.until("document.querySelector('.key[aria-pressed=true]')", "the key is selected")
        self.b.until("document.querySelectorAll('.chart canvas.layer')[0].dataset.drawn > 0", "drawn with the key's hue")
        for mode in ("isolate", "exclude", "rainbow", "highlight"):
            self.b.js("location.hash = arguments[0]", charts_url((HEAT, [("view", "heat"), ("y", "log"), ("keys", "page-load"), ("mode", mode)]), span=60))
            self.drawn(1)
        time.sleep(0.5)
        self.picture("highlight")
        # A range of values, chosen by dragging, broken down by another field.
        x, y, w, h = self.box(0)
        self.b.pointer(("move", x + w / 2, y + h * 0.4), ("down",), ("move", x + w / 2 + 3, y + h * 0.5), ("move", x + w / 2 + 4, y + h * 0.6), ("up",))
        self.b.until("document.querySelector('.popup')", "what to do with the range")
        self.assertIn("Only program page-load, latency ", " ".join(self.text(".popup .hint")))
        self.picture("drill")
        self.b.click(".popup .item", "by system call")
        self.b.until("document.querySelectorAll('.chart').length === 2", "a new statistic")
        name = self.b.js("return document.querySelectorAll('.chart')[1].dataset.chart")
        self.assertRegex(name, r"^syscall\.ops\[execname=page-load\]\[latency=\d+\.\.\d+\]\[syscall\]")
        self.drawn(2)
        until(lambda: any(d["name"].startswith("syscall.ops[execname=page-load][latency=") for d in self.daemon.operator.get("datasets").json["datasets"]), "the server has it")

    def test_4_time_views_and_keyboard(self):
        self.sheet((STACKED, []), span=60)
        self.b.js("document.body.focus()")
        self.b.keys(" ")
        self.b.until("/end=/.test(location.hash)", "paused")
        end = self.b.js("return +/end=(\\d+)/.exec(location.hash)[1]")
        self.b.keys("\ue012")  # left
        self.b.until(f"+/end=(\\d+)/.exec(location.hash)[1] < {end}", "back in time")
        self.b.keys("-")
        self.b.until("/span=120/.test(location.hash)", "zoomed out")
        self.b.keys("n")
        self.b.until("!/end=/.test(location.hash)", "live again")
        self.b.keys("4")
        self.b.until("/span=3600/.test(location.hash)", "an hour")
        self.b.keys("1j")
        self.b.until("document.activeElement.matches('canvas.front')", "a chart has the keyboard")
        self.b.keys("v")
        self.b.until("/view=line/.test(location.hash)", "lines")
        self.b.keys("o")
        self.b.until("/outliers=0.1/.test(location.hash)", "outliers are left out")
        self.drawn(1)
        self.b.click("button", "More for this chart")
        self.b.until("document.querySelectorAll('.chart .menu .item').length > 8", "its menu")
        self.accessible("menu")
        self.b.click(".menu .item", "Show as a table")
        self.b.until("document.querySelectorAll('.chart tbody tr').length > 0", "the chart as a table")
        # The same worksheet by its address, in a new visit.
        address = self.b.js("return location.href")
        self.b.open("about:blank")
        self.b.open(address)
        self.drawn(1)
        self.assertEqual(self.b.js("return document.querySelector('.chart').dataset.chart"), STACKED)

    def test_4b_asks_further_by_the_keyboard_alone(self):
        """From a chart to what it offers, and to the next question, without a pointer."""
        self.sheet((STACKED, []), span=60)
        self.b.js("document.activeElement && document.activeElement.blur()")
        self.b.keys("j")
        self.b.until("document.activeElement.matches('canvas.front')", "a chart has the keyboard")
        self.b.keys("\ue007")  # enter
        self.b.until("document.activeElement.matches('.popup .item')", "what can be asked has it")
        first = self.b.js("return document.activeElement.textContent")
        self.b.keys("\ue015")  # down
        self.b.until(f"document.activeElement.matches('.popup .item') && document.activeElement.textContent !== {first!r}", "the next one")
        self.b.keys("\ue007")
        self.b.until("document.querySelectorAll('.chart').length === 2", "a new chart")
        self.b.until("!document.querySelector('.popup')", "the menu is closed")
        self.b.keys("kk\ue017")  # to the first chart again; delete
        self.b.until("document.querySelectorAll('.chart').length === 1", "one is removed")

    def test_5_cloud_datasets_alerts(self):
        self.b.click(".tab", "Cloud")
        self.b.until("document.querySelector('.sky canvas') && /Cloud of \\d+ zones: .*global/.test(document.querySelector('.sky canvas').getAttribute('aria-label'))", "the cloud")
        time.sleep(2.5)
        self.accessible("cloud")
        self.picture("cloud")
        self.b.click(".tab", "Datasets")
        self.b.until("document.querySelectorAll('tbody tr').length > 0", "datasets")
        self.accessible("datasets")
        self.picture("datasets")
        self.b.click(".tab", "Alerts")
        self.b.click(".primary", "New threshold")
        for field, value in (("name", "page test"), ("dataset", "cpu.utilization"), ("limit", "0")):
            self.b.type(f"#t-{field}", value)
        self.b.js("document.querySelector('#t-minpost').value = '0'; document.querySelector('#t-minpost').dispatchEvent(new Event('input', {bubbles: true}))")
        self.accessible("form")
        self.picture("threshold")
        self.b.click("dialog .primary", "Save")
        self.b.until("document.querySelector('tr.lasting')", "the alert comes")
        self.accessible("alerts")
        self.picture("alerts")

    def test_6_dark_and_narrow(self):
        self.b.click("button", "Dark colours")
        self.sheet((HEAT, [("view", "heat"), ("y", "log")]), (STACKED, []), span=60)
        self.accessible("dark")
        self.picture("dark")
        self.b.size(390, 844, mobile=True)
        try:
            self.b.until("innerWidth < 400", "narrow")
            self.drawn(2)
            wide = self.b.js("return document.documentElement.scrollWidth")
            self.assertLessEqual(wide, 390, "nothing is wider than the telephone")
            self.picture("phone")
        finally:
            self.b.size(1280, 900)
            self.b.click("button", "Light colours")

    def test_7_nothing_foreign_and_no_errors(self):
        severe = [m for m in self.b.log() if m.startswith("SEVERE") and "401" not in m]
        self.assertEqual(severe, [])
        hosts = self.b.js("return [...new Set(performance.getEntriesByType('resource').map((e) => new URL(e.name).host))]")
        self.assertLessEqual(set(hosts), {urllib.parse.urlsplit(self.daemon.url).netloc})


if __name__ == "__main__":
    unittest.main()

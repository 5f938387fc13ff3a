"""The page beside real zones. A newcomer's minute: one command, then by pointer alone the zone, the program and the file behind a disk
that was made slow; he knows no name beforehand. And the cloud of these zones."""
import os
import re
import tempfile
import time
import unittest
from pathlib import Path

import browser
from page import save_picture
from support import needs_daemon, until

import zones
from running import Running

WRITER = "while :; do dd if=/dev/zero of={} bs=4k count=1 conv=fsync 2>/dev/null; sleep 0.05; done"
LACKS = browser.missing() or zones.missing()
CHART = "return [...document.querySelectorAll('.chart')]"


@needs_daemon
@unittest.skipIf(LACKS, LACKS)
class Newcomer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tmp = Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="glasshouse-newcomer-")))
        cls.tmp.chmod(0o755)
        lab = cls.enterClassContext(zones.Zones(cls.tmp))
        cls.shop, cls.web = f"shop{os.getpid()}", f"web{os.getpid()}"
        slow, limit = lab.slow_disk(2)
        lab.boot(cls.shop, slow)
        lab.slow_down(cls.shop, limit)
        lab.boot(cls.web)
        lab.start(cls.shop, WRITER.format("/data/orders.db"))
        lab.start(cls.web, WRITER.format("/data/pages.db"))
        cls.begin = time.monotonic()
        cls.running = cls.enterClassContext(Running(cls.tmp))
        cls.browser = browser.Browser()
        cls.addClassCleanup(cls.browser.close)

    def setUp(self):
        self.b = self.browser

    def first_key(self, chart):
        """What the list beside a chart has at its top, once it has something; chart: which, from the top."""
        return until(lambda: self.b.js(CHART + f".map((c) => [...c.querySelectorAll('.key .name')].map((k) => k.textContent))[{chart}]?.[0] || ''"), "a key in the list")

    def slow_part(self, i):
        """As the eye finds it: in how many columns (of 15 pixels) the upper half of a heat map has colour, and where the picture is."""
        return self.b.js("""const c = document.querySelectorAll('.chart canvas.layer:not(.front)')[arguments[0]], r = c.getBoundingClientRect(), k = c.width / r.width;
            const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data, seen = new Set();
            for (let y = 0; y < c.height * 0.4; y++) for (let x = Math.round(70 * k); x < c.width; x++) {
                const o = (y * c.width + x) * 4;
                if (d[o + 3] > 200 && Math.max(d[o], d[o+1], d[o+2]) - Math.min(d[o], d[o+1], d[o+2]) > 15) seen.add(Math.floor(x / k / 15));
            }
            return {columns: seen.size, right: r.right, top: r.top, height: r.height};""", i)

    def slowest_ms(self, i):
        """What the figures beside a heat map tell of its slowest events, in milliseconds. On a busy machine the slow disk's are few among others."""
        text = self.b.js("""const c = document.querySelectorAll('.chart')[arguments[0]], row = c && [...c.querySelectorAll('.summary dl div')].find((r) => r.querySelector('dt').textContent === '99.9 %');
            return row ? row.querySelector('dd').textContent : ''""", i)
        m = re.fullmatch(r"([\d.]+) (m?s)", text)
        return float(m[1]) * (1000 if m[2] == "s" else 1) if m else 0

    def test_1_zone_program_and_file_behind_a_slow_disk(self):
        b = self.b
        b.open(re.search(r"http://\S+#token=\S+", self.running.output)[0])
        b.press(".starters button", "A disk is slow")
        until(lambda: self.b.js(CHART + ".length") >= 2, "charts")
        # A band appears high above everything else.
        until(lambda: self.slowest_ms(0) > 300 and self.slow_part(0)["columns"] >= 4, "something slow on the first heat map")
        b.js("document.querySelector('.chart').scrollIntoView({block: 'center'})")
        high = self.slow_part(0)
        save_picture(b, "newcomer")
        # He drags downwards over it: from the top of the picture to its middle.
        x, bottom = high["right"] - 60, high["top"] + high["height"] * 0.5
        b.pointer(("move", x, high["top"] + 10), ("down",), ("move", x + 2, bottom - 30), ("move", x + 3, bottom), ("up",))
        said = until(lambda: " ".join(b.js("return [...document.querySelectorAll('.popup .hint')].map((e) => e.textContent)")), "what can be asked")
        self.assertRegex(said, r"Only latency \d.* m?s and more:")
        b.press(".popup .item", "by zone")
        zone = self.first_key(1)
        self.assertEqual(zone, self.shop)
        b.press(".chart:nth-of-type(2) .key", zone)
        b.press(".chart:nth-of-type(2) .chip", "by program")
        program = self.first_key(2)
        self.assertEqual(program, "dd")
        b.press(".chart:nth-of-type(3) .key", program)
        b.press(".chart:nth-of-type(3) .chip", "by file")
        file = self.first_key(3)
        self.assertTrue(file.endswith("orders.db"), file)
        self.assertEqual(b.js("return document.querySelectorAll('.chart .problem').length"), 0)
        print(f"found after {time.monotonic() - self.begin:.0f} s")
        save_picture(b, "found")

    def find_in_cloud(self, pattern):
        """A place of the cloud where the tip says so, as one finds who goes over it with the pointer."""
        return self.b.wait_for("""const canvas = document.querySelector('.sky canvas'), r = canvas.getBoundingClientRect();
            for (let y = 6; y < r.height; y += 10) for (let x = 6; x < r.width; x += 10) {
                canvas.dispatchEvent(new PointerEvent('pointermove', {clientX: r.x + x, clientY: r.y + y, bubbles: true}));
                for (let i = 0; i < 6; i++) await Promise.resolve();
                const tip = document.querySelector('.sky .tip');
                if (tip && new RegExp(pattern).test(tip.textContent)) return [r.x + x, r.y + y];
            }
            return null;""", "pattern", pattern)

    def test_2_the_cloud_of_these_zones(self):
        b = self.b
        if not b.js("return !!document.querySelector('.tab')"):  # this test by itself
            b.open(re.search(r"http://\S+#token=\S+", self.running.output)[0])
        b.press(".tab", "Cloud")
        b.until(f"['global', {self.shop!r}, {self.web!r}].every((z) => [...document.querySelectorAll('.list td:first-child')].some((t) => t.textContent === z))", "every zone is there")
        for zone in (self.shop, self.web):
            until(lambda: self.find_in_cloud(rf"^{zone} · sleep"), f"the init of {zone} in its blob")
        b.js("document.querySelector('.sky canvas').dispatchEvent(new PointerEvent('pointerleave'))")
        b.until("/at most [1-9.]/.test(document.querySelector('.legend').textContent)", "processes are measured")
        time.sleep(3)  # so that the picture has them
        save_picture(b, "cloud")
        # One of its processes works: it is coloured by its system calls, and asked about by a click.
        place = until(lambda: self.find_in_cloud(rf"^{self.web} · .*colour [1-9]"), "a process at work in a zone")
        b.pointer(("move", *place), ("down",), ("up",))
        b.until("document.querySelector('.picked')", "what can be asked")
        self.assertIn(self.web, b.js("return document.querySelector('.picked header').textContent"))
        self.assertEqual(b.accessibility(), [])
        b.press(".picked .item", "System calls")
        name = until(lambda: b.js(CHART + ".map((c) => c.dataset.chart).find((n) => /.pid=/.test(n))"), "its chart")
        self.assertRegex(name, r"^syscall\.\w+\[pid=\d+\]")

    def test_3_a_zone_is_highlighted_in_a_heat_map(self):
        """Its events have a hue of their own, also within the cells that they share."""
        b = self.b
        b.js("location.hash = 'span=60&chart=syscall.ops[zone][latency]&view=heat&y=log'")
        b.until("document.querySelectorAll('.chart').length === 1 && +document.querySelector('canvas.layer').dataset.drawn > 0", "drawn")
        greens = """const c = document.querySelector('.chart canvas.layer:not(.front)'), d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
            let n = 0;
            for (let i = 0; i < d.length; i += 4) if (d[i + 3] > 200 && d[i + 1] > d[i] + 12 && d[i + 1] > d[i + 2] + 12) n++;
            return n;"""
        self.assertEqual(b.js(greens), 0)
        b.press(".chart .key", self.web)
        until(lambda: b.js(greens) > 20, "cells in the hue of the first selected key")
        save_picture(b, "zone")
        b.press(".chart .chip", "by program")
        until(lambda: b.js(CHART + ".map((c) => c.dataset.chart).join()").endswith(f"syscall.ops[zone={self.web}][execname][latency]"), "asked further about it")
        self.assertIn(until(lambda: self.first_key(1), "its programs"), ("dd", "sh", "busybox", "sleep"))


if __name__ == "__main__":
    unittest.main()

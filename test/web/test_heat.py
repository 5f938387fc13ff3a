"""Every behaviour of a heat map, row by row, in Chromium: what the page draws and says beside what the API answers for the same seconds."""
import collections
import colorsys
import json
import re
import time
import unittest
import urllib.parse

import browser
from page import PageCase, charts_url
from support import needs_daemon, until
from test_page import HEAT, ROOT, STACKED, Load

BASE, FIRST, SECOND = 21, 112, 203  # degrees: nobody's hue, and those of the first two selected keys


@needs_daemon
@unittest.skipUnless(ROOT, "needs root")
@unittest.skipIf(browser.missing(), browser.missing())
class HeatMap(PageCase):
    tracing = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.enterClassContext(Load())
        cls.operator = cls.daemon.operator
        cls.dataset = cls.operator.dataset(HEAT)
        cls.operator.dataset(STACKED)
        first = cls.dataset["last"]
        until(lambda: cls.last() >= first + 12, "a dozen seconds")
        cls.end = cls.last() - 2  # a range that does not change any more
        cls.start = cls.end - 10
        keys = [k["key"] for k in cls.ask("keys")["keys"] if k["key"] != "other"]
        cls.keys = ["page-load", next(k for k in keys if k != "page-load")]

    @classmethod
    def last(cls):
        return cls.operator.get(f"datasets/{cls.dataset['id']}").json["last"]

    @classmethod
    def ask(cls, what, **more):
        return cls.operator.get(f"datasets/{cls.dataset['id']}/{what}", **{"start": cls.start, "end": cls.end, "step": 1, **more}).json

    def show(self, *options, charts=1, span=10):
        """The heat map of the dozen seconds, alone."""
        self.aside()
        self.b.js("location.hash = arguments[0]", charts_url((HEAT, [("view", "heat"), ("y", "log"), *options]), span=span, end=self.end))
        self.settled(charts)

    def aside(self):
        """Away from what was there; comes in first."""
        if not self.b.js("return !!document.querySelector('.top')"):
            self.enter()
        self.b.js("location.hash = '#cloud'")

    def settled(self, charts=1):
        self.b.until(f"document.querySelectorAll('.chart').length === {charts}", "the chart")
        self.drawn(charts)
        self.b.until("!document.querySelector('.chart .progress')", "loaded")
        seen = [None]

        def still():
            seen.append(self.cells())
            return seen[-1] == seen[-2]
        until(still, "the picture stands still")

    def cells(self):
        """The colours within the picture of the first chart, every second pixel, as one text: {hue of ten degrees: pixels}, and a check sum."""
        return self.b.js("""const c = document.querySelector('.chart canvas.layer:not(.front)'), d = c.getContext('2d').getImageData(67, 9, c.width - 78, c.height - 34).data;
            let sum = 0;
            const seen = {};
            for (let i = 0; i < d.length; i += 8) {
                const key = d[i + 3] > 200 ? (d[i] << 16) + (d[i + 1] << 8) + d[i + 2] : -1;
                seen[key] = (seen[key] || 0) + 1;
                sum = (sum * 31 + key) % 1000000007;
            }
            return JSON.stringify([sum, seen]);""")

    def hues(self):
        """How many pixels have which hue, of those that have any: rounded to what a palette spans."""
        seen, found = json.loads(self.cells())[1], collections.Counter()
        for colour, n in seen.items():
            rgb = [(int(colour) >> s & 255) / 255 for s in (16, 8, 0)]
            h, s, _ = colorsys.rgb_to_hsv(*rgb)
            if int(colour) >= 0 and s > 0.12:
                found[min((BASE, FIRST, SECOND, 294, 52), key=lambda x: min(abs(h * 360 - x), 360 - abs(h * 360 - x)))] += n
        return found

    def label(self):
        return self.b.js("return document.querySelector('.chart canvas.front').getAttribute('aria-label')")

    def menu(self, *items):
        for item in items:
            self.b.click(".chart .tools button", "More for this chart")
            self.b.click(".chart .menu .item, .chart .menu label", item)

    # ---- what is drawn ----

    def test_a_column_is_a_second_and_is_as_dark_as_it_has_events(self):
        self.show(("colour", "linear"))
        heat = self.ask("heatmap")
        self.assertEqual(heat["columns"], 10)
        edges = self.b.js("""const c = document.querySelector('.chart canvas.layer:not(.front)'), w = c.width - 76, ctx = c.getContext('2d');
            const columns = [];
            for (let i = 0; i < 10; i++) {
                const at = (f) => [...ctx.getImageData(Math.round(66 + w * (i + f) / 10), 8, 1, c.height - 34).data].join();
                columns.push(at(0.15) === at(0.5) && at(0.5) === at(0.85));
            }
            return columns;""")
        self.assertEqual(edges, [True] * 10, "the same colours all through each second")

    def test_colours_by_rank_or_in_proportion_by_count_or_by_value(self):
        seen = {}
        for colour in ("rank", "linear"):
            for weight in ("count", "value"):
                self.show(("colour", colour), ("weight", weight))
                seen[colour, weight] = self.cells()
        self.assertEqual(len(set(seen.values())), 4)
        dark = {k: sum(n for c, n in json.loads(v)[1].items() if int(c) >= 0 and min(int(c) >> 16 & 255, int(c) >> 8 & 255, int(c) & 255) < 120) for k, v in seen.items()}
        self.assertGreater(dark["rank", "count"], dark["linear", "count"], "rank shows what one great cell outshines")

    def test_value_axis_linear_logarithmic_and_by_rank(self):
        seen = set()
        for axis in ("linear", "log", "rank"):
            self.show(("y", axis))
            seen.add(self.cells())
        self.assertEqual(len(seen), 3)

    def test_hue_of_selected_keys_highlight_isolate_exclude_rainbow(self):
        self.show()
        self.assertEqual(set(self.hues()), {BASE})
        chosen = [("keys", urllib.parse.quote(k)) for k in self.keys]
        self.show(*chosen)
        self.assertLessEqual({BASE, FIRST, SECOND}, set(self.hues()), "also blended")
        self.show(*chosen, ("mode", "isolate"))
        alone = self.hues()
        self.assertGreater(alone[FIRST] + alone[SECOND], alone[BASE] * 3)
        self.show(*chosen, ("mode", "exclude"))
        self.assertEqual(set(self.hues()), {BASE})
        self.show(("mode", "rainbow"))
        self.assertGreaterEqual(len(self.hues()), 3)

    def test_outliers_are_left_out_of_the_axis_in_steps(self):
        self.show(("y", "linear"))
        seen = [self.cells()]
        for percent in ("0.1", "1", "2", "5", "10", "25"):
            self.b.click(".chart .tools button", "Leave out the highest")
            self.b.until(f"/outliers={percent}(&|$)/.test(location.hash)", percent)
            self.assertIn(f"{percent}%", self.b.js("return [...document.querySelectorAll('.chart .tools button')].map((b) => b.title).find((t) => t.includes('Leave out'))"))
            time.sleep(0.2)
            seen.append(self.cells())
        self.assertGreater(len(set(seen)), 3)
        self.b.click(".chart .tools button", "Leave out the highest")
        self.b.until("!/outliers=/.test(location.hash)", "none is left out again")

    def test_lines_of_average_and_percentiles(self):
        self.show()
        plain = self.cells()
        self.menu("average")
        self.b.until("/average=true/.test(location.hash)", "average")
        average = until(lambda: (c := self.cells()) != plain and c, "its line")
        self.b.click(".chart .menu label", "99 %")
        self.b.until("/percentiles=99/.test(location.hash)", "a percentile")
        until(lambda: self.cells() not in (plain, average), "its line")

    # ---- the list, the pointer ----

    def test_the_list_has_the_keys_in_sight_with_their_totals(self):
        self.show()
        said = self.b.js("return [...document.querySelectorAll('.key')].slice(0, 5).map((k) => k.querySelector('.name').textContent)")
        self.assertEqual(said, [k["key"] for k in self.ask("keys")["keys"]][:5])
        self.b.click(".key", self.keys[0])
        self.b.until("document.querySelectorAll('.key[aria-pressed=true]').length === 1", "selected")
        self.b.js("[...document.querySelectorAll('.key')].find((k) => k.textContent.includes(arguments[0])).dispatchEvent(new MouseEvent('click', {shiftKey: true, bubbles: true}))", self.keys[1])
        self.b.until("document.querySelectorAll('.key[aria-pressed=true]').length === 2", "another with Shift")

    def test_pointer_and_click_tell_time_range_count_and_whose(self):
        self.show()
        x, y, w, h = self.box(0)
        i, heat = 4, self.ask("heatmap", key=self.keys)
        place = (x + 66 + (w - 76) * (i + 0.5) / 10, y + h * 0.6)
        self.b.pointer(("move", *place), ("move", place[0] + 1, place[1]))
        self.b.until("document.querySelector('.tip')", "what is under it")
        total = sum(heat["cells"][i][1::2])
        told = until(lambda: (t := self.b.js("return document.querySelector('.tip')?.innerText || ''")) and " of " in t and t, "it is told")
        self.assertIn(time.strftime("%H:%M:%S", time.localtime(self.start + i)), told)
        self.assertRegex(told, r"[\d.]+ [nµm]?s – [\d.]+ [nµm]?s")
        number = told.split(" of ")[1].split(" events")[0].split()
        self.assertAlmostEqual(float(number[0]) * (1000 if number[1:] == ["k"] else 1), total, delta=total * 0.01 + 1)
        # Somewhere in the column several keys share a cell: a pie shows how.
        for step in range(20, 95, 5):
            self.b.pointer(("move", place[0], y + h * step / 100))
            time.sleep(0.3)
            if self.b.js("return !!document.querySelector('.tip .pie') && document.querySelectorAll('.tip .row').length > 1"):
                break
        else:
            self.fail("no cell of several keys")
        self.b.pointer(("move", *place), ("down",), ("up",))
        clock = time.strftime("%H:%M:%S", time.localtime(self.start + i))
        self.b.until(f"document.querySelector('.keys .caption').textContent.includes('at {clock}')", "the list is of that second")

    def test_the_highest_second_then_the_next(self):
        self.show()
        sums = [sum(c[1::2]) for c in self.ask("heatmap")["cells"]]
        order = sorted(range(10), key=lambda i: (-sums[i], i))
        for i in order[:2]:
            self.menu("Go to the highest second")
            self.b.until(f"document.querySelector('.keys .caption').textContent.includes('{time.strftime('%H:%M:%S', time.localtime(self.start + i))}')", "it is chosen")
        self.menu("Go to the lowest second")
        self.b.until(f"document.querySelector('.keys .caption').textContent.includes('{time.strftime('%H:%M:%S', time.localtime(self.start + min(range(10), key=lambda i: (sums[i], i))))}')", "the lowest")

    def test_a_finger_adds_keys(self):
        """There is no Shift on a telephone: each touch adds a key, or takes it away."""
        self.show()
        touch = "document.querySelectorAll('.chart .key')[arguments[0]].dispatchEvent(new PointerEvent('click', {pointerType: 'touch', bubbles: true}))"
        selected = "[...document.querySelectorAll('.chart .key')].map((k) => k.getAttribute('aria-pressed')).slice(0, 3).join()"
        for i, then in ((0, "true,false,false"), (2, "true,false,true"), (0, "false,false,true"), (2, "false,false,false")):
            self.b.js(touch, i)
            self.b.until(f"{selected} === '{then}'", then)

    def test_the_keyboard_selects_several_keys(self):
        self.show()
        selected = "[...document.querySelectorAll('.chart .key')].map((k) => k.getAttribute('aria-pressed')).slice(0, 2).join()"
        self.b.js("document.querySelector('.chart .key').focus()")
        self.b.keys("\ue007")  # enter
        self.b.until(f"{selected} === 'true,false'", "the first")
        self.b.js("document.querySelectorAll('.chart .key')[1].focus()")
        self.b.cdp("Input.dispatchKeyEvent", type="keyDown", key="Enter", code="Enter", windowsVirtualKeyCode=13, modifiers=8, text="\r")
        self.b.cdp("Input.dispatchKeyEvent", type="keyUp", key="Enter", code="Enter", windowsVirtualKeyCode=13, modifiers=8)
        self.b.until(f"{selected} === 'true,true'", "and with Shift the second")

    # ---- asking further ----

    def test_drill_down_from_several_keys_and_a_range_of_values(self):
        self.show(*[("keys", urllib.parse.quote(k)) for k in self.keys])
        x, y, w, h = self.box(0)
        self.b.pointer(("move", x + w / 2, y + h * 0.4), ("down",), ("move", x + w / 2 + 3, y + h * 0.5), ("move", x + w / 2 + 4, y + h * 0.7), ("up",))
        self.b.until("document.querySelector('.popup')", "what can be asked")
        self.assertIn(" or ".join(self.keys), " ".join(self.text(".popup .hint")))
        self.b.click(".popup .item", "by system call")
        self.b.until("document.querySelectorAll('.chart').length === 2 && /latency/.test(document.querySelectorAll('.chart')[1].dataset.chart)", "one chart of both")
        name = self.b.js("return document.querySelectorAll('.chart')[1].dataset.chart")
        both = "=".join(sorted(self.keys))
        self.assertRegex(name, rf'^syscall\.ops\[execname={re.escape(both)}\]\[latency=\d+\.\.\d+\]\[syscall\]')
        # Only what they did is in it: asked by program again, it names these and no other.
        self.b.js(f"location.hash = 'span=60&chart=syscall.ops[execname={both}][execname]'")
        self.b.until("document.querySelectorAll('.chart').length === 1 && document.querySelectorAll('.chart .key').length", "who of them does something now")
        self.assertLessEqual(set(self.text(".chart .key .name")), set(self.keys))

    def test_drill_down_from_a_range_of_time(self):
        self.show()
        x, y, w, h = self.box(0)
        self.b.pointer(("move", x + 66 + (w - 76) * 0.32, y + h / 2), ("down",), ("move", x + 66 + (w - 76) * 0.5, y + h / 2), ("move", x + 66 + (w - 76) * 0.68, y + h / 2 + 2), ("up",))
        self.b.click(".popup .item", "Zoom to")
        self.b.until(f"new RegExp('span=10&end={self.start + 7}').test(location.hash)", "ten seconds that end with the range")

    def test_shift_on_the_funnel_gives_every_key_its_colour(self):
        self.show()
        self.b.js("document.querySelector('.chart .tools [aria-haspopup]').dispatchEvent(new MouseEvent('click', {shiftKey: true, bubbles: true}))")
        self.b.until("/mode=rainbow/.test(location.hash)", "rainbow")

    # ---- time, order, size ----

    def test_one_time_for_all_or_a_time_of_its_own(self):
        self.aside()
        self.sheet((HEAT, [("view", "heat")]), (STACKED, []), span=60)
        self.menu("Give it a time of its own")
        self.b.until("/range=60/.test(location.hash)", "its own")
        self.b.js("document.querySelector('select.span').value = '300'; document.querySelector('select.span').dispatchEvent(new Event('change'))")
        self.b.until("/^#span=300/.test(location.hash)", "the others follow the worksheet")
        self.menu("All charts to this chart")
        self.b.until("/^#span=60/.test(location.hash) && !/range=/.test(location.hash)", "all have its time")
        self.b.keys(" ")
        self.b.until("/end=/.test(location.hash)", "a pause stops all")
        drawn = "[...document.querySelectorAll('canvas[data-drawn]')].map((c) => c.dataset.drawn).join()"
        before = self.b.js("return " + drawn)
        time.sleep(2.5)
        self.assertEqual(self.b.js("return " + drawn), before)
        self.assertGreater(self.last(), int(before.split(",")[0]), "data keep flowing")

    def test_order_and_height(self):
        self.aside()
        self.sheet((HEAT, [("view", "heat")]), (STACKED, []), span=60)
        self.menu("Move down")
        self.b.until(f"document.querySelector('.chart').dataset.chart === {STACKED!r}", "moved")
        self.b.js("const s = document.querySelector('.chart'); location.hash = location.hash + '&height=360'")
        self.b.until("[...document.querySelectorAll('.picture')].some((p) => p.clientHeight === 360)", "higher")

    def test_office_hours_are_shaded_when_days_are_in_sight(self):
        self.show(span=7 * 86400)
        shaded = self.b.js("""const shade = getComputedStyle(document.documentElement).getPropertyValue('--shade').trim(), p = document.createElement('canvas').getContext('2d');
            p.fillStyle = shade; p.fillRect(0, 0, 1, 1);
            const want = [...p.getImageData(0, 0, 1, 1).data].slice(0, 3).join();
            const c = document.querySelector('.chart canvas.layer:not(.front)'), d = c.getContext('2d').getImageData(67, Math.round(c.height / 3), c.width - 90, 1).data;
            let n = 0;
            for (let i = 0; i < d.length; i += 4) n += d[i + 3] > 0 && [d[i], d[i + 1], d[i + 2]].join() === want;
            return n / (d.length / 4);""")
        self.assertGreater(shaded, 0.1)
        self.assertLess(shaded, 0.4)


if __name__ == "__main__":
    unittest.main()

"""What the tests of the page share: a daemon, Chromium, and looking at what is there. Pictures go to build/screenshots;
GLASSHOUSE_PICTURES=DIR takes those of the manual, too."""
import os
import unittest
import urllib.parse
from pathlib import Path

import browser
from support import BUILD, Daemon

PICTURES = os.environ.get("GLASSHOUSE_PICTURES")
ROOT = os.geteuid() == 0


def charts_url(*charts, **sheet):
    """The address of a worksheet: charts are (dataset, [(option, value)])."""
    parts = [f"{k}={v}" for k, v in sheet.items()]
    for name, options in charts:
        parts.append("chart=" + urllib.parse.quote(name, safe="[]=."))
        parts += [f"{k}={v}" for k, v in options]
    return "#" + "&".join(parts)


def save_picture(b, name):
    b.js("document.activeElement && document.activeElement.blur()")
    b.picture(BUILD / f"screenshots/{name}.png")
    if PICTURES:
        b.picture(Path(PICTURES) / f"{name}.webp", "webp", 55)


class PageCase(unittest.TestCase):
    """One daemon and one browser for all tests of a class; dialogs are closed before each."""
    tracing = False

    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon(tracing=cls.tracing)
        cls.addClassCleanup(cls.daemon.stop)
        cls.browser = browser.Browser()
        cls.addClassCleanup(cls.browser.close)

    def setUp(self):
        self.b = self.browser
        self.b.js("document.querySelectorAll('dialog[open] .tool[aria-label=Close]').forEach((e) => e.click())")

    def enter(self):
        """Comes in as the operator."""
        self.b.open(f"{self.daemon.url}#token={self.daemon.token}")
        self.b.until("document.querySelector('.top > .menu-root:last-child')?.textContent.includes('local') && !document.querySelector('.wait')", "the page")

    def picture(self, name):
        save_picture(self.b, name)

    def sheet(self, *charts, **sheet):
        """Opens a worksheet by its URL, and waits until every chart has drawn seconds."""
        self.b.js("location.hash = arguments[0]", charts_url(*charts, **sheet))
        self.b.click(".tab", "Worksheet")
        self.drawn(len(charts))

    def drawn(self, n):
        self.b.until(f"[...document.querySelectorAll('.chart canvas.layer:not(.front)')].filter((c) => +c.dataset.drawn > 0).length >= {n}", f"{n} charts are drawn")

    def chart(self, i, selector=""):
        return f".chart:nth-of-type({i}) {selector}"

    def box(self, i):
        return self.b.js("const r = document.querySelectorAll('.chart canvas.front')[arguments[0]].getBoundingClientRect(); return [r.x, r.y, r.width, r.height]", i)

    def colours(self, i):
        """How many pixels of the picture of a chart have a colour (are not grey)."""
        return self.b.js("""const c = document.querySelectorAll('.chart canvas.layer:not(.front)')[arguments[0]], d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
            let n = 0;
            for (let i = 0; i < d.length; i += 4) if (d[i + 3] > 200 && Math.max(d[i], d[i+1], d[i+2]) - Math.min(d[i], d[i+1], d[i+2]) > 40) n++;
            return n;""", i)

    def text(self, selector):
        return self.b.js("return [...document.querySelectorAll(arguments[0])].map((e) => e.textContent)", selector)

    def accessible(self, where):
        self.assertEqual(self.b.accessibility(), [], where)

"""Chromium by the WebDriver protocol, with nothing between: chromedriver of Debian, JSON over HTTP."""
import base64
import gzip
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from support import PATIENCE_S, said, until

AXE = Path(__file__).parent / "vendor/axe.min.js.gz"
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


def missing():
    """What this machine lacks for it, or ''."""
    return next((f"{name} is not installed" for name in ("chromium", "chromedriver") if not shutil.which(name)), "")


class WebDriverError(Exception):
    pass


class Browser:
    def __init__(self, width=1280, height=900):
        self.folder = tempfile.mkdtemp(prefix="glasshouse-chromium-")
        log = Path(self.folder) / "chromedriver.log"
        self.driver = subprocess.Popen(["chromedriver", "--port=0", f"--log-path={log}"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
                                       start_new_session=True, env={**os.environ, "HOME": self.folder})
        port = int(said(self.driver, "successfully on port").rstrip(".\n").rsplit(" ", 1)[1])
        self.url, self.session = f"http://127.0.0.1:{port}", None
        options = {"args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--force-color-profile=srgb",
                            "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", f"--user-data-dir={self.folder}/profile",
                            f"--window-size={width},{height}"]}
        self.session = self.ask("POST", "/session", {"capabilities": {"alwaysMatch": {
            "acceptInsecureCerts": True, "goog:loggingPrefs": {"browser": "ALL"}, "goog:chromeOptions": options}}})["sessionId"]
        self.size(width, height)

    def ask(self, method, path, body=None):
        if self.session:
            path = f"/session/{self.session}{path}"
        request = urllib.request.Request(self.url + path, method=method, data=json.dumps({} if body is None else body).encode() if method == "POST" else None)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S * 2) as r:
                return json.load(r)["value"]
        except urllib.error.HTTPError as e:
            with e:
                value = json.load(e)["value"]
            raise WebDriverError(f"{value['error']}: {value['message'].splitlines()[0]}") from None

    def close(self):
        try:
            if self.session:
                self.ask("DELETE", "")
        finally:
            try:
                os.killpg(self.driver.pid, signal.SIGTERM)
            except ProcessLookupError:
                pass
            self.driver.wait(PATIENCE_S)
            self.driver.stdout.close()
            for _ in range(20):  # the profile is written to until the last process is gone
                shutil.rmtree(self.folder, ignore_errors=True)
                if not os.path.exists(self.folder):
                    break
                time.sleep(0.1)

    def open(self, url):
        self.ask("POST", "/url", {"url": url})

    def js(self, script, *args):
        """The value of a function's body."""
        return self.ask("POST", "/execute/sync", {"script": script, "args": list(args)})

    def find(self, selector):
        return self.ask("POST", "/element", {"using": "css selector", "value": selector})[ELEMENT]

    def click(self, selector, text=None):
        """Clicks what is there once it is; with a text the one among several that says so."""
        def there():
            return self.js("""const all = [...document.querySelectorAll(arguments[0])].filter((e) => e.getClientRects().length && !e.disabled);
                const e = arguments[1] === null ? all[0] : all.find((x) => (x.textContent + " " + (x.getAttribute("aria-label") || "")).includes(arguments[1]));
                if (!e) return false;
                e.scrollIntoView({block: "center"});
                e.click();
                return true;""", selector, text)
        until(there, f"{selector} {text or ''} can be clicked")

    def place(self, selector, text=None):
        """The middle of what is there, with a text the one among several that says so, once nothing lies over it."""
        def there():
            return self.js("""const all = [...document.querySelectorAll(arguments[0])].filter((e) => e.getClientRects().length && !e.disabled);
                const e = arguments[1] === null ? all[0] : all.find((x) => (x.textContent + " " + (x.getAttribute("aria-label") || "")).includes(arguments[1]));
                if (!e) return null;
                e.scrollIntoView({block: "center"});
                const r = e.getBoundingClientRect(), at = [r.x + r.width / 2, r.y + r.height / 2], top = document.elementFromPoint(...at);
                return top && (e === top || e.contains(top)) ? at : null;""", selector, text)
        return until(there, f"{selector} {text or ''} can be reached")

    def press(self, selector, text=None):
        """Clicks by the pointer, as a person does."""
        self.pointer(("move", *self.place(selector, text)), ("down",), ("up",))

    def type(self, selector, text):
        self.ask("POST", f"/element/{self.find(selector)}/value", {"text": text})

    def keys(self, text):
        actions = [{"type": t, "value": c} for c in text for t in ("keyDown", "keyUp")]
        self.ask("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": actions}]})

    def pointer(self, *steps):
        """("move", x, y), ("down",), ("up",): in CSS pixels of the window."""
        actions = []
        for step in steps:
            if step[0] == "move":
                actions.append({"type": "pointerMove", "x": round(step[1]), "y": round(step[2]), "duration": 40})
            else:
                actions.append({"type": "pointerDown" if step[0] == "down" else "pointerUp", "button": 0})
        self.ask("POST", "/actions", {"actions": [{"type": "pointer", "id": "mouse", "actions": actions}]})
        self.ask("DELETE", "/actions")

    def until(self, expression, what):
        return until(lambda: self.js(f"return {expression}"), what)

    def wait_for(self, body, name, value):
        """The value of an asynchronous function's body, which knows value by name."""
        return self.ask("POST", "/execute/async", {"script": f"const {name} = arguments[0], done = arguments[1]; (async () => {{ {body} }})().then(done, (e) => done(String(e)));", "args": [value]})

    def cdp(self, method, **parameters):
        return self.ask("POST", "/goog/cdp/execute", {"cmd": method, "params": parameters})

    def size(self, width, height, mobile=False):
        self.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=mobile)

    def picture(self, path, kind="png", quality=None):
        path.parent.mkdir(parents=True, exist_ok=True)
        shot = self.cdp("Page.captureScreenshot", format=kind, **({"quality": quality} if quality else {}))
        path.write_bytes(base64.b64decode(shot["data"]))

    def log(self):
        return [f"{m['level']}: {m['message']}" for m in self.ask("POST", "/se/log", {"type": "browser"})]

    def accessibility(self):
        """What axe finds wrong with the page as it is: [(rule, how bad, where)]."""
        if not self.js("return !!window.axe"):
            # Past the page's own policy, which would not let it in.
            self.cdp("Runtime.evaluate", expression=gzip.decompress(AXE.read_bytes()).decode())
        found = self.ask("POST", "/execute/async", {"script": """const done = arguments[0];
            axe.run(document, {resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}).then((r) =>
                done(r.violations.map((v) => [v.id, v.impact, v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160))])), (e) => done([["axe", String(e), []]]));""", "args": []})
        return found

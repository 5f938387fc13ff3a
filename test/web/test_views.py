"""The views beside the worksheet, as their users go through them: accounts and tokens, log in and out, thresholds with a test of their
actions; each also dark, at the width of a telephone, and for axe."""
import os
import shutil
import signal
import subprocess
import tempfile
import unittest

import browser
from page import PageCase, charts_url
from support import Client, needs_daemon, until

VIEWS = ("Worksheet", "Cloud", "Datasets", "Alerts", "Account")
DATASET = "cpu.utilization[mode]"


@needs_daemon
@unittest.skipIf(browser.missing(), browser.missing())
class Views(PageCase):
    def view(self, name):
        if name == "Account":
            self.b.click(".top > .menu-root:last-child button")
            self.b.click(".top .menu .item", "tokens")
            self.b.until("document.querySelector('.who')", "the account")
        else:
            self.b.click(".tab", name)
        self.b.until("!document.querySelector('main .wait')", "loaded")

    def log_in(self, name, password):
        self.b.until("document.querySelector('.login input[name=password]')", "the form")
        self.b.type(".login input[name=user]", name)
        self.b.type(".login input[name=password]", password)
        self.b.click(".login button", "Log in")

    def fill(self, **fields):
        """Types into the fields of the open dialog, by their names."""
        for name, value in fields.items():
            self.b.until(f"document.querySelector('dialog[open] [name={name}]')", f"the field {name}")
            self.b.js("const e = document.querySelector(`dialog[open] [name=${arguments[0]}]`); e.focus(); if (e.tagName === 'INPUT') e.value = ''", name)
            if self.b.js("return document.querySelector(`dialog[open] [name=${arguments[0]}]`).tagName", name) == "SELECT":
                self.b.js("const e = document.querySelector(`dialog[open] [name=${arguments[0]}]`); e.value = arguments[1]; e.dispatchEvent(new Event('change', {bubbles: true}))", name, value)
            else:
                self.b.type(f"dialog[open] [name={name}]", value)

    def rows(self, heading):
        return self.b.js("""const h = [...document.querySelectorAll('h2')].find((x) => x.textContent === arguments[0]);
            return [...h.parentElement.querySelectorAll('tbody tr')].map((r) => [...r.cells].map((c) => c.textContent));""", heading)

    def test_1_accounts_and_tokens(self):
        self.enter()
        self.view("Account")
        self.assertEqual(self.rows("Accounts"), [])
        self.b.click(".primary", "New account")
        self.fill(name="anna", zones="web, db", password="short")
        self.b.click("dialog .primary", "Save")
        self.assertTrue(self.b.js("return !!document.querySelector('dialog[open] :invalid')"), "the form says what is missing")
        self.fill(password="correct horse")
        self.accessible("new account")
        self.b.click("dialog .primary", "Save")
        row = until(lambda: self.rows("Accounts"), "the account")[0]
        self.assertEqual(row[:5], ["anna", "tenant", "db, web", "enabled", "0"])
        self.b.click(".primary", "New account")
        self.fill(name="anna", zones="web, db", password="correct horse")
        self.b.click("dialog .primary", "Save")
        self.b.until("/There is an account anna already/.test(document.querySelector('dialog .problem')?.textContent)", "said in the form")
        self.b.click("dialog .tool", "Close")
        self.b.click("td .link", "change")
        self.fill(role="operator")
        self.b.click("dialog .primary", "Save")
        until(lambda: self.rows("Accounts")[0][1:3] == ["operator", "all"], "an operator now")
        self.b.click("td .link", "disable")
        until(lambda: self.rows("Accounts")[0][3] == "disabled", "disabled")
        self.assertEqual(Client(self.daemon.url).post("login", {"user": "anna", "password": "correct horse"}).status, 401)
        self.b.click("td .link", "enable")
        until(lambda: self.rows("Accounts")[0][3] == "enabled", "enabled")
        self.b.type("form.bar input[name=label]", "a script")
        self.b.click("form.bar .primary", "New token")
        token = until(lambda: self.b.js("return document.querySelector('dialog[open] .code')?.textContent"), "the token, shown once")
        self.assertEqual(Client(self.daemon.url, token).get("status").json["user"]["role"], "operator")
        self.accessible("new token")
        self.b.click("dialog .tool", "Close")
        self.b.until("!document.querySelector('.code')", "it is not there any more")
        self.picture("accounts")
        self.b.click("td .danger", "Revoke a script")
        self.b.until("document.querySelector('dialog[open]')", "asks first")
        self.accessible("question")
        self.b.click("dialog .primary", "Revoke")
        until(lambda: Client(self.daemon.url, token).get("status").status == 401, "revoked")

    def test_2_log_in_and_out_and_a_session_that_ends(self):
        self.daemon.operator.put("accounts/anna", {"role": "operator", "password": "correct horse"})
        self.enter()
        self.b.click(".top [aria-haspopup]", "local")
        self.b.click(".menu .item", "Log out")
        self.b.until("document.querySelector('.login')", "the form")
        self.accessible("log in")
        self.picture("login")
        self.log_in("anna", "wrong")
        self.b.until("/name or the password is wrong/.test(document.querySelector('.login .problem')?.textContent)", "said")
        self.b.js("document.querySelectorAll('.login input').forEach((e) => (e.value = ''))")
        self.log_in("anna", "correct horse")
        self.b.until("document.querySelector('.top')", "in")
        self.b.js("location.hash = arguments[0]", charts_url((DATASET, []), span=60))
        self.drawn(1)
        # Another ends the session: the next thing the page asks is refused.
        for t in self.daemon.operator.get("tokens", account="anna").json["tokens"]:
            self.daemon.operator.delete(f"tokens/{t['id']}")
        self.b.click(".tab", "Datasets")
        self.b.until("/session has ended/.test(document.querySelector('.login')?.textContent)", "told")
        self.log_in("anna", "correct horse")
        self.b.click(".tab", "Worksheet")
        self.drawn(1)
        self.assertEqual(self.b.js("return document.querySelector('.chart').dataset.chart"), DATASET, "the worksheet is as it was")
        self.view("Account")
        for name, value in (("old", "correct horse"), ("new", "battery staple"), ("again", "battery stable")):
            self.b.type(f"input[name={name}]", value)
        self.b.click(".primary", "Change the password")
        self.b.until("/not the same/.test(document.querySelector('.panel .problem')?.textContent)", "the two are compared")
        self.b.js("document.querySelector('input[name=again]').value = 'battery staple'")
        self.b.click(".primary", "Change the password")
        self.b.until("/password is changed/.test(document.querySelector('.messages').textContent)", "changed")
        self.assertEqual(self.b.js("return document.querySelector('.login')"), None, "and still in")
        self.assertEqual(Client(self.daemon.url).post("login", {"user": "anna", "password": "battery staple"}).status, 200)

    def test_3_a_tenant_sees_what_is_his(self):
        self.daemon.operator.put("accounts/tina", {"role": "tenant", "zone": "web", "password": "correct horse"})
        self.enter()
        self.b.click(".top > .menu-root:last-child button")
        self.b.click(".menu .item", "Log out")
        self.log_in("tina", "correct horse")
        self.view("Account")
        self.assertEqual(self.text("h2"), ["tina sees zone web", "Tokens and sessions", "Password"])
        self.assertEqual({r[0] for r in self.rows("Tokens and sessions")}, {"tina"})
        self.accessible("a tenant's account")
        for name in VIEWS[:4]:
            self.view(name)
            self.assertEqual(self.text(".messages .error"), [], name)

    def test_4_thresholds_alerts_and_their_deliveries(self):
        self.enter()
        self.view("Alerts")
        self.b.click(".primary", "New threshold")
        fields = self.daemon.operator.get("thresholds").json["fields"]
        asked = self.b.js("return [...document.querySelectorAll('dialog .field [id]')].map((e) => e.id.slice(2))")
        self.assertEqual(set(asked), {f["name"] for f in fields} - {"percentile", "share_above"}, "every field that applies")
        for name, value in (("name", "too busy"), ("dataset", "cpu.utilization"), ("limit", "nonsense")):
            self.b.type(f"#t-{name}", value)
        self.b.click("dialog .item", "+ syslog")
        self.accessible("form")
        self.b.click("dialog .primary", "Save")
        self.b.until("document.querySelector('dialog .problem')", "what is wrong stands in the form")
        self.b.js("for (const [id, v] of [['limit', '0'], ['minpost', '0']]) { const e = document.getElementById('t-' + id); e.value = v; e.dispatchEvent(new Event('input', {bubbles: true})); }")
        self.b.click("dialog .primary", "Save")
        self.b.until("document.querySelector('tr.lasting')", "the alert")
        self.b.click("td .link", "send a test")
        self.b.until("[...document.querySelectorAll('dialog tbody tr')].some((r) => r.cells[1].textContent === 'test' && +r.cells[4].textContent > 0)", "what came of the test")
        self.accessible("deliveries")
        self.picture("deliveries")
        self.b.click("dialog .tool", "Close")
        self.b.click("td .link", "acknowledge")
        self.b.type("dialog input", "known")
        self.b.click("dialog .primary", "Acknowledge")
        self.b.until("/seen by local: known/.test(document.querySelector('tr.lasting').textContent)", "acknowledged")
        self.b.click("td .link", "disable")
        self.b.until("!document.querySelector('tr.lasting')", "disabled: its alert is closed")
        self.b.click("td .danger", "delete")
        self.b.click("dialog .primary", "Delete")
        self.b.until("/None yet. Make one/.test(document.querySelector('main').textContent)", "deleted")

    def test_5_every_view_dark_and_narrow(self):
        self.enter()
        self.b.js("location.hash = arguments[0]", charts_url((DATASET, []), ("cpu.utilization[utilization]", [("view", "heat")]), span=60))
        self.drawn(2)
        for theme in ("Dark", "Light"):
            self.b.click("button", f"{theme} colours") if self.b.js("return document.documentElement.dataset.theme") != theme.lower() else None
            for name in VIEWS:
                self.view(name)
                self.accessible(f"{name}, {theme}")
                self.b.size(390, 844, mobile=True)
                self.b.until("innerWidth < 400", "narrow")
                self.assertLessEqual(self.b.js("return document.documentElement.scrollWidth"), 390, f"{name} is wider than the telephone")
                self.picture(f"{name.lower()}-phone-{theme.lower()}")
                self.b.size(1280, 900)
        self.b.keys("?")
        self.b.until("document.querySelector('dialog[open] .help')", "help")
        self.accessible("help")

    def test_6_back_forward_save_and_share(self):
        self.enter()
        self.b.js("location.hash = arguments[0]", charts_url((DATASET, []), span=60))
        self.drawn(1)
        for name in ("Alerts", "Datasets"):
            self.view(name)
        self.b.js("history.back()")
        self.b.until("document.querySelector('.tab[aria-current]').textContent === 'Alerts'", "back")
        self.b.js("history.back()")
        self.b.until("document.querySelector('.chart')", "the worksheet")
        self.b.click(".top [aria-haspopup]", "Worksheet")
        self.b.click(".menu .item", "Save")
        self.b.type("dialog input", "my sheet")
        self.b.click("dialog .primary", "Save")
        sheet = until(lambda: self.daemon.operator.get("worksheets").json["worksheets"], "saved")[0]
        self.assertEqual(sheet["name"], "my sheet")
        self.assertTrue(next(d for d in self.daemon.operator.get("datasets").json["datasets"] if d["name"] == DATASET)["saved"], "its data are kept")
        # By its address alone, in a page that knows nothing.
        self.b.until("/name=my%20sheet/.test(location.href)", "its name in the address")
        address = self.b.js("return location.href")
        self.b.open("about:blank")
        self.b.open(address)
        self.drawn(1)
        self.b.click(".top [aria-haspopup]", "my sheet")
        self.b.click(".menu .item", "New, empty")
        self.b.until("document.querySelector('.welcome')", "empty")
        self.b.click(".top [aria-haspopup]", "Worksheet")
        self.b.click(".menu .item", "my sheet")
        self.b.until("document.querySelectorAll('.chart').length === 1", "opened again")

    def test_7_names_of_others_are_text(self):
        """Programs, worksheets and statistics are called what others like: markup is shown, not obeyed."""
        name = "<img src=x>"
        folder = tempfile.mkdtemp(prefix="glasshouse-names-")
        self.addCleanup(shutil.rmtree, folder)
        os.symlink("/bin/sleep", f"{folder}/{name}")
        shell = subprocess.Popen(["sh", "-c", "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do \"$0\" 300 & \"$0\" 300 & done; wait", f"{folder}/{name}"],
                                 start_new_session=True)
        self.addCleanup(shell.wait, 20)
        self.addCleanup(os.killpg, shell.pid, signal.SIGTERM)
        sheet = self.daemon.operator.post("worksheets", {"name": f"<script>document.title = 'x'</script>{name}", "shared": True, "charts": []})
        self.assertIn(sheet.status, (200, 201), sheet.body)
        self.enter()
        self.b.js("location.hash = arguments[0]", charts_url(("proc.count[execname]", []), span=60, name=f"{name}<b>"))
        self.drawn(1)
        self.b.until(f"[...document.querySelectorAll('.key .name')].some((e) => e.textContent === '{name}')", "the program is in the list")
        self.b.click(".key", name)
        self.b.click(".next .chip", "by process")
        self.drawn(2)
        self.assertIn(name, self.text("section.chart:nth-of-type(2) h2")[0])
        self.b.click(".top [aria-haspopup]", f"{name}<b>")
        self.b.until("[...document.querySelectorAll('.menu .item')].some((e) => e.textContent.includes('<script>'))", "the worksheet's name")
        self.b.keys("\ue00c")
        for view in VIEWS[1:]:
            self.view(view)
            self.assertEqual(self.b.js("return [document.querySelectorAll('img').length, document.querySelectorAll('script:not([src])').length, document.title]"),
                             [0, 0, "Glasshouse Analytics"], view)


if __name__ == "__main__":
    unittest.main()

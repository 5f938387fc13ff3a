#!/usr/bin/env python3
"""Random calls of the string subroutines, of json(), and random conversions of printf(), against a model.

The model states each subroutine in Python; numbers are formatted by the C library. What is documented
otherwise than a C programmer expects: positions of index() and rindex() are clamped as Perl's are, an
empty string is equal to NULL, of the flags 0 and - the later one counts, + and the space are for signed
values, a precision of 0 is none.

in:  --dtrace PROGRAM --count PROGRAMS --seed N
out: one summary line; on a difference the statement, what was expected and what came
"""
import ctypes
import json
import random
import subprocess
import sys

import fuzz_run

LETTERS = "abc/.,AZ1 "
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
STATEMENTS = 24
LIBC = ctypes.CDLL(None)
INTS = [("char", 1, True), ("unsigned char", 1, False), ("short", 2, True), ("unsigned short", 2, False),
        ("int", 4, True), ("unsigned int", 4, False), ("long", 8, True), ("unsigned long", 8, False)]


def signed(v):
    return (v + (1 << 63)) % (1 << 64) - (1 << 63)


def quoted(s):
    return '"' + s.replace("\\", "\\\\").replace('"', '\\"') + '"'


def integer(n):
    """A D expression of this value."""
    if n == -(1 << 63):
        return "(-9223372036854775807LL - 1)"
    return "(%dLL)" % n


# ---- the model ----

def substr(s, index, count):
    if index < 0:
        index += len(s)
        if index < 0 < index + count:
            count, index = count + index, 0
    if not 0 <= index < len(s):
        return ""
    if count < 0:
        count += len(s) - index
    return s[index:index + max(count, 0)]


def index_of(s, t, pos=0):
    pos = max(pos, 0)
    if not t:
        return min(pos, len(s))
    return s.find(t, pos)


def rindex_of(s, t, pos=1 << 20):
    pos = min(pos, len(s))
    if not t:
        return max(pos, 0)
    return -1 if pos < 0 else s.rfind(t, 0, pos + len(t))


def strtok(s, delimiters):
    s = s.lstrip(delimiters) if delimiters else s
    return s[:next((i for i, c in enumerate(s) if c in delimiters), len(s))]


def basename(s):
    return (s.rstrip("/").rsplit("/", 1)[-1] or "/") if s else "."


def dirname(s):
    t = s.rstrip("/")
    if "/" not in t:
        return "/" if s and not t else "."
    return t.rsplit("/", 1)[0].rstrip("/") or "/"


def lltostr(n, base):
    v, text = abs(n) if base == 10 else n % (1 << 64), ""
    while v:
        text, v = DIGITS[v % base] + text, v // base
    if base == 16:
        return "0x" + (text or "0")
    if n == 0 or base == 8:
        text = "0" + text
    return ("-" if n < 0 and base == 10 else "") + text


def strtoll(s, base):
    s = s.lstrip(" ")
    negative = s[:1] == "-"
    if s[:1] == "-":
        s = s[1:]
    if base == 16 and s[:2].lower() == "0x":
        s = s[2:]
    v = 0
    for c in s.lower():
        if c not in DIGITS[:base]:
            break
        v = v * base + DIGITS.index(c)
    return signed(-v if negative else v)


# ---- random expressions: (text of D, its value) ----

class Maker:
    def __init__(self, rng, size):
        self.rng, self.size = rng, size

    def cut(self, s):
        return s[:self.size - 1]

    def word(self, most=12):
        r = self.rng
        return "".join(r.choice(LETTERS) for _ in range(r.choice([0, 1, 2, 3, r.randint(0, most)])))

    def literal(self):
        s = self.word()
        return quoted(s), self.cut(s)

    def string(self, depth):
        r = self.rng
        kind = r.randint(0, 9) if depth else 0
        if kind <= 2:
            return self.literal()
        a, av = self.string(depth - 1)
        if kind == 3:
            b, bv = self.string(depth - 1)
            return f"strjoin({a}, {b})", self.cut(av + bv)
        if kind in (4, 5):
            i, n = r.randint(-10, 12), r.randint(-10, 12)
            if r.random() < 0.4:
                return f"substr({a}, {i})", substr(av, i, self.size)
            return f"substr({a}, {i}, {n})", substr(av, i, n)
        if kind == 6:
            f, model = r.choice([("basename", basename), ("dirname", dirname)])
            return f"{f}({a})", model(av)
        if kind == 7:
            return r.choice([(f"toupper({a})", av.upper()), (f"tolower({a})", av.lower())])
        n, nv = self.number(depth - 1)
        if kind == 8:
            base = r.choice([2, 3, 8, 10, 16, 36])
            return f"lltostr({n}, {base})", self.cut(lltostr(nv, base))
        b, bv = self.string(depth - 1)
        return f"(({n}) > 0 ? {a} : {b})", av if nv > 0 else bv

    def part(self, depth):
        """Of what may be NULL; the model says "" for that."""
        r = self.rng
        a, av = self.string(depth)
        kind = r.randint(0, 3)
        if kind <= 1:
            c = r.choice(LETTERS)
            i = av.rfind(c) if kind else av.find(c)
            return f"{'strrchr' if kind else 'strchr'}({a}, '{c}')", av[i:] if i >= 0 else ""
        if kind == 2:
            b, bv = self.string(depth)
            i = av.find(bv)
            return f"strstr({a}, {b})", av[i:] if i >= 0 else ""
        d = self.word(3)
        return f"strtok({a}, {quoted(d)})", strtok(av, self.cut(d))

    def number(self, depth):
        r = self.rng
        kind = r.randint(0, 6) if depth else 0
        if kind == 0:
            n = r.choice([0, 1, -1, 7, 255, -300, 2**31, 2**40, r.randint(-2**63, 2**63 - 1)])
            return integer(n), n
        a, av = self.string(depth - 1)
        if kind == 1:
            return f"strlen({a})", len(av)
        if kind == 2:
            base = r.choice([2, 8, 10, 16, 36])
            return f"strtoll({a}, {base})", strtoll(av, base)
        b, bv = self.string(depth - 1) if r.random() < 0.5 else (lambda w: (quoted(w), w))(av[1:3])
        if kind in (3, 4):
            f, model = ("index", index_of) if kind == 3 else ("rindex", rindex_of)
            at = [] if r.random() < 0.5 else [r.randint(-3, 12)]
            value = model(av, bv, *at) if av or bv else 0
            return f"{f}({', '.join([a, b, *map(str, at)])})", value
        order = (av > bv) - (av < bv)
        op, holds = r.choice([("<", order < 0), (">", order > 0), ("<=", order <= 0), (">=", order >= 0),
                              ("==", not order), ("!=", bool(order))])
        return f"({a} {op} {b})", int(holds)

    def tree(self, depth):
        r = self.rng
        kind = r.randint(0, 5) if depth else r.randint(0, 2)
        if kind == 0:
            return r.choice([0, 1, -5, 12345, 1.5, True, False, None])
        if kind <= 2:
            return "".join(r.choice("ab x]},:") for _ in range(r.randint(0, 5)))
        if kind == 3:
            return [self.tree(depth - 1) for _ in range(r.randint(0, 3))]
        return {"".join(r.choice("kmn") for _ in range(r.randint(1, 3))): self.tree(depth - 1)
                for _ in range(r.randint(0, 3))}

    def json(self):
        """A path in a document, to what is there or is not; None when that is no scalar."""
        r = self.rng
        at, path = self.tree(3), ""
        text = json.dumps(at, separators=r.choice([(",", ":"), (", ", ": ")]))
        missing = object()
        while isinstance(at, (dict, list)) and (not path or r.random() < 0.7):
            if isinstance(at, dict):
                key = r.choice([*at, "zz"])
                path, at = path + ("." if path else "") + key, at.get(key, missing)
            else:
                i = r.randint(0, len(at))
                path, at = path + f"[{i}]", at[i] if i < len(at) else missing
        if not path or len(text) >= self.size or isinstance(at, (dict, list)):
            return None
        value = "" if at is missing else at if isinstance(at, str) else json.dumps(at)
        return f"json({quoted(text)}, {quoted(path)})", value

    def conversion(self):
        """(statement, what it prints)"""
        r = self.rng
        name, size, is_signed = r.choice(INTS)
        v = r.choice([0, 1, -1, 42, 127, 128, 255, 256, 65535, -32768, 2**31 - 1, -2**31, 2**32, -2**63, 2**63 - 1,
                      signed(r.getrandbits(64))])
        flags = "".join(r.choice("#0-+ '") for _ in range(r.choice([0, 0, 1, 1, 2, 3])))
        width, precision = r.choice(["", "", "1", "5", "12", "30"]), r.choice(["", "", "", ".0", ".3", ".12", "."])
        letter = r.choice("diuxXo")
        bits = v % (1 << 8 * size)
        kept = set()
        for flag in flags:
            kept -= {"0": {"-"}, "-": {"0"}}.get(flag, set())
            kept.add(flag)
        kept -= {"'"} if is_signed else {"'", "+", " "}
        if letter in "di":
            if is_signed and bits >> (8 * size - 1):
                bits -= 1 << 8 * size
            letter_of_c = "d" if is_signed else "u"
        else:
            letter_of_c = letter
        out = ctypes.create_string_buffer(100)
        text = "%" + "".join(sorted(kept)) + width + (precision if len(precision) > 1 and precision != ".0" else "")
        LIBC.snprintf(out, 100, (text + "ll" + letter_of_c).encode(), ctypes.c_ulonglong(bits % (1 << 64)))
        return (f'printf("[%{flags}{width}{precision}{letter}]\\n", ({name}){integer(v)});',
                "[" + out.value.decode() + "]")

    def statement(self):
        kind = self.rng.randint(0, 4)
        if kind == 0:
            return self.conversion()
        if kind == 1:
            text, v = self.number(3)
            return f'printf("[%d]\\n", {text});', f"[{v}]"
        if kind == 2:
            text, v = self.string(3)
            return f'printf("[%s]\\n", {text});', f"[{v}]"
        text, v = (self.json() if kind == 3 else None) or self.part(2)
        return (f'this->r = {text}; printf("[%s]\\n", this->r == NULL ? "none" : this->r);',
                f"[{v or 'none'}]")


def run(args, number):
    """(statements checked, differences)"""
    rng = random.Random("%d.%d" % (args.seed, number))
    size = rng.choice([256, 256, 64, 17, 9])
    maker = Maker(rng, size)
    made = [maker.statement() for _ in range(STATEMENTS)]
    text = "".join("BEGIN { %s }\n" % s for s, _ in made) + "BEGIN { exit(0); }\n"
    got = subprocess.run([args.dtrace, "-q", f"-xstrsize={size}", "-n", text], capture_output=True, timeout=60,
                         check=False)
    lines = got.stdout.decode("latin1").split("\n")
    if got.returncode != 0 or got.stderr or len(lines) < len(made):
        return 0, ["program %d, strsize %d: status %d: %s" % (number, size, got.returncode, got.stderr.decode()[:2000])]
    return len(made), ["strsize %d: %s\n  expected %s\n  got      %s" % (size, s, want, have)
                       for (s, want), have in zip(made, lines) if have != want]


def main():
    args = fuzz_run.parser(1000).parse_args()
    checked = bad = 0
    for number in range(args.count):
        n, differences = run(args, number)
        for text in differences:
            print(text, flush=True)
        checked, bad = checked + n, bad + len(differences)
        if bad > 20:
            break
    return fuzz_run.verdict(checked, "statements", bad, args.seed)


if __name__ == "__main__":
    sys.exit(main())

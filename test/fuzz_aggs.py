#!/usr/bin/env python3
"""Random aggregations against a model.

A random program fills a few aggregations, of any function and with any keys, normalises some, and
shows them by printa() (alone or joined) or at its end, sorted as random options say. The model
below computes the same text from the definitions in plain integers.

in:  --dtrace PROGRAM --count PROGRAMS --seed N
out: one summary line; on a difference the program, its options and a diff
"""
import difflib
import math
import random
import subprocess
import sys
from functools import cmp_to_key

import fuzz_run

KEYS = {  # type: (how the default layout shows it, what is shown of the bits, the largest tried)
    "int": (" %8d", None, 2**31 - 1), "long": (" %16d", None, 2**62),
    "short": (" %5d", 0xffff, 32767), "char": (" %3d", 0xff, 127),
    "string": ("  %-50s", None, None),
}
TEXTS = ["a", "b", "longer key", "zz", "", "abcdefghijklmnop"]
SCALARS = ["count", "sum", "avg", "min", "max", "stddev"]
DISTRIBUTIONS = ["quantize", "lquantize", "llquantize"]
LLQUANTIZE = [(10, 0, 3, 10), (10, 1, 4, 20), (2, 0, 10, 2), (5, 1, 3, 5), (10, 0, 6, 100),
              (3, 0, 6, 9), (2, 2, 20, 4), (10, 0, 17, 10), (2, 0, 62, 2)]
TITLE = "\n%16s %41s %-9s\n" % ("value", "------------- Distribution -------------", "count")


def signed(v):
    return (v + (1 << 63)) % (1 << 64) - (1 << 63)


def divide(a, b):
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


def order(a, b):
    return (a > b) - (a < b)


class Buckets:
    """Which bucket a value falls into; what a bucket weighs, and how it is labelled."""

    def __init__(self, func, params):
        self.func = func
        if func == "quantize":
            self.lows = [-(1 << n) for n in range(62, -1, -1)] + [0] + [1 << n for n in range(63)]
            self.count = len(self.lows)
            return
        if func == "lquantize":
            base, limit, step = params
            self.lows = [base + step * i for i in range((limit - base) // step)]
            self.top = base + step * len(self.lows)
        else:
            factor, low, high, steps = params
            self.lows, self.top = [], factor ** low
            for power in range(low + 1, high + 2):
                bound = factor ** power
                self.lows += range(self.top, bound, bound // steps if bound > steps else 1)
                self.top = bound
        self.count = len(self.lows) + 2

    def of(self, v):
        if self.func == "quantize":
            # towards zero on both sides
            return next(i for i, low in enumerate(self.lows) if v <= low) if v < 0 else \
                max(i for i, low in enumerate(self.lows) if low <= v)
        if v < self.lows[0]:
            return 0
        return self.count - 1 if v >= self.top else sum(low <= v for low in self.lows)

    def weight(self, i):
        if self.func == "quantize":
            return self.lows[i]
        if i == 0:
            return self.lows[0] - 1
        if i < self.count - 1:
            return self.lows[i - 1]
        return self.top + (self.func == "lquantize")

    def label(self, i):
        if self.func == "quantize":
            return str(self.lows[i])
        if i == 0:
            return "< %d" % self.lows[0]
        return ">= %d" % self.top if i == self.count - 1 else str(self.lows[i - 1])

    def when_empty(self):
        return {"quantize": (62, 64), "lquantize": (0, min(2, self.count - 1)), "llquantize": (0, 1)}[self.func]


class Cell:
    def __init__(self):
        self.n = self.sum = self.squares = 0
        self.min, self.max, self.counts = None, None, {}


class Agg:
    def __init__(self, name, func, params, key_types):
        self.name, self.func, self.params, self.key_types = name, func, params, key_types
        self.buckets = Buckets(func, params) if func in DISTRIBUTIONS else None
        self.cells, self.normal = {}, 1

    def update(self, key, v, increment):
        c = self.cells.setdefault(key, Cell())
        c.n += 1
        c.sum = signed(c.sum + v)
        c.squares = (c.squares + v * v) % (1 << 128)
        c.min = v if c.min is None else min(c.min, v)
        c.max = v if c.max is None else max(c.max, v)
        if self.buckets:
            i = self.buckets.of(v)
            c.counts[i] = signed(c.counts.get(i, 0) + increment)

    def value(self, c, normal):
        if self.func == "avg":
            return divide(divide(c.sum, normal), c.n) if c.n else 0
        if self.func == "stddev":
            if c.n == 0:
                return 0
            mean = divide(divide(c.sum, normal), c.n)
            variance = c.squares // normal // normal // c.n - mean * mean
            return math.isqrt(variance) if variance > 0 else 0
        v = {"count": c.n, "sum": c.sum, "min": c.min or 0, "max": c.max or 0}[self.func]
        return divide(v, normal)

    def rank(self, c):
        """What entries are sorted by: a value; of distributions the weighted sum, then the count at zero."""
        if not self.buckets:
            return (self.value(c, 1),)
        total = zero = 0
        for i, n in c.counts.items():
            total += self.buckets.weight(i) * n
            if self.buckets.weight(i) == 0 and self.func != "llquantize":
                zero = n
        return (total, zero)

    def text(self, c):
        return self.drawing(c) if self.buckets else " %16d" % self.value(c, self.normal)

    def drawing(self, c):
        counts = [c.counts.get(i, 0) for i in range(self.buckets.count)]
        used = [i for i, n in enumerate(counts) if n]
        first, last = (max(used[0] - 1, 0), min(used[-1] + 1, len(counts) - 1)) if used else \
            self.buckets.when_empty()
        total = sum(map(abs, counts))
        up, down = any(n > 0 for n in counts), any(n < 0 for n in counts)
        width = 20 if up and down else 40
        out = TITLE
        for i in range(first, last + 1):
            n = counts[i]
            bar = min(width, int(abs(n) * width / total + 0.5)) if total else 0
            left, right = "@" * bar + "|", "|" + "@" * bar + " " * (width - bar)
            if not down:
                line = right
            elif not up or n <= 0:
                line = " " * (width - bar) + left + (" " * width if up else "")
            else:
                line = " " * width + right
            out += "%16s %s %-9d\n" % (self.buckets.label(i), line, divide(n, self.normal))
        return out


def key_order(a, b, first):
    first = first if first < len(a) else 0
    for i in range(len(a)):
        x, y = a[(first + i) % len(a)], b[(first + i) % len(a)]
        if x != y:
            return order(x, y)
    return 0


def rows(aggs, o):
    """Keys with their cells of all the aggregations, in order."""
    lead = o["pos"] if o["pos"] < len(aggs) else 0
    turned = aggs[lead:] + aggs[:lead]

    def cell(agg, key):
        return agg.cells.get(key) or Cell()

    def compare(a, b):
        by_key = key_order(a, b, o["keypos"])
        by_value = order([g.rank(cell(g, a)) for g in turned], [g.rank(cell(g, b)) for g in turned])
        result = (by_key or by_value) if o["key"] else (by_value or by_key)
        return -result if o["rev"] else result
    keys = sorted({k for g in aggs for k in g.cells}, key=cmp_to_key(compare))
    return [(k, [cell(g, k) for g in aggs]) for k in keys]


def default_layout(aggs, o):
    out = ""
    for key, cells in rows(aggs, o):
        for k, name in zip(key, aggs[0].key_types):
            form, mask, _ = KEYS[name]
            out += form % (k & mask if mask else k)
        out += "".join(g.text(c) for g, c in zip(aggs, cells)) + "\n"
    return out


def formatted(aggs, o):
    out = ""
    for key, cells in rows(aggs, o):
        out += "".join("%s|" % k for k in key)
        out += "".join(g.drawing(c) if g.buckets else str(g.value(c, g.normal)) + " "
                       for g, c in zip(aggs, cells)) + "\n"
    return out


def format_of(aggs):
    keys = "".join("%s|" if t == "string" else "%d|" for t in aggs[0].key_types)
    return keys + "".join("%@d" if g.buckets else "%@d " for g in aggs) + "\\n"


def random_value(rng):
    bits = rng.randint(0, 61)
    return rng.choice([0, 1, -1, rng.randint(-10, 10), rng.randint(-1000, 1000), rng.randint(0, 100),
                       rng.randint(-2**40, 2**40), 2**31 - 1, -2**31, 2**32, 1 << bits, -(1 << bits)])


def random_agg(rng, name, key_types):
    func = rng.choice(SCALARS + DISTRIBUTIONS)
    params = ()
    if func == "lquantize":
        base, step = rng.randint(-200, 200), rng.choice([1, 2, 3, 7, 10, 50])
        params = (base, base + step * rng.randint(1, 30) + rng.randint(0, step - 1), step)
    elif func == "llquantize":
        params = rng.choice(LLQUANTIZE)
    return Agg(name, func, params, key_types)


def random_key(rng, name):
    """A value, and how D writes it."""
    if name == "string":
        text = rng.choice(TEXTS)
        return text, '"%s"' % text
    most = KEYS[name][2]
    v = rng.choice([0, 1, -1, 5, most, -most])
    return v, "(%s)%d%s" % (name, v, "ll" if name == "long" else "")


def random_update(rng, agg):
    keys = [random_key(rng, t) for t in agg.key_types]
    v, increment = random_value(rng), 1
    args = [] if agg.func == "count" else ["(long)%d" % v, *map(str, agg.params)]
    if agg.buckets and rng.random() < 0.3:
        increment = rng.choice([0, 2, 10, -3, 100000, -100])
        args.append(str(increment))
    agg.update(tuple(k for k, _ in keys), v, increment)
    shown = "[%s]" % ", ".join(t for _, t in keys) if keys else ""
    return "\t@%s%s = %s(%s);\n" % (agg.name, shown, agg.func, ", ".join(args))


def random_program(rng):
    """The program, its options, and what it must print."""
    types = [[rng.choice(list(KEYS)) for _ in range(rng.choice([0, 1, 1, 2, 3, 5]))] for _ in range(2)]
    aggs = [random_agg(rng, "a%d" % i, rng.choice(types)) for i in range(rng.randint(1, 5))]
    o = {"key": rng.random() < 0.3, "rev": rng.random() < 0.3, "keypos": rng.choice([0, 0, 1, 2]),
         "pos": rng.choice([0, 0, 1, 2])}
    options = ["-xaggsortkeypos=%d" % o["keypos"], "-xaggsortpos=%d" % o["pos"]]
    options += ["-xaggsortkey"] * o["key"] + ["-xaggsortrev"] * o["rev"]
    body = "BEGIN\n{\n"
    for g in aggs:  # in this order they are shown at the end
        body += random_update(rng, g)
    for i in range(rng.randint(0, 24)):
        body += "}\n\nBEGIN\n{\n" * (i % 8 == 7) + random_update(rng, rng.choice(aggs))
    for g in aggs:
        if rng.random() < 0.3:
            g.normal = rng.choice([2, 3, 10, 1000])
            body += "\tnormalize(@%s, %d);\n" % (g.name, g.normal)
    expected, printed = "", set()
    for _ in range(rng.choice([0, 0, 1, 2])):
        first = rng.choice(aggs)
        same = [g for g in aggs if g.key_types == first.key_types]
        some = rng.sample(same, rng.randint(1, len(same)))
        names = ", ".join("@" + g.name for g in some)
        if rng.random() < 0.5:
            body += "\tprinta(%s);\n" % names
            expected += "\n" + default_layout(some, o)
        else:
            body += "\tprinta(\"%s\", %s);\n" % (format_of(some), names)
            expected += formatted(some, o)
        printed |= {g.name for g in some}
    left = [g for g in aggs if g.name not in printed]
    expected += "\n" + "".join(default_layout([g], o) for g in (left[::-1] if o["rev"] else left))
    return body + "\texit(0);\n}\n", options, expected


def main():
    args = fuzz_run.parser(1000).parse_args()
    done = bad = 0
    while done < args.count and bad < 3:
        program, options, expected = random_program(random.Random("%d.%d" % (args.seed, done)))
        got = subprocess.run([args.dtrace, "-q", *options, "-n", program], capture_output=True, text=True,
                             check=False)
        done += 1
        if got.returncode == 0 and got.stdout == expected:
            continue
        bad += 1
        diff = difflib.unified_diff(expected.split("\n"), got.stdout.split("\n"), "model", "dtrace", lineterm="", n=2)
        print("\n".join([program, " ".join(options), got.stderr, *list(diff)[:40]]))
    return fuzz_run.verdict(done, "programs", bad, args.seed)


if __name__ == "__main__":
    sys.exit(main())

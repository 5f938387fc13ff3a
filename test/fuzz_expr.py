#!/usr/bin/env python3
"""Integer expressions of D against C.

Random expressions over typed variables are written twice, as D and as C for gcc -fwrapv, and every
printed value is compared. A program has several BEGIN clauses; each gives all variables new values
and then prints what some expressions, assignments and increments yield. Undefined behaviour is
avoided by construction: shift counts are masked by the width of what is shifted, divisors are even
and not zero, and side effects stand only where C sequences them.

in:  --dtrace PROGRAM --count EXPRESSIONS --seed N
out: one summary line; on a difference the expression, both values and the values of all variables
"""
import argparse
import os
import random
import subprocess
import sys
import tempfile

TYPES = {  # name: (bits, signed)
    "char": (8, True), "signed char": (8, True), "unsigned char": (8, False),
    "short": (16, True), "unsigned short": (16, False),
    "int": (32, True), "unsigned int": (32, False),
    "long": (64, True), "unsigned long": (64, False),
    "long long": (64, True), "unsigned long long": (64, False),
    "int8_t": (8, True), "uint8_t": (8, False), "int16_t": (16, True), "uint16_t": (16, False),
    "int32_t": (32, True), "uint32_t": (32, False), "int64_t": (64, True), "uint64_t": (64, False),
}
BITFIELDS = [("int", 1), ("int", 5), ("unsigned int", 7), ("int", 17), ("unsigned int", 32),
             ("unsigned int", 1), ("int", 32), ("short", 9), ("unsigned char", 3)]
PER_CLAUSE = 8
CLAUSES = 25


class Var:
    def __init__(self, d, c, bits, signed):
        self.d, self.c, self.bits, self.signed = d, c, bits, signed


def variables():
    """All variables with their declarations in D and in C."""
    d, c, all_vars, inits = [], [], [], []
    members = "".join("\t%s m%d;\n" % (t, i) for i, t in enumerate(TYPES))
    bits = "".join("\t%s b%d : %d;\n" % (t, i, w) for i, (t, w) in enumerate(BITFIELDS))
    struct = "struct s {\n%s%s};\n" % (members, bits)
    for i, (t, (w, s)) in enumerate(TYPES.items()):
        c.append("%s g%d, t%d, f%d, a%d, r%d[3];" % (t, i, i, i, i, i))
        d.append("%s g%d;\nthis %s t%d;\nself %s f%d;\n%s a%d[int];\n%s r%d[3];"
                 % (t, i, t, i, t, i, t, i, t, i))
        all_vars += [Var("g%d" % i, "g%d" % i, w, s), Var("this->t%d" % i, "t%d" % i, w, s),
                     Var("self->f%d" % i, "f%d" % i, w, s), Var("a%d[7]" % i, "a%d" % i, w, s),
                     Var("r%d[1]" % i, "r%d[1]" % i, w, s), Var("o.m%d" % i, "o.m%d" % i, w, s)]
    for i, (t, w) in enumerate(BITFIELDS):
        all_vars.append(Var("o.b%d" % i, "o.b%d" % i, w, TYPES[t][1]))
    return struct + "struct s o;\n" + "\n".join(d), struct + "struct s o;\n" + "\n".join(c), all_vars


class Gen:
    def __init__(self, rng, all_vars):
        self.rng, self.all = rng, all_vars

    def value(self, bits, signed):
        r = self.rng
        pick = r.randrange(6)
        if pick == 0:
            v = r.choice([0, 1, -1, 2, 7])
        elif pick == 1:
            v = r.choice([-1, 1]) * (1 << r.randrange(bits)) + r.choice([-1, 0, 1])
        elif pick == 2:
            v = r.randrange(-200, 200)
        else:
            v = r.getrandbits(64) >> r.randrange(64)
        v &= (1 << bits) - 1
        if signed and v >> (bits - 1):
            v -= 1 << bits
        return v

    def exact(self, v):
        """A literal of exactly this value, to assign."""
        if v < 0:
            return "(long long)0x%xull" % (v & (1 << 64) - 1)
        return "0x%xull" % v

    def literal(self):
        r = self.rng
        pick = r.randrange(8)
        if pick < 3:
            return str(r.choice([0, 1, 2, 3, 5, 10, 31, 63, 100, 127, 128, 255, 256, 32767, 32768,
                                 65535, 65536, 2147483647]))
        if pick == 3:
            return "'%s'" % r.choice(["a", "\\n", "\\0", "\\x7f", "Z"])
        v = r.getrandbits(64) >> r.randrange(64)
        if pick == 4:
            return "0x%x" % v
        suffix, bits = r.choice([("u", 32), ("l", 63), ("ul", 64), ("ll", 63), ("ull", 64), ("", 31)])
        v &= (1 << bits) - 1
        return (("%d" if r.randrange(2) else "0x%x") % v if v else "0") + suffix

    def leaf(self):
        if self.rng.randrange(3) == 0:
            x = self.literal()
            return x, x
        v = self.rng.choice(self.all)
        return v.d, v.c

    def pure(self, depth):
        r = self.rng
        if depth <= 0:
            return self.leaf()
        pick = r.randrange(20)
        if pick < 7:
            a, b = self.pure(depth - 1), self.pure(depth - 1)
            op = r.choice(["+", "-", "*", "&", "|", "^", "+", "-", "*"])
            return ["(%s %s %s)" % (x, op, y) for x, y in zip(a, b)]
        if pick < 9:
            a, b = self.pure(depth - 1), self.pure(depth - 1)
            op = r.choice(["/", "%"])
            return ["(%s %s ((%s & ~1) | 2))" % (x, op, y) for x, y in zip(a, b)]
        if pick < 11:
            a, b = self.pure(depth - 1), self.pure(depth - 2)
            op = r.choice(["<<", ">>"])
            return ["(%s %s (%s & (int)(sizeof (+%s) * 8 - 1)))" % (x, op, y, x)
                    for x, y in zip(a, b)]
        if pick < 13:
            a, b = self.pure(depth - 1), self.pure(depth - 1)
            op = r.choice(["<", "<=", ">", ">=", "==", "!="])
            return ["(%s %s %s)" % (x, op, y) for x, y in zip(a, b)]
        if pick == 13:
            a, b = self.pure(depth - 1), self.pure(depth - 1)
            op = r.choice(["&&", "||", "^^"])
            if op == "^^":
                return ["(%s ^^ %s)" % (a[0], b[0]), "(!(%s) != !(%s))" % (a[1], b[1])]
            return ["(%s %s %s)" % (x, op, y) for x, y in zip(a, b)]
        if pick == 14:
            a, b, k = self.pure(depth - 1), self.pure(depth - 1), self.pure(depth - 1)
            return ["(%s ? %s : %s)" % (x, y, z) for x, y, z in zip(k, a, b)]
        if pick < 17:
            a = self.pure(depth - 1)
            op = r.choice(["-", "~", "!", "+"])
            return ["(%s%s)" % (op + " ", x) for x in a]
        if pick == 17:
            a = self.pure(depth - 1)
            return ["((0 * %s - 1) < 0)" % x for x in a]  # its signedness
        if pick == 18:
            a = self.pure(depth - 1)
            return ["sizeof (+%s)" % x for x in a]
        t = r.choice(list(TYPES))
        a = self.pure(depth - 1)
        return ["((%s)%s)" % (t, x) for x in a]

    def effect(self, depth):
        r = self.rng
        v = r.choice(self.all)
        pick = r.randrange(12)
        if pick < 3:
            op = r.choice(["++", "--"])
            if r.randrange(2):
                return ["(%s%s)" % (op, v.d), "(%s%s)" % (op, v.c)]
            return ["(%s%s)" % (v.d, op), "(%s%s)" % (v.c, op)]
        if pick < 9:
            a = self.pure(depth)
            op = r.choice(["=", "+=", "-=", "*=", "&=", "|=", "^=", "/=", "%=", "<<=", ">>="])
            if op in ("/=", "%="):
                a = ["((%s & ~1) | 2)" % x for x in a]
            elif op in ("<<=", ">>="):
                a = ["(%s & %d)" % (x, 63 if v.bits == 64 else 31) for x in a]
            return ["(%s %s %s)" % (v.d, op, a[0]), "(%s %s %s)" % (v.c, op, a[1])]
        a, b = self.effect(depth - 1), self.effect(depth - 1)
        if pick == 9:
            return ["(%s, %s)" % (x, y) for x, y in zip(a, b)]
        if pick == 10:
            k = self.pure(depth - 1)
            return ["(%s ? %s : %s)" % (x, y, z) for x, y, z in zip(k, a, b)]
        op = r.choice(["&&", "||"])
        return ["(%s %s %s)" % (x, op, y) for x, y in zip(a, b)]

    def expression(self):
        depth = self.rng.choice([1, 2, 2, 3, 3, 4])
        return self.effect(min(depth, 3)) if self.rng.randrange(3) == 0 else self.pure(depth)


def make_program(rng, count, decls):
    d_decl, c_decl, all_vars = decls
    d, c, exprs = [d_decl], ["#include <stdint.h>", "#include <stdio.h>", c_decl, "int main(void)\n{"], []
    made = 0
    while made < count:
        # A clause sees a dozen variables, set in its own beginning.
        some = rng.sample(all_vars, 14)
        g = Gen(rng, some)
        d.append("BEGIN\n{")
        values = []
        for v in some:
            x = g.value(v.bits, v.signed)
            values.append("%s=%d" % (v.d, x))
            d.append("\t%s = %s;" % (v.d, g.exact(x)))
            c.append("\t%s = %s;" % (v.c, g.exact(x)))
        for _ in range(min(PER_CLAUSE, count - made)):
            x, y = g.expression()
            exprs.append((x, values))
            d.append('\tprintf("%%d\\n", (long long)%s);' % x)
            c.append('\tprintf("%%lld\\n", (long long)%s);' % y)
            made += 1
        for v in some[:4]:  # what the side effects left
            exprs.append((v.d, values))
            d.append('\tprintf("%%d\\n", (long long)%s);' % v.d)
            c.append('\tprintf("%%lld\\n", (long long)%s);' % v.c)
        d.append("}")
    d.append("BEGIN { exit(0); }\nERROR { printf(\"fault %d\\n\", arg4); }\n")
    c.append("\treturn 0;\n}\n")
    return "\n".join(d), "\n".join(c), exprs


def run_batch(args, rng, count, decls, folder, number):
    d, c, exprs = make_program(rng, count, decls)
    d_file, c_file, exe = [os.path.join(folder, n) for n in ("t.d", "t.c", "t")]
    with open(d_file, "w") as f:
        f.write(d)
    with open(c_file, "w") as f:
        f.write(c)
    cc = subprocess.Popen(["gcc", "-w", "-fwrapv", "-O0", "-std=gnu17", "-o", exe, c_file])
    got = subprocess.run([args.dtrace, "-q", "-xbufsize=8m", "-s", d_file], capture_output=True, text=True,
                         check=False)
    if cc.wait() != 0:
        sys.exit("fuzz_expr: gcc failed on %s" % c_file)
    want = subprocess.run([exe], capture_output=True, text=True, check=True).stdout.split()
    have = got.stdout.split()
    if got.returncode != 0 or got.stderr:
        return ["batch %d: status %d: %s" % (number, got.returncode, got.stderr[:2000])]
    if len(have) != len(want):
        return ["batch %d: %d values instead of %d" % (number, len(have), len(want))]
    return ["batch %d: %s\n  D %s, C %s\n  with %s" % (number, e, h, w, ", ".join(v))
            for (e, v), h, w in zip(exprs, have, want) if h != w]


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--dtrace", default="build/bin/dtrace")
    p.add_argument("--count", type=int, default=100000)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--keep", help="folder that keeps the last failing batch")
    args = p.parse_args()
    decls = variables()
    done = bad = number = 0
    with tempfile.TemporaryDirectory() as folder:
        while done < args.count:
            n = min(PER_CLAUSE * CLAUSES, args.count - done)
            rng = random.Random("%d.%d" % (args.seed, number))
            differences = run_batch(args, rng, n, decls, folder, number)
            for text in differences[:5]:
                print(text)
            if differences and args.keep:
                os.makedirs(args.keep, exist_ok=True)
                for name in ("t.d", "t.c"):
                    os.replace(os.path.join(folder, name),
                               os.path.join(args.keep, "%d-%s" % (number, name)))
            bad += len(differences)
            done += n
            number += 1
            if bad > 50:
                break
    print("%d expressions, %d differences, seed %d" % (done, bad, args.seed))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())

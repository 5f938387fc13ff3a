#!/usr/bin/env python3
"""Random D programs against C.

Random statements over typed variables are written twice, as D and as C for gcc -fwrapv, and every
printed value is compared. A program has several BEGIN clauses, some with predicates; each gives the
variables it uses new values and then assigns, branches and prints. Integers of every type and bit-
fields lie in every kind of variable; strings are joined, compared and chosen between. Undefined
behaviour is avoided by construction: shift counts are masked by the width of what is shifted,
divisors are even and not zero, and side effects stand only where C sequences them.

in:  --dtrace PROGRAM --count EXPRESSIONS --seed N
out: one summary line; on a difference the statement, both values and what the clause began with
"""
import os
import random
import subprocess
import sys
import tempfile

import fuzz_run

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
STRUCTS = [("o.", "o."), ("this->q.", "q."), ("self->w.", "w."), ("e[2].", "e."), ("p->", "p->"),
           ("y[one].", "y[one]."), ("self->z[\"k\", 3].", "z.")]  # a struct s in D and in C
D_STRUCTS = """struct s o, o2, y[3], *p;
this struct s q;
self struct s w;
struct s e[int];
self struct s z[string, int];
int one;"""
C_STRUCTS = "struct s o, o2, q, w, e, y[3], z, at_p, *p = &at_p;\nint one;"
STRINGS = ["s0", "this->s1", "self->s2", "s3[7]", "o.s4", "s5[1]"]
PER_CLAUSE = 8
CLAUSES = 25
C_HEAD = """#include <stdint.h>
#include <stdio.h>
#include <string.h>
typedef struct { char s[256]; } S;
static S lit(const char *p) { S r = {{0}}; strncpy(r.s, p, 255); return r; }
static S join(S a, S b) { S r = a; strncat(r.s, b.s, 255 - strlen(a.s)); return r; }
static S text(long long v) { S r; snprintf(r.s, sizeof(r.s), "%lld", v); return r; }
static S sub(S a, int n) { return lit((int)strlen(a.s) > n ? a.s + n : ""); }
static S s0, s1, s2, s3, s5;
"""


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
                     Var("r%d[1]" % i, "r%d[1]" % i, w, s), Var("r%d[one + 1]" % i, "r%d[one + 1]" % i, w, s)]
        all_vars += [Var("%sm%d" % (x, i), "%sm%d" % (y, i), w, s) for x, y in STRUCTS]
    for i, (t, w) in enumerate(BITFIELDS):
        all_vars += [Var("%sb%d" % (x, i), "%sb%d" % (y, i), w, TYPES[t][1]) for x, y in STRUCTS]
    d.append("string s0;\nthis string s1;\nself string s2;\nstring s3[int];\nstring s5[3];")
    return [struct.replace("struct s {", "struct s {\n\t%s s4;" % s) + "\n".join([o] + x)
            for s, o, x in (("string", D_STRUCTS, d), ("S", C_STRUCTS, c))] + [all_vars]


def string_in_c(d):
    """The C variable of a string of STRINGS."""
    return d.replace("this->", "").replace("self->", "").split("[")[0]


class Gen:
    """Writes pairs (D, C)."""

    def __init__(self, rng, all_vars, note, strings=True):
        self.rng, self.all, self.note, self.strings = rng, all_vars, note, strings

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

    def string(self, depth):
        r = self.rng
        pick = r.randrange(8) if depth > 0 else r.randrange(3)
        if pick == 0:
            x = '"%s"' % r.choice(["", "a", "ab", "abc", "b", "hello", "12345678", "123456789abcdef"])
            return x, "lit(%s)" % x
        if pick < 3:
            v = r.choice(STRINGS)
            return v, string_in_c(v)
        a, b = self.string(depth - 1), self.string(depth - 1)
        if pick < 5:
            return "strjoin(%s, %s)" % (a[0], b[0]), "join(%s, %s)" % (a[1], b[1])
        k = self.pure(depth - 1)
        if pick == 5:
            return ["(%s ? %s : %s)" % (z, x, y) for x, y, z in zip(a, b, k)]
        if pick == 6:
            return "lltostr((long long)%s)" % k[0], "text((long long)%s)" % k[1]
        n = r.randrange(5)
        return "substr(%s, %d)" % (a[0], n), "sub(%s, %d)" % (a[1], n)

    def of_strings(self, depth):
        """An integer made of strings."""
        a, b = self.string(depth - 1), self.string(depth - 1)
        if self.rng.randrange(3) == 0:
            return "strlen(%s)" % a[0], "(uint64_t)strlen(%s.s)" % a[1]
        op = self.rng.choice(["<", "<=", ">", ">=", "==", "!="])
        return "(%s %s %s)" % (a[0], op, b[0]), "(strcmp(%s.s, %s.s) %s 0)" % (a[1], b[1], op)

    def pure(self, depth):
        r = self.rng
        if depth <= 0:
            return self.leaf()
        pick = r.randrange(21 if self.strings else 20)
        if pick == 20:
            return self.of_strings(depth)
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


    def show(self, value, form="d"):
        n = self.note(value[0])
        d = 'printf("%d %%%s\\n", ' % (n, form)
        if form == "s":
            return "%s%s);" % (d, value[0]), "%s%s.s);" % (d, value[1])
        return "%s(long long)%s);" % (d, value[0]), \
            "%s(long long)%s);" % (d.replace("%d\\n", "%lld\\n"), value[1])

    def statement(self, depth):
        """Lines of D and of C."""
        r = self.rng
        pick = r.randrange(12)
        if pick < 2 and depth > 0:
            k = self.pure(2)
            both = ["if (%s) {" % x for x in k]
            yes, no = self.block(depth - 1), self.block(depth - 1)
            if r.randrange(3) == 0:
                return ["%s\n%s\n\t}" % (x, y) for x, y in zip(both, yes)]
            return ["%s\n%s\n\t} else {\n%s\n\t}" % (x, y, z) for x, y, z in zip(both, yes, no)]
        if pick == 2:
            v = r.choice(STRINGS)
            x, y = self.string(2)
            return "%s = %s;" % (v, x), "%s = %s;" % (string_in_c(v), y)
        if pick == 3:
            return self.show(self.string(2), "s")
        if pick == 4:
            x, y = r.choice(["o = o2", "o2 = o", "this->q = o", "o = e[2]", "self->w = this->q", "e[2] = o",
                             "*p = self->w", "o = *p", "y[0] = y[one]", "y[one] = o",
                             "self->z[\"k\", 3] = e[2]"]).split(" = ")
            in_c = {a[:-1]: b[:-1] for a, b in STRUCTS}
            return "%s = %s;" % (x, y), "%s = %s;" % (in_c.get(x, x), in_c.get(y, y))
        if pick < 7:
            return ["%s;" % x for x in self.effect(2)]
        return self.show(self.expression())

    def block(self, depth):
        lines = [self.statement(depth) for _ in range(self.rng.randrange(1, 4))]
        return ["\n".join("\t" + x[side] for x in lines) for side in (0, 1)]


def make_program(rng, count, decls):
    d_decl, c_decl, all_vars = decls
    d, c, notes = [d_decl], [C_HEAD, c_decl, "int main(void)\n{"], []
    values = []

    def note(text):
        notes.append((text, values))
        return len(notes) - 1

    while len(notes) < count:
        # A clause sees a dozen variables, set in its own beginning.
        some = rng.sample(all_vars, 14)
        g = Gen(rng, some, note)
        # A predicate comes before p points anywhere and before strings are more than NULL.
        early = Gen(rng, [v for v in some if not v.d.startswith("p->")], note, strings=False)
        predicate = early.pure(2) if rng.randrange(3) == 0 else ("1", "1")
        d.append("BEGIN\n/%s/\n{" % predicate[0] if predicate[0] != "1" else "BEGIN\n{")
        c.append("\tif (%s) {" % predicate[1])
        values = []
        d.append("\tone = 1;\n\tp = (struct s *)alloca(sizeof (struct s));\n\t*p = o2;")
        c.append("\tone = 1;\n\t*p = o2;")
        for v in some:
            x = g.value(v.bits, v.signed)
            values.append("%s=%d" % (v.d, x))
            d.append("\t%s = %s;" % (v.d, g.exact(x)))
            c.append("\t%s = %s;" % (v.c, g.exact(x)))
        for s in STRINGS:
            x = rng.choice(["", "x", "left", "a longer piece of text"])
            values.append('%s="%s"' % (s, x))
            d.append('\t%s = "%s";' % (s, x))
            c.append('\t%s = lit("%s");' % (string_in_c(s), x))
        lines = [g.statement(2) for _ in range(PER_CLAUSE)]
        lines += [g.show((v.d, v.c)) for v in some[:4]]  # what the side effects left
        d += ["\t" + x for x, _ in lines] + ["}"]
        c += ["\t" + y for _, y in lines] + ["\t}"]
    d.append("BEGIN { exit(0); }\nERROR { printf(\"fault %d\\n\", arg4); }\n")
    c.append("\treturn 0;\n}\n")
    return "\n".join(d), "\n".join(c), notes


def run_batch(args, rng, count, decls, folder, number):
    """What is wrong with one program, and how many expressions it printed."""
    d, c, notes = make_program(rng, count, decls)
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
    want = subprocess.run([exe], capture_output=True, text=True, check=True).stdout.split("\n")[:-1]
    have = got.stdout.split("\n")[:-2]  # dtrace ends with an empty line
    if got.returncode != 0 or got.stderr:
        return ["batch %d: status %d: %s" % (number, got.returncode, got.stderr[:2000])], len(want)
    for h, w in zip(have, want):
        if h != w:  # one is enough: what follows may come of it
            text, values = notes[int(w.split()[0])]
            return ["batch %d: %s\n  D %s, C %s\n  with %s"
                    % (number, text, h, w, ", ".join(values))], len(want)
    if len(have) != len(want):
        return ["batch %d: %d values instead of %d" % (number, len(have), len(want))], len(want)
    return [], len(want)


def main():
    p = fuzz_run.parser(100000)
    p.add_argument("--keep", help="folder that keeps the last failing batch")
    args = p.parse_args()
    decls = variables()
    done = bad = number = 0
    with tempfile.TemporaryDirectory() as folder:
        while done < args.count:
            n = PER_CLAUSE * CLAUSES
            rng = random.Random("%d.%d" % (args.seed, number))
            differences, printed = run_batch(args, rng, n, decls, folder, number)
            for text in differences:
                print(text, flush=True)
            if differences and args.keep:
                os.makedirs(args.keep, exist_ok=True)
                for name in ("t.d", "t.c"):
                    os.replace(os.path.join(folder, name),
                               os.path.join(args.keep, "%d-%s" % (number, name)))
            bad += len(differences)
            done += printed
            number += 1
            if bad > 20:
                break
    return fuzz_run.verdict(done, "expressions", bad, args.seed)


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Random structures, unions, arrays and bit-fields, filled by random assignments, as D and as C.

Each program declares a type of its own, assigns to members of variables of it (global, thread-local,
clause-local, elements of associative arrays with one and with several keys, through a pointer that was an
integer), copies whole ones, and prints members, sizes, offsets and what the assignments were worth; gcc
compiles the same statements.

in:  --dtrace PROGRAM --count PROGRAMS --seed N
out: one summary line; on a difference the program, what was expected and what came
"""
import os
import random
import subprocess
import sys
import tempfile

import fuzz_run

INTS = [("char", 8), ("unsigned char", 8), ("short", 16), ("unsigned short", 16), ("int", 32), ("unsigned int", 32),
        ("long", 64), ("unsigned long", 64), ("long long", 64)]
# (in D, in C); p points to w
PLACES = [("v", "v"), ("w", "w"), ("(*p)", "(*p)"), ("a[1]", "a[1]"), ("self->v", "self_v"), ("this->v", "this_v"),
          ("m[3, \"k\", 'c']", "m_1"), ("m[3, \"k\", 'd']", "m_2"), ("((struct_t *)(uintptr_t)p)[0]", "(*p)")]
VALUES = [0, 1, 2, 5, 7, 100, 127, 255, 4096, 65535, 70000, 2**31 - 1]


class Type:
    """decls: text; name; leaves: paths of integers, and whether offsetof() takes them.

    wide: bit-fields of more bits than an int has. gcc computes with them in as many bits as they have, D in
    those of their declared type, as ISO C has it.
    """

    def __init__(self, rng):
        self.rng, self.count, self.decls, self.wide = rng, 0, [], set()
        self.name, self.leaves = self.aggregate(2)

    def new_name(self, letter):
        self.count += 1
        return f"{letter}{self.count}"

    def member(self, depth):
        """(declarations, leaves)"""
        r, m = self.rng, self.new_name("m")
        kind = r.randint(0, 9)
        base, bits = r.choice(INTS)
        if kind >= 8 and depth:
            inner, leaves = self.aggregate(depth - 1)
            if r.random() < 0.3:
                return f"{inner} {m}[2];", [(f"{m}[{r.randint(0, 1)}].{path}", False) for path, _ in leaves]
            return f"{inner} {m};", [(f"{m}.{path}", plain) for path, plain in leaves]
        if kind >= 6:
            sizes = [r.randint(1, 4) for _ in range(r.randint(1, 3))]
            return (f"{base} {m}{''.join(f'[{n}]' for n in sizes)};",
                    [(m + "".join(f"[{r.randrange(n)}]" for n in sizes), False) for _ in range(3)])
        if kind >= 4:
            pad = f" {base} :{r.choice([0, 1, 3, bits])};" if r.random() < 0.2 else ""
            width = r.randint(1, bits)
            if width > 32:
                self.wide.add(m)
            return f"{base} {m}:{width};{pad}", [(m, False)]
        return f"{base} {m};", [(m, True)]

    def aggregate(self, depth):
        kind = self.rng.choice(["struct", "struct", "struct", "union"])
        members = [self.member(depth) for _ in range(self.rng.randint(1, 5))]
        name = f"{kind} {self.new_name('t')}"
        self.decls.append(f"{name} {{ {' '.join(text for text, _ in members)} }};")
        return name, [leaf for _, leaves in members for leaf in leaves]


class Program:
    def __init__(self, rng):
        self.rng, self.type = rng, Type(rng)
        self.statements = [self.statement() for _ in range(rng.randint(4, 14))]
        some = rng.sample(self.type.leaves, min(len(self.type.leaves), 6))
        self.shown = [(f"{d}.{path}", f"{c}.{path}") for d, c in PLACES if d != "(*p)" for path, _ in some]
        self.offsets = [path for path, plain in self.type.leaves if plain][:3]

    def leaf(self, operand=False):
        leaves = [x for x in self.type.leaves if not (operand and x[0].split(".")[-1] in self.type.wide)]
        if not leaves:
            return "worth", "worth"
        (d, c), (path, _) = self.rng.choice(PLACES), self.rng.choice(leaves)
        return f"{d}.{path}", f"{c}.{path}"

    def statement(self):
        """(of D, of C)"""
        r = self.rng
        kind, to, other = r.randint(0, 12), self.leaf(), self.leaf()
        value = r.choice(["", "-", "~"]) + str(r.choice(VALUES))
        if kind <= 3:
            return tuple(f"{t} = {value};" for t in to)
        if kind <= 5:
            op = r.choice(["+=", "-=", "*=", "|=", "^=", "&="])
            return tuple(f"{t} {op} {value};" for t in to)
        if kind == 6:
            operands = self.leaf(operand=True), self.leaf(operand=True)
            return tuple(f"{t} = {a} + {b};" for t, a, b in zip(to, *operands))
        if kind == 7:
            op = r.choice(["++", "--"])
            return tuple(f"{t}{op};" for t in to)
        narrow = self.leaf(operand=True)
        if kind >= 11:
            op = r.choice([f"= {value}", f"+= {value}", f"^= {value}", f"/= {r.randint(2, 9)}", f"%= {r.randint(2, 300)}",
                           f"<<= {r.randint(0, 7)}", f">>= {r.randint(0, 7)}", "++", "--"])
            return tuple(f"worth = worth * 31 + ({t} {op});" for t in narrow)
        if kind == 10:
            op = r.choice(["<", "<=", "==", ">", "!="])
            return tuple(f"worth = worth * 31 + ({a} {op} {value} ? {a} : -{a});" for a in narrow)
        if kind == 8:
            a, b = r.sample([x for x in PLACES if x[0] != "w"], 2)
            return f"{a[0]} = {b[0]};", f"{a[1]} = {b[1]};"
        return tuple(f"{t} = {a};" for t, a in zip(to, other))

    def in_d(self):
        t = self.type.name
        lines = [*self.type.decls, f"{t} v, w, a[int], m[int, string, char]; {t} *p; self {t} v; this {t} v;",
                 f"typedef {t} struct_t; long long worth;", "BEGIN", "{",
                 "\tthis->v = v;", "\tp = &w;"]  # clause-local variables begin with anything
        lines += ["\t" + d for d, _ in self.statements]
        lines += [f'\tprintf("%x ", (long long)({d}));' for d, _ in self.shown]
        lines += ['\tprintf("%x ", worth);']
        lines += [f'\tprintf("%d ", offsetof({t}, {path}));' for path in self.offsets]
        return "\n".join([*lines, f'\tprintf("%d\\n", sizeof({t}));', "\texit(0);", "}", ""])

    def in_c(self, number):
        t = self.type.name
        lines = [f"static void f{number}(void)", "{", *self.type.decls,
                 f"static {t} v, w, self_v, this_v, a[2], m_1, m_2; {t} *p = &w; long long worth = 0;"]
        lines += [c for _, c in self.statements]
        lines += [f'printf("%llx ", (long long)({c}));' for _, c in self.shown]
        lines += ['printf("%llx ", worth);']
        lines += [f'printf("%d ", (int)offsetof({t}, {path}));' for path in self.offsets]
        return "\n".join([*lines, f'printf("%d\\n", (int)sizeof({t}));', "}", ""])


def expected(programs):
    with tempfile.TemporaryDirectory() as folder:
        source, exe = os.path.join(folder, "t.c"), os.path.join(folder, "t")
        with open(source, "w") as f:
            f.write("#include <stddef.h>\n#include <stdio.h>\n")
            f.write("".join(p.in_c(i) for i, p in enumerate(programs)))
            f.write("int main(void) {" + "".join(f"f{i}();" for i in range(len(programs))) + "}\n")
        subprocess.run(["gcc", "-w", "-fwrapv", "-O0", "-std=gnu17", "-o", exe, source], check=True)
        return subprocess.run([exe], capture_output=True, text=True, check=True).stdout.splitlines()


def main():
    args = fuzz_run.parser(500).parse_args()
    programs = [Program(random.Random("%d.%d" % (args.seed, i))) for i in range(args.count)]
    return fuzz_run.compare(args, zip(programs, expected(programs)))


if __name__ == "__main__":
    sys.exit(main())

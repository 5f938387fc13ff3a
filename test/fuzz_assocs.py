#!/usr/bin/env python3
"""Random associative arrays with keys of several types, as D and by a model.

Each program has arrays (global and thread-local, declared and not) keyed by tuples of integers of all sizes,
strings and pointers, whose values are integers or strings. It assigns to elements, adds to them, takes them
away, copies them from one array to another, by constants and by variables, and prints some after each step.
In some programs so many arrays stand before them that they share the kernel's hashes.

in:  --dtrace PROGRAM --count PROGRAMS --seed N
out: one summary line; on a difference the program, what was expected and what came
"""
import random
import sys

import fuzz_run

INTS = {"char": (8, True), "unsigned char": (8, False), "short": (16, True), "unsigned short": (16, False),
        "int": (32, True), "unsigned int": (32, False), "int64_t": (64, True), "uint64_t": (64, False)}
TEXTS = ["", "a", "b", "ab", "abc", "a b", "key", "a longer key, of more than sixteen bytes"]


def wrap(value, name):
    bits, signed = INTS[name]
    value %= 1 << bits
    return value - (1 << bits) if signed and value >> (bits - 1) else value


class Array:
    """kinds: of the keys; of: of the values; model: key tuple -> value"""

    def __init__(self, rng, number):
        self.rng, self.name = rng, f"{rng.choice(['', 'self->'])}a{number}"
        self.kinds = [rng.choice([*INTS, "string", "void *"]) for _ in range(rng.randint(1, 4))]
        self.of, self.model = rng.choice([*INTS, "string"]), {}
        self.seen = [self.new_key() for _ in range(4)]

    def declaration(self):
        prefix, name = ("self ", self.name[6:]) if self.name.startswith("self") else ("", self.name)
        return f"{prefix}{self.of} {name}[{', '.join(self.kinds)}];"

    def new_key(self):
        return tuple(self.rng.choice(TEXTS) if k == "string" else 8 * self.rng.randint(0, 3) if k == "void *"
                     else wrap(self.rng.choice([0, 1, 2, 5, -1, -2, 127, 2**31, -2**31, 2**40]), k)
                     for k in self.kinds)

    def key(self):
        """(of the model, in D)"""
        key = self.rng.choice(self.seen)
        return key, ", ".join(self.in_d(part, kind) for part, kind in zip(key, self.kinds))

    def in_d(self, part, kind):
        if kind == "string":
            return f'"{part}"' if len(part) < 2 or self.rng.random() < 0.5 else f'strjoin("{part[:1]}", "{part[1:]}")'
        if kind == "void *":
            return f"(void *){part}"
        text = f"(-{-part - 1}LL - 1)" if part < 0 else str(part)
        return self.rng.choice([f"({kind}){text}", f"({kind})(zero + {text})"])


class Program:
    def __init__(self, rng):
        self.rng, self.crowd = rng, 32 if rng.random() < 0.25 else 0
        self.arrays = [Array(rng, i) for i in range(rng.randint(2, 6) if self.crowd else rng.randint(1, 3))]
        self.lines, self.want = [], []
        for _ in range(rng.randint(5, 20)):
            self.step(rng.choice(self.arrays))
            self.show(rng.choice(self.arrays))

    def step(self, a):
        key, text = a.key()
        element = f"{a.name}[{text}]"
        kind = self.rng.randint(0, 9)
        if kind <= 1:
            a.model.pop(key, None)
            self.lines.append(f"{element} = 0;")
        elif a.of == "string":
            a.model[key] = self.rng.choice(TEXTS)
            self.lines.append(f'{element} = "{a.model[key]}";')
        elif kind <= 4:
            by = self.rng.choice([1, 2, 77, 300, 70000])
            op = self.rng.choice(["+", "-", "^", "*"])
            old = a.model.get(key, 0)
            a.model[key] = wrap({"+": old + by, "-": old - by, "^": old ^ by, "*": old * by}[op], a.of)
            self.lines.append(f"{element} {op}= {by};")
        elif kind == 5:
            other, text = a.key()
            a.model[key] = a.model.get(other, 0)
            self.lines.append(f"{element} = {a.name}[{text}];")
        else:
            a.model[key] = wrap(self.rng.choice([1, -1, 5, 128, 40000, 2**33 + 3]), a.of)
            self.lines.append(f"{element} = {a.model[key]};")

    def show(self, a):
        key, text = a.key()
        element = f"{a.name}[{text}]"
        if a.of != "string":
            self.lines.append(f'printf("%d ", (int64_t){element});')
            self.want.append(str(wrap(a.model.get(key, 0), "int64_t")))
        else:
            self.lines.append(f'printf("[%s] ", {element} == NULL ? "none" : {element});')
            self.want.append(f"[{a.model.get(key) or 'none'}]")  # an empty text compares equal to none at all

    def in_d(self):
        return "\n".join(["int64_t zero;", *(f"int crowd{i}[int];" for i in range(self.crowd)), *(a.declaration() for a in self.arrays), "BEGIN", "{",
                          *("\t" + line for line in self.lines), '\tprintf("\\n");', "\texit(0);", "}", ""])


def main():
    args = fuzz_run.parser(300).parse_args()
    programs = (Program(random.Random("%d.%d" % (args.seed, i))) for i in range(args.count))
    return fuzz_run.compare(args, ((p, "".join(word + " " for word in p.want)) for p in programs))


if __name__ == "__main__":
    sys.exit(main())

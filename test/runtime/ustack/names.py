"""Names that are not ASCII, in characters of one, two and four bytes; generators between: see python-names.d."""
import os


def gen(n):
    for _ in range(n):
        yield os.getppid()


def ünïcode(n):
    return sum(gen(n))


def 漢字(n):
    return ünïcode(n)


def 𐎠𐎡(n):
    return 漢字(n)


𐎠𐎡(5)

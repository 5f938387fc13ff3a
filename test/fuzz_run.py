"""What the programs that compare random D with something else (fuzz_*.py) share: their options, how they run a program,
and their last line."""
import argparse
import subprocess

SECONDS = 60


def parser(count):
    """The options that all of them have; count: how much is compared unless --count says otherwise."""
    p = argparse.ArgumentParser()
    p.add_argument("--dtrace", default="build/bin/dtrace")
    p.add_argument("--count", type=int, default=count)
    p.add_argument("--seed", type=int, default=1)
    return p


def verdict(checked, of_what, bad, seed):
    """Prints what was found; the exit status."""
    print("%d %s, %d differences, seed %d" % (checked, of_what, bad, seed))
    return 1 if bad else 0


def compare(args, expected):
    """Runs programs, each with in_d(), and compares the line that they print with the one that is expected: pairs of both.
    Ends after six differences. The exit status."""
    bad = 0
    for program, want in expected:
        got = subprocess.run([args.dtrace, "-q", "-n", program.in_d()], capture_output=True, text=True, timeout=SECONDS,
                             check=False)
        have = got.stdout.split("\n")[0]
        if have != want or got.stderr:
            bad += 1
            print(f"{program.in_d()}  expected {want}\n  got      {have}\n{got.stderr[:2000]}", flush=True)
        if bad > 5:
            break
    return verdict(args.count, "programs", bad, args.seed)

/* Who reads that a description matched can rely on its probes. */
/* @run: python3 matched-there.py */
BEGIN { exit(0); }

/* Options from the environment; the command line comes after it. */
/* @run: DTRACE_OPT_QUIET= DTRACE_OPT_STRSIZE=8 $DTRACE -s $TEST; DTRACE_OPT_STRSIZE=8 $DTRACE -q -xstrsize=6 -s $TEST; DTRACE_OPT_NOSUCH=1 $DTRACE -q -s $TEST 2>&1; true */
BEGIN { printf("%s\n", strjoin("12345", "67890")); exit(0); }

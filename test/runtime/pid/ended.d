/* A process that has ended has no probes, and the message says why. */
/* @run: python3 ended.py $DTRACE */
BEGIN { exit(0); }

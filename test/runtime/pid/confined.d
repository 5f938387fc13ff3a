/* Breakpoints are written into the memory of the process asked about, and of no other that runs the same file. */
/* @run: sh confined.sh */
BEGIN { exit(0); }

/* @opts: -q */
/* @exit: 3 */
tick-10ms { n++; }
tick-10ms /n == 5/ { printf("five\n"); exit(3); }
tick-10ms /n > 5/ { printf("too many\n"); }

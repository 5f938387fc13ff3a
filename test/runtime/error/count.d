/* Each fault fires ERROR once. */
#pragma D option quiet

int zero;

tick-5ms { i++; x = 1 / zero; }
tick-5ms /i == 4/ { exit(0); }
ERROR { n++; }
END { printf("%d\n", n); }

/* exit() is noticed soon whatever the rates. */
/* @opts: -q -xstatusrate=1min -xswitchrate=1min -xaggrate=1min */
/* @timeout: 5 */
BEGIN { printf("ok\n"); exit(0); }

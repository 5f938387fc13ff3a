/* Rates are frequencies or intervals. */
/* @run: for v in 10 10hz 100ms 100us 1s 1sec 1min 1h 1d 5000ns; do $DTRACE -q -xswitchrate=$v -xaggrate=$v -xstatusrate=$v -n 'BEGIN { exit(0); }' | tr -d '\n' && echo "$v ok"; done; for v in 10q -1 x 1.5s; do $DTRACE -q -xswitchrate=$v -n 'BEGIN { exit(0); }' 2>&1 | grep -v hint; done */

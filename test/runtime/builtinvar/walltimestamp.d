/* @run: start=$(date +%s%N); "$DTRACE" -qn 'BEGIN { printf("%d\n", walltimestamp); exit(0); }' > "$TMP/t"; end=$(date +%s%N); read -r t < "$TMP/t"; test $((t >= start - 1000000 && t <= end + 1000000)) = 1 && echo inside */

/* Nanoseconds since the epoch, on the clock of date. */

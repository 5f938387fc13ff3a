/* @run: $DTRACE -s $SRC/share/scripts/zonecalls.d global -c "sleep 0.2" | awk '/SYSTEM/ || $2 == "clock_nanosleep" {print $1 == "ZONE" ? $0 : $1 " " $2 " " ($5 >= 200000) ($6 >= 200)}' */
/* A program that sleeps for 200 ms. */

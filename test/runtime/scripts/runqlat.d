/* @run: $DTRACE -s $SRC/share/scripts/runqlat.d -c "taskset -c 0 sh -c 'for i in 1 2 3 4 5 6 7 8 9 10; do /bin/true; done'" | sed -n '/CPU 0/,/^$/p' | sed -nE 's/ +$//; /CPU|value/p' */
/* @needs: taskset */
/* Whoever runs has waited. */

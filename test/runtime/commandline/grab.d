/* @run: sleep 0.3 & $DTRACE -qn 'BEGIN { printf("%d\n", $target == '$!'); } END { printf("end\n"); }' -p $!; $DTRACE -qn BEGIN -p nonsense 2>&1; echo $? */

/* @timeout: 8 */
/* @run: $DTRACE -qn 'BEGIN { printf("go\n"); } END { printf("end\n"); }' & sleep 0.3; kill -INT $!; wait $!; echo $? */

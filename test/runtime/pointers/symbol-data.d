/* Data of the kernel by name, where the kernel tells its address; else an error says so. */
/* @run: $DTRACE -qn 'BEGIN { trace(`jiffies > 0); exit(0); }' 2>&1 | head -1 | grep -cE '^1|failed to resolve .*jiffies' */

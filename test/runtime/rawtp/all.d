/* @run: "$DTRACE" -qn 'rawtp::: { @ = count(); } tick-200ms { exit(0); } END { printf("some\n"); }' 2>/dev/null | head -1 */
/* @timeout: 60 */

/* What the compiler made of functions is rawfbt's alone, and fires. */
/* @needs: kprobe */
/* @timeout: 60 */
/* @run: "$DTRACE" -ln 'fbt::*.*:entry' 2>&1 | head -1; f=$("$DTRACE" -ln 'rawfbt:vmlinux:*.*:entry' | awk '$4 ~ /^finish_task_switch/ { print $4; exit }'); [ -n "$f" ] || { echo "this kernel has no finish_task_switch with a suffix"; exit 77; }; "$DTRACE" -qn "rawfbt::$f:entry /probefunc == \"$f\"/ { printf(\"called\\n\"); exit(0); }" */

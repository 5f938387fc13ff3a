/* @run: "$DTRACE" -l -n 'syscall::getppid:entry { trace(1); }' | awk '{ $1 = "ID"; print }' */

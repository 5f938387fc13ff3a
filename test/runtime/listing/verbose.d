/* @run: "$DTRACE" -lvn dtrace:::BEGIN; "$DTRACE" -lv -n 'syscall::read:' | sed -E 's/^ *[0-9]+ +syscall/ID syscall/' */

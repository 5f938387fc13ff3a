/* @run: "$DTRACE" -qn 'syscall::getppid:entry /pid == $target/ { stack(1); printf("              %a\n", caller); }' -c "perl -e 'syscall(110)'" | grep vmlinux | uniq | grep -c . */

/* caller is the first frame of stack(). */

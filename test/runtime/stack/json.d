/* @run: "$DTRACE" --format json -n 'syscall::getppid:entry /pid == $target/ { stack(2); }' -c "perl -e 'syscall(110)'" 2>/dev/null | grep -cE '"type":"stack".*"frames":."vmlinux`[^"]*","vmlinux`' */

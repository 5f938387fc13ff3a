/* @run: "$DTRACE" -qn 'profile-997 /arg0 != 0 && stackdepth > 2 && pid == $target/ { stack(2); printf("              %a\n", caller); exit(0); }' -c "perl -e '\$t = time; while (time < \$t + 5) { syscall(110); opendir(D, q(/proc)); my @x = readdir D }'" | grep '`' | sort -u | wc -l */

/* A profile interrupts: stack() begins with that place, and caller is who called it. */

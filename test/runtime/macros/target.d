/* @opts: -q */
/* @trigger: true */
BEGIN { printf("%d\n", $target > 0); }
syscall::exit_group:entry /pid == $target/ { printf("%s\n", execname); }

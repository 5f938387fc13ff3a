/* @trigger: $PROGRAMS/calls */
pid$target:libc.so.6:-:800 { exit(0); }

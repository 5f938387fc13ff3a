/* @trigger: $PROGRAMS/calls */
pid$target:a.out:no_such_function:entry { exit(0); }

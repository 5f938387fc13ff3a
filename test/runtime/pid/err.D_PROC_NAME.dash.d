/* @trigger: $PROGRAMS/calls */
pid$target:a.out:-:* { exit(0); }

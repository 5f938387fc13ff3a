/* @trigger: $PROGRAMS/calls */
pid$target:a.out:add:fffff { exit(0); }

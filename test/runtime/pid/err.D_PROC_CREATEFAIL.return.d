/* @trigger: $PROGRAMS/calls-fixed */
pid$target:a.out:_start:return { exit(0); }

/* @trigger: $PROGRAMS/calls */
pid$target:a.out:main:entrance { exit(0); }

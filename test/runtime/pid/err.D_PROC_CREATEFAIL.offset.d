/* @trigger: $PROGRAMS/unfit */
pid$target:a.out:vectors:a { exit(0); }

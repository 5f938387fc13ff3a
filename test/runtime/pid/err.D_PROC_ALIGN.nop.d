/* @trigger: $PROGRAMS/vectors */
pid$target:a.out:kept:5 { exit(0); }

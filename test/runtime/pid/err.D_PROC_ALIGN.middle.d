/* @trigger: $PROGRAMS/calls-branches */
pid$target:a.out:fact:1 { exit(0); }

/* @trigger: $PROGRAMS/calls */
pid$target:libnothing:main:entry { exit(0); }

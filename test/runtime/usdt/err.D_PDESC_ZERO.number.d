/* @trigger: $PROGRAMS/sites */
sites:::twice { exit(0); }

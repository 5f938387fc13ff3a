/* @trigger: $PROGRAMS/unfit */
pid$target:a.out:counted:entry { exit(0); }

/* @trigger: $PROGRAMS/sites */
sites$target:::thrice { exit(0); }

/* @args: one */
BEGIN { exit(0); }

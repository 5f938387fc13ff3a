/* @opts: -F */
/* @filter: s/^  [0-9]+ /CPU / */
BEGIN { trace(1); }
BEGIN { exit(0); }
END { trace("end"); }

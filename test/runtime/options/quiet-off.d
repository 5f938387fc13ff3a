/* A later value replaces an earlier one. */
/* @opts: -q -xquiet=no */
/* @filter: s/^  [0-9]+ /CPU / */
BEGIN { trace(1); exit(0); }

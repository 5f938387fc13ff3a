/* @opts: -q */
/* @filter: s/ at DIF offset [0-9]+$// */
BEGIN { trace(copyinstr(0x10)); }
BEGIN { exit(0); }

/* @filter: s/^  [0-9]+ /CPU / */
#pragma D option flowindent
BEGIN { trace("on"); exit(0); }

/* @filter: s/^  [0-9]+ /CPU / */
/* @filter: s/ at DIF offset [0-9]+$// */
/* The record of the clause is lost, those before and after it are not. */
BEGIN { trace("before"); }
BEGIN { trace("lost"); trace(*(int *)NULL); trace("lost too"); }
BEGIN { trace("after"); exit(0); }

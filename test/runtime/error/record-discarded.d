/* What a clause recorded before its fault is not shown; what other clauses recorded is. */
#pragma D option quiet

BEGIN { printf("first\n"); trace("shown\n"); }
BEGIN { printf("lost\n"); trace(1); stack(); x = *(int *)8; printf("lost\n"); }
BEGIN { printf("second\n"); exit(0); }

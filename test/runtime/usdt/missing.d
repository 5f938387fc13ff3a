/* An argument in memory that cannot be read is a fault, not a zero. */
/* @trigger: $PROGRAMS/sites */
#pragma D option quiet
sites$target:::missing { printf("%d\n", arg0); }
sites$target:::missing { printf("never %d\n", arg1); }
ERROR { printf("fault %d at %d\n", arg4, arg5); }

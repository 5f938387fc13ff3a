/* Arguments of floating point: in general registers and in memory they are read, in vector registers they are a fault, not a zero. */
/* @trigger: $PROGRAMS/floats 3.25 */
#pragma D option quiet
floats$target:::general { printf("%f %f %f %d\n", args[0], args[1], args[2], args[3]); }
floats$target:::general /arg0 == 0x400a000000000000/ { printf("and their bits\n"); }
floats$target:::vector { printf("%d\n", args[1]); }
floats$target:::vector { printf("never %d\n", arg0); }
ERROR { printf("fault %d\n", arg4); }

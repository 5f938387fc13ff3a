/* The options cpp, define and undef do what -C, -D and -U do. */
/* @opts: -xcpp -xdefine=A=5 -q */
BEGIN { printf("%d\n", A); exit(0); }

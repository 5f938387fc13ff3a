/* @opts: -q -Llib */
lib_point_t p;
BEGIN { p.x = 3; p.y = 4; printf("%d %d\n", p.x + p.y, sizeof (lib_point_t)); exit(0); }

/* @opts: -C -q -Iinc */
#include <header.h>
point_t p;
BEGIN { p.x = FROM_HEADER; p.y = sizeof (point_t); printf("%d %d\n", p.x, p.y); exit(0); }

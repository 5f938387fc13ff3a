/* @opts: -q */
/* @exit: 12 */
inline int BASE = 10;
BEGIN { self->x = 2; exit(BASE + self->x); }

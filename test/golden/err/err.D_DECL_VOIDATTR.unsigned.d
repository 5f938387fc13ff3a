/* nothing has no sign */
unsigned void x;

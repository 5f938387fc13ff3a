/* What END records must fit into the buffer. */
/* @opts: -q -xbufpolicy=fill -xbufsize=64 */
/* @exit: 1 */
BEGIN { exit(0); }
END { trace("a string takes 256 bytes"); }

/* Intervals as D writes them: a number and a unit. */
#ifndef GLASSHOUSE_BASE_INTERVAL_H
#define GLASSHOUSE_BASE_INTERVAL_H

#include <stdbool.h>
#include <stdint.h>

/* Nanoseconds of n of a unit: ns, us, ms, s, m, h, d, their long names (nsec, usec, msec, sec, min, hour, day), in
 * either case; "" and "hz" make n a frequency, of which 0 is 0 ns. false: no such unit, or more than 64 bits. */
bool interval_of(uint64_t n, const char *unit, uint64_t *ns);

#endif

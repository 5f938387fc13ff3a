/*
 * sockets.h - whose the sockets are that were there before: what programs cannot have seen
 *
 * In: /proc. Out: entries of the image's sockets_map: of each socket that a process has, and of where those are that listen.
 */
#ifndef API_SOCKETS_H
#define API_SOCKETS_H

#include "dtrace/kern/load.h"

/* Once, when the programs are attached: what is made from then on they note themselves. Does nothing where none asks. What
 * finds no room, or is not to be read, is not known (pid -1). */
void sockets_fill(const struct image *image, struct loaded *l);

#endif

/*
 * layers.h - roots of zones that lie over read-only layers they share
 *
 *	ZONEPATH/root		what the zone has written itself: the upper layer
 *	ZONEPATH/work		what overlay needs beside it
 *	ZONEPATH/layers		"token TOKEN", then the paths of the layers below, topmost first
 *	ZONEPATH/layers.new	there while the root is being frozen: what `layers` is going to be
 *	PARENT/.layers/ID/root	a layer; PARENT is where the zonepath of the zone lies that it was frozen of
 *	PARENT/.layers/ID/users/TOKEN	an empty file for each zone over it
 *
 * To clone a zone its root is frozen: it becomes a layer, moved and not copied, and the zone goes
 * on in an empty upper layer of its own; so neither sees what the other writes later. A layer goes
 * with its last user. Whatever is done in several steps can be repeated after a kill in between:
 * `layers` names a token before any layer has it, and is taken away after all of them have lost it.
 *
 * Invariant: layers are made, given up and removed under a lock on their .layers directory, but for
 * a clone's, which needs none: the zone it is made of is a user of the same layers meanwhile.
 */
#ifndef ZONE_LAYERS_H
#define ZONE_LAYERS_H

#include "base/err.h"

#include <stdbool.h>

enum { ZONE_LAYERS_MAX = 128, ZONE_LAYER_PATH = 256 };
struct zone_layers {
	char token[17];
	char path[ZONE_LAYERS_MAX][ZONE_LAYER_PATH]; /* as seen from the alternate root */
	unsigned n;				     /* 0: the root is a plain directory */
};

/* Reads those of the zonepath that dir is a descriptor of. */
int zone_layers_read(int dir, struct zone_layers *l, struct err *e);
/* Ends what a killed freeze has begun. */
int zone_layers_repair(const char *root, int dir, struct err *e);
/* Freezes the root of a halted zone, unless nothing was written to it since it was frozen last. EXDEV
 * where it cannot be moved beside its zonepath. */
int zone_layers_freeze(const char *root, const char *zonepath, int dir, struct err *e);
/* Makes the zonepath of descriptor `to`, an empty one, a user of the layers of `from`, beginning with
 * the one that is called `first` (NULL: the topmost). */
int zone_layers_share(const char *root, int from, int to, const char *first, struct err *e);
/* The zonepath gives up its layers; those without users are removed. */
int zone_layers_release(const char *root, int dir, struct err *e);

#endif

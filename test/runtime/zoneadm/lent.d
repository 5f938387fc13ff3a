/* A directory of one zone's that another is given: links that the first puts on the way lead nowhere. */
/* @needs: others */
/* @run: exec 2>&1; sh ./lent.sh */

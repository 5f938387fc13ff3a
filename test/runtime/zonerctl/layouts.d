/* Control groups of version 1 alone, of version 2 alone: limits are in one of them, and in the other it is said that they cannot be. */
/* @needs: others */
/* @run: sh layouts.sh */

/* Arguments that make no sense. */
/* @run: sh usage.sh */

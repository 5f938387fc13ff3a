/* Scheduling classes: of processes outside of zones, which share as one zone when they are told to, and of a zone's. */
/* @needs: chrt others */
/* @run: sh classes.sh */

/*
 * zonestat shows a zone's limits and what it uses, for people and for programs, over an interval and over several; zoneadm
 * top does, on a terminal (which is as before afterwards, whatever its size) and elsewhere. What cannot be understood is refused.
 */
/* @needs: others python3 */
/* @run: sh $SRC/test/runtime/zone/stat.sh */

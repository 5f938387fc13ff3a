/* Zones boot and shut down in two loops side by side, by their administrator and by being killed: no line is missing. */
/* @needs: others */
/* @timeout: 120 */
/* @run: sh $SRC/test/runtime/scripts/zonemon.sh */

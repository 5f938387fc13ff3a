/* What is in the way of a command is named, and nothing is left half-made: a mount in the zone's files, other administrators, a configuration that cannot be. */
/* @needs: others */
/* @timeout: 60 */
/* @run: exec 2>&1; sh ./busy.sh */

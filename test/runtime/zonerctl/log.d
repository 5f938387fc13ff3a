/* A limit that is met is in the system's log where rctladm wants it: at once, with its value and the zone. */
/* @needs: python3 others */
/* @timeout: 60 */
/* @run: unshare -m sh log.sh */

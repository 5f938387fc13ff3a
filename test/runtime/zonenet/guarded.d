/* A zone on no bridge that may change its network is held to its addresses, too: a macvlan, and a link that it was lent, each behind what the zone cannot reach. */
/* @needs: python3 others */
/* @timeout: 240 */
/* @run: $SRC/test/in-netns 'sh guarded.sh' */

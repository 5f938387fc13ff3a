/* A zone with a network that it may change is held to its addresses from outside; a link that it was lent comes back; what this kernel or this link cannot do is refused. */
/* @needs: python3 others */
/* @timeout: 240 */
/* @run: $SRC/test/in-netns 'sh exclusive.sh' */

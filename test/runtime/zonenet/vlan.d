/* A VLAN of a link is a zone's own. */
/* @needs: python3 others */
/* @timeout: 240 */
/* @run: $SRC/test/in-netns 'sh vlan.sh' */

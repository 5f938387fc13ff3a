/* The network of a zone that may not change it: links on a bridge and on a link, addresses, routes; they go when it goes, however it goes. */
/* @needs: python3 others */
/* @timeout: 240 */
/* @run: $SRC/test/in-netns 'sh shared.sh' */

/* Images of containers, OCI's and docker's: layers with what they take away; such as want to write, link or remove elsewhere; a zone as a bundle, and back. */
/* @needs: python3 root */
/* @run: exec 2>&1; sh ./images.sh */

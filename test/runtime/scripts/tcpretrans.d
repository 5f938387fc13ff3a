/* @run: $SRC/test/in-netns 'sh ./tcpretrans.sh' | awk '/LOCAL|198.51|again/ { gsub(/:[3-6][0-9][0-9][0-9][0-9] /, ":PORT "); print }' */
/* @needs: ip */
/* The first segment to where nobody answers is sent again. */

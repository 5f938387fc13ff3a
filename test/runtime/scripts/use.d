/* @run: $SRC/test/with-loop 64m '(sleep 0.2; dd if=$DEV of=/dev/null bs=4k iflag=direct count=2000 status=none) & (timeout 4 sh -c "while :; do :; done" &) ; $DTRACE -s $SRC/share/scripts/use.d 3 | sed -E "/RESOURCE/!{s/$NAME/vda /; s/([^a-z])[0-9]+/\1N/g; s/ +/ /g}" | grep -E "RESOURCE|CPU|memory|disk vda|network" | sort -u' */
/* Every resource has its line. */

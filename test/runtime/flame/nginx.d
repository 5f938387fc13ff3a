/* A flame graph of Debian's nginx, packing a file: names, not numbers. */
/* @needs: root curl /usr/sbin/nginx */
/* @run: cp servers.sh $TMP; cd $TMP; sh servers.sh nginx */

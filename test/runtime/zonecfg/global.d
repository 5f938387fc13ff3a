/* The global zone has a configuration of resource controls; the shares of what is in no zone are its cpu-shares once it shares. */
/* @needs: root */
/* @run: exec 2>&1; sh ./global.sh */

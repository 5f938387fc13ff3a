/* kill -9 at every step of a clone by a snapshot, and of what takes it away again. */
/* @needs: others mkfs.btrfs */
/* @timeout: 60 */
/* @run: exec 2>&1; METHODS=snapshot sh ./on-loop btrfs 128m $TMP/zones sh ./killed.sh */

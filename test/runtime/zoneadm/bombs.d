/* Archives that are small and unpack to too much; directories in each other without end, of an archive and of a tenant: told, and taken away again. */
/* @needs: others python3 mkfs.ext4 gzip */
/* @timeout: 200 */
/* @run: exec 2>&1; sh ./on-loop ext4 16m $TMP/zones sh ./bombs.sh */

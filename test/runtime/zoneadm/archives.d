/* Archives of all formats and compressions become what was packed; damaged ones, and those cut off, are refused and leave nothing; so does a disk that is full. */
/* @needs: others python3 */
/* @run: exec 2>&1; sh ./archives.sh */

/* Zones move, within a file system and to another, are detached and attached, also under another name; what does not fit is refused. */
/* @needs: others */
/* @run: exec 2>&1; sh ./on-loop ext4 64m $TMP/other sh ./moves.sh */

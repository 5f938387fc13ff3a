/* File systems of a zone. */
/* @needs: others losetup mkfs.ext4 findmnt */
/* @run: sh ./filesystems.sh 2>&1 | sed "s,/dev/loop[0-9]*,DISK," */

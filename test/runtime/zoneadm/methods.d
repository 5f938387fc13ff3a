/* Every way to clone a zone: what is kept, and neither of the two sees what the other writes later; a file system that cannot do it says so; no layer is left. */
/* @needs: others mkfs.btrfs mkfs.xfs */
/* @run: exec 2>&1; for on in "ext4 64m overlay copy reflink snapshot" "btrfs 128m snapshot overlay reflink copy" "xfs 300m reflink"; do set -- $on; fs=$1 size=$2; shift 2; sh ./on-loop $fs $size $TMP/zones sh ./methods.sh $fs "$@" || exit $?; done; grep -c $TMP /proc/self/mounts || true */

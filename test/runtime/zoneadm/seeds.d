/* Two tutorials as a newcomer types them (2006: clones; 2011: a zone that boots without questions, is limited, shares), with files on ext4, btrfs and XFS alike. */
/* @needs: others mkfs.btrfs mkfs.xfs */
/* @timeout: 90 */
/* @run: exec 2>&1; unshare -mn --propagation private true 2>/dev/null || { echo "no namespaces of its own"; exit 77; }; test -c /dev/fuse || { echo "no /dev/fuse"; exit 77; }; test $(nproc) -ge 2 || { echo "one CPU only"; exit 77; }; sh ./seeds.sh */

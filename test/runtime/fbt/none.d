/* Where the kernel offers nothing to trace its functions by, that is said. */
/* @run: "$DTRACE" -xnofeature=kprobe_multi,kprobe,fentry -ln fbt::: 2>&1; echo $?; "$DTRACE" -xnofeature=kprobe_multi,kprobe,fentry -ln rawfbt::vfs_read:entry 2>&1 | head -1 */

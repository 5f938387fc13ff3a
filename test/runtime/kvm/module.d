/* Events of virtual machines are found in the module kvm where the kernel has them there. */
/* @run: unshare -m sh module.sh $SRC $TMP */

/* More ways out of a zone: what a process has of the host while it enters, calls that are windows into the kernel, terminals, hostile files at the first boot, a first process that would stay. */
/* @needs: python3 script others */
/* @timeout: 180 */
/* @run: exec 2>&1; sh ./attacks.sh */

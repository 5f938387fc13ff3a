/* Containers of podman and docker are zones by the names that they have there. */
/* @needs: root podman runc busybox */
/* @timeout: 120 */
/* @run: sh ./podman.sh */

/* Devices: a zone has those that its configuration matches, as its own, and can neither reach nor make others. */
/* @needs: python3 others */
/* @run: test -c /dev/cpu_dma_latency || { echo "no /dev/cpu_dma_latency"; exit 77; }; sh devices.sh */

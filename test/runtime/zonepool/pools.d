/* Pools: made, made active, and what zones and processes that are bound to them may run on; dedicated CPUs, given back however a zone ends. */
/* @needs: taskset others */
/* @timeout: 60 */
/* @run: test $(nproc) -ge 2 || { echo "one CPU only"; exit 77; }; sh pools.sh */

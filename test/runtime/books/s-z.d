/* @run: sh every.sh s-z */
/* @timeout: 150 */
/* Programs in the manner of the published collections, over every stable provider of the kernel: each compiles, runs under load without a fault and
 * prints something. */

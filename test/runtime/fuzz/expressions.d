/* Random programs, as D and as C. The long run is `make fuzz-expr`. */
/* @needs: cpu_v4 */
/* @needs: gcc */
/* @timeout: 120 */
/* @run: python3 $SRC/test/fuzz_expr.py --dtrace $DTRACE --count 2000 --seed 1 */

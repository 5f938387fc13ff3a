/* @needs: cc */
/* @run: printf '%s\n' '#include <unistd.h>' 'int main(void) { for (int i = 0; i < 5; i++) { long r; __asm__ volatile("int $0x80" : "=a"(r) : "a"(20) : "memory"); } syscall(110); return 0; }' > "$TMP/c.c" && cc -o "$TMP/c" "$TMP/c.c" && "$DTRACE" -qn 'syscall::writev: /pid == $target/ { printf("writev\n"); } syscall::getppid:entry /pid == $target/ { printf("getppid\n"); }' -c "$TMP/c" */

/* Calls through the 32-bit entry have other numbers: 20 is not writev there. */

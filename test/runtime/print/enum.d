/* @opts: -q */
enum color { RED, GREEN = 5, BLUE };
struct s { enum color c; enum color d; };
struct s v;
BEGIN { v.c = GREEN; v.d = 99; print(v); exit(0); }

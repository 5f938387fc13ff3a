inline int LIB_VALUE = 42;
#pragma D binding "1.0" LIB_VALUE

struct lib_point { int x; int y; };
typedef struct lib_point lib_point_t;

#define FROM_HEADER 5
typedef struct point { int x; int y; } point_t;

#pragma D depends_on library point.d

inline int LIB_TWICE = LIB_VALUE * 2;

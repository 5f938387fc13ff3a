/* lockstat.d - what a thread waited for: arg2 of lockstat:::rw-block. */

inline int RW_WRITER = 0;
inline int RW_READER = 1;

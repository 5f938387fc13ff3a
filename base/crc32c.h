/*
 * crc32c.h - CRC-32C (Castagnoli, RFC 3720 appendix B.4): checksums of what lies on a disk
 */
#ifndef BASE_CRC32C_H
#define BASE_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* Of n bytes; crc: 0, or that of what stands before them. */
uint32_t crc32c(uint32_t crc, const void *p, size_t n);

#endif

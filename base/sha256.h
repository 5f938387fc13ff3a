/*
 * sha256.h - SHA-256 (FIPS 180-4), for what is named by its digest
 */
#ifndef BASE_SHA256_H
#define BASE_SHA256_H

#include <stddef.h>
#include <stdint.h>

struct sha256 {
	uint32_t h[8];
	uint64_t nbytes;
	unsigned char block[64];
};
void sha256_init(struct sha256 *s);
void sha256_add(struct sha256 *s, const void *p, size_t n);
/* The digest in lower-case hexadecimal digits. */
void sha256_end(struct sha256 *s, char hex[65]);

#endif

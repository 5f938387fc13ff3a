/*
 * bio.h - what the data of a struct bio belongs to
 *
 * For emit functions of stable providers. All leave to `out` where there is no such thing. The pages of a bio are taken for one file's: the kernel makes
 * none of several.
 */
#ifndef PROVIDER_BIO_H
#define PROVIDER_BIO_H

#include "dtrace/provider/stable.h"

int bio_folio(struct emit_env *env, int bio, int out); /* struct folio of its first page */
/* struct address_space of a folio that is in the page cache: anonymous memory, a process's own, has none. */
int bio_mapping(struct emit_env *env, int folio, int out);
/* struct inode of the file that a folio is a part of: a block device's page cache belongs to no file. */
int bio_inode(struct emit_env *env, int folio, int out);

#endif

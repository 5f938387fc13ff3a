/*
 * bio.c - what the data of a struct bio belongs to; see bio.h
 *
 * Pages of one folio lead to its first, its mapping to the inode. A mapping with one of its low bits set is none: anonymous memory.
 */
#include "dtrace/provider/bio.h"

enum { LOW_BITS = 3, FILE_TYPE = 0170000, BLOCK_DEVICE = 0060000 };

int bio_folio(struct emit_env *env, int bio, int out)
{
	struct ir_func *f = env->f;
	int first = ir_label(f);
	int vec = stable_field(env, bio, "bio", "bi_io_vec", false);
	int page = ir_copy(f, stable_read(env, vec, "bio_vec", "bv_page", out));
	ir_br(f, IR_EQ, page, IRV_IMM(0), out);
	int head = stable_read(env, page, "page", "compound_head", out);
	ir_br(f, IR_EQ, ir_alu(f, IR_AND, head, IRV_IMM(1)), IRV_IMM(0), first);
	ir_mov(f, page, IRV_REG(ir_alu(f, IR_SUB, head, IRV_IMM(1))));
	ir_place(f, first);
	return page;
}

int bio_mapping(struct emit_env *env, int folio, int out)
{
	struct ir_func *f = env->f;
	int mapping = stable_read(env, folio, "folio", "mapping", out);
	ir_br(f, IR_EQ, mapping, IRV_IMM(0), out);
	ir_br(f, IR_NE, ir_alu(f, IR_AND, mapping, IRV_IMM(LOW_BITS)), IRV_IMM(0), out);
	return mapping;
}

int bio_inode(struct emit_env *env, int folio, int out)
{
	struct ir_func *f = env->f;
	int host = stable_read(env, bio_mapping(env, folio, out), "address_space", "host", out);
	ir_br(f, IR_EQ, host, IRV_IMM(0), out);
	int mode = stable_read(env, host, "inode", "i_mode", out);
	ir_br(f, IR_EQ, ir_alu(f, IR_AND, mode, IRV_IMM(FILE_TYPE)), IRV_IMM(BLOCK_DEVICE), out);
	return host;
}

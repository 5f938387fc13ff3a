/*
 * vminfo.c - provider vminfo: virtual memory counters
 *
 * A probe fires when its counter rises, in the thread that makes it rise; arg0 is by how much.
 *
 *	page_fault_user, page_fault_kernel		as_fault	a fault of an address of a process, by itself or by the kernel for it
 *		(address, regs, code)			prot_fault	of them, those on a page that is present (code bit 0)
 *							kernel_asflt	a fault of an address of the kernel
 *	mm_page_alloc(page, order, flags)		zfod		pages that are asked for movable and zeroed, for processes: the
 *									kernel's way to fill memory that is touched first
 *	mm_filemap_add_to_page_cache(folio)		maj_fault	the page of a file that a fault wants comes into memory
 *		after mm_filemap_fault(mapping, index), else filemap_fault(vmf)
 *	block_bio_queue(bio)						or memory that it wants is read from swap
 *	mm_page_alloc(page, order, flags)		cow_fault	a page is made for a copy of one that may not be written
 *	mm_filemap_fault(mapping, index)				or of one of a file that is not there yet (not of memory that is a file)
 *	block_bio_queue(bio)				pgin		pages are to be read, of a file from its device or of memory from swap, for a fault,
 *									a call or ahead of both
 *							pgpgin		of those the pages; of files fspgin, from swap anonpgin, pgswapin
 *							swapin		pages are to be read from swap
 *	mm_vmscan_lru_isolate				scan		pages that reclaim looks at
 *	mm_vmscan_kswapd_wake				pgrrun
 *	mm_vmscan_write_folio(folio)			pgout		reclaim writes pages; to swap swapout
 *							pgpgout		of those the pages; of files fspgout, to swap anonpgout, pgswapout
 *	mm_vmscan_lru_shrink_inactive			dfree		reclaim frees pages: of files fsfree, others anonfree
 */
#include "dtrace/provider/bio.h"
#include "dtrace/provider/providers.h"
#include "dtrace/provider/stable.h"
#include "dtrace/types/btf.h"

static int one(struct emit_env *env)
{
	return ir_imm(env->f, 1);
}

/* ---- faults ---- */

enum { BY_ITSELF, BY_THE_KERNEL }; /* sources */

static void enter_user_address(struct emit_env *env)
{
	if (env->source == BY_THE_KERNEL)
		ir_br(env->f, IR_SLT, stable_param(env, 0), IRV_IMM(0), env->fail);
}

static void enter_kernel_address(struct emit_env *env)
{
	ir_br(env->f, IR_SGE, stable_param(env, 0), IRV_IMM(0), env->fail);
}

/* Page present: a violation of its protection (copy on write among them). */
static void enter_prot(struct emit_env *env)
{
	int present = ir_alu(env->f, IR_AND, stable_param(env, 2), IRV_IMM(1));
	ir_br(env->f, IR_EQ, present, IRV_IMM(0), env->fail);
	enter_user_address(env);
}

/* ---- pages made ---- */

static int64_t gfp_flag(struct emit_env *env, const char *bit, int otherwise)
{
	int64_t v = otherwise;
	if (env->btf)
		btf_find_enumerator(env->btf, bit, &v);
	return 1LL << v;
}

static void enter_zfod(struct emit_env *env)
{
	int64_t wanted = gfp_flag(env, "___GFP_ZERO_BIT", 8) |
			 gfp_flag(env, "___GFP_MOVABLE_BIT", 3) |
			 gfp_flag(env, "___GFP_HARDWALL_BIT", 20);
	int flags = ir_alu(env->f, IR_AND, stable_param(env, 2), IRV_IMM(wanted));
	ir_br(env->f, IR_NE, flags, IRV_IMM(wanted), env->fail);
	ir_br(env->f, IR_EQ, stable_param(env, 0), IRV_IMM(0), env->fail);
}

static int order_pages(struct emit_env *env)
{
	int order = ir_unary(env->f, IR_ZEXT, stable_param(env, 1), 4);
	return ir_alu(env->f, IR_SHL, ir_imm(env->f, 1), IRV_REG(order));
}

/* ---- what faults want ----
 *
 * A fault is remembered for its thread, by how the processor told it. One of a file's page says which one it wants, whether it is in memory or not. It
 * was not when the same thread then puts that page into the page cache. Memory was in swap when the thread reads from there. Threads share a few slots: one
 * that has lost its slot to another meanwhile goes uncounted. Nothing tells when a fault is over, but for a program's own: then its next
 * system call is one by its registers. */

enum { HELPER_PID_TGID = 14, SLOTS = 4096, KEY_BYTES = 8, WANTED_BYTES = 24 };
enum {
	THREAD = 0,
	MAPPING = 8,
	INDEX = 16,
	CODE = 16
}; /* MAPPING 0: not of a file, as far as is known, and CODE */
enum {
	PRESENT = 1,
	WRITES = 2,
	BY_PROGRAM = 4,
	IS_COPIED = 1 << 16,
	IS_OVER = 1 << 17
}; /* of CODE; the first are the processor's */

static int thread_slot(struct emit_env *env, int thread)
{
	struct ir_func *f = env->f;
	int key = ir_frame(f, KEY_BYTES, 8);
	ir_store(f, ir_frame_addr(f, key, 0), 0, 8,
		 IRV_REG(ir_alu(f, IR_AND, thread, IRV_IMM(SLOTS - 1))));
	return key;
}

/* The parameters of the tracepoint, or what the function finds in its struct vm_fault. */
static int wanted_mapping(struct emit_env *env)
{
	if (env->ctx_kind != CTX_FENTRY)
		return stable_param(env, 0);
	int vma = stable_field(env, stable_param(env, 0), "vm_fault", "vma", false);
	int file = stable_field(env, vma, "vm_area_struct", "vm_file", false);
	return stable_field(env, file, "file", "f_mapping", false);
}

static int wanted_index(struct emit_env *env)
{
	if (env->ctx_kind != CTX_FENTRY)
		return stable_param(env, 1);
	return stable_field(env, stable_param(env, 0), "vm_fault", "pgoff", false);
}

static void emit_wanted(struct emit_env *env)
{
	struct ir_func *f = env->f;
	int thread = ir_call(f, HELPER_PID_TGID, 0, NULL);
	int key = thread_slot(env, thread), value = ir_frame(f, WANTED_BYTES, 8);
	ir_store(f, ir_frame_addr(f, value, 0), THREAD, 8, IRV_REG(thread));
	ir_store(f, ir_frame_addr(f, value, 0), MAPPING, 8, IRV_REG(wanted_mapping(env)));
	ir_store(f, ir_frame_addr(f, value, 0), INDEX, 8, IRV_REG(wanted_index(env)));
	stable_remember(env, key, value);
}

static void emit_fault(struct emit_env *env)
{
	struct ir_func *f = env->f;
	int thread = ir_call(f, HELPER_PID_TGID, 0, NULL);
	int key = thread_slot(env, thread), value = ir_frame(f, WANTED_BYTES, 8);
	ir_br(f, IR_SLT, stable_param(env, 0), IRV_IMM(0), env->fail);
	int code = ir_alu(f, IR_AND, stable_param(env, 2), IRV_IMM(PRESENT | WRITES | BY_PROGRAM));
	ir_store(f, ir_frame_addr(f, value, 0), THREAD, 8, IRV_REG(thread));
	ir_store(f, ir_frame_addr(f, value, 0), MAPPING, 8, IRV_IMM(0));
	ir_store(f, ir_frame_addr(f, value, 0), CODE, 8, IRV_REG(code));
	stable_remember(env, key, value);
}

#define FAULTS                                                                                     \
	{"page_fault", "page_fault_user", emit_fault},                                             \
	{                                                                                          \
		"page_fault_kern", "page_fault_kernel", emit_fault                                 \
	}
static const struct probe_companion wanted_pages[] = {
    {"page_wanted", "mm_filemap_fault", emit_wanted, .function = "filemap_fault"}, FAULTS};
static const struct probe_memory wanted = {
    "page_wanted", KEY_BYTES, WANTED_BYTES, SLOTS, wanted_pages, 3, 0};
static const struct probe_companion all_faults[] = {FAULTS};
static const struct probe_memory faults = {
    "page_faults", KEY_BYTES, WANTED_BYTES, SLOTS, all_faults, 2, 0};

/* What is remembered of the thread: address; leaves when there is nothing. */
static int remembered(struct emit_env *env)
{
	struct ir_func *f = env->f;
	int thread = ir_call(f, HELPER_PID_TGID, 0, NULL);
	int what = stable_recall(env, thread_slot(env, thread));
	ir_br(f, IR_EQ, what, IRV_IMM(0), env->fail);
	ir_br(f, IR_NE, ir_load(f, what, THREAD, 8), IRV_REG(thread), env->fail);
	return what;
}

/* The same of a fault that is not over, and not known to be of a file; its code. */
static int remembered_fault(struct emit_env *env, int *code)
{
	enum { HELPER_TASK_BTF = 158, HELPER_TASK_REGS = 175, NO_CALL = -1 };
	struct ir_func *f = env->f;
	int what = remembered(env), lasts = ir_label(f);
	ir_br(f, IR_NE, ir_load(f, what, MAPPING, 8), IRV_IMM(0), env->fail);
	*code = ir_load(f, what, CODE, 8);
	ir_br(f, IR_SETBITS, *code, IRV_IMM(IS_OVER), env->fail);
	int program = ir_alu(f, IR_AND, *code, IRV_IMM(BY_PROGRAM));
	ir_br(f, IR_EQ, program, IRV_IMM(0), lasts);
	int task = ir_call(f, HELPER_TASK_BTF, 0, NULL);
	int regs = ir_call(f, HELPER_TASK_REGS, IR_CALL_ARGS(IRV_REG(task)));
	int call = stable_field(env, regs, "pt_regs", "orig_ax", false);
	ir_br(f, IR_NE, call, IRV_IMM(NO_CALL), env->fail);
	ir_place(f, lasts);
	return what;
}

static void mark(struct emit_env *env, int what, int code, int64_t as)
{
	int marked = ir_alu(env->f, IR_OR, code, IRV_IMM(as));
	ir_store(env->f, what, CODE, 8, IRV_REG(marked));
}

static int folio_field(struct emit_env *env, const char *name)
{
	return stable_field(env, stable_param(env, 0), "folio", name, false);
}

/* How many pages are one: the first of several says so in its flags, and tells the power of two. */
static int folio_pages(struct emit_env *env)
{
	enum { ORDER_BITS = 0xff };
	struct ir_func *f = env->f;
	int64_t head;
	int pages = ir_imm(f, 1), one_page = ir_label(f);
	if (!env->btf || !btf_find_enumerator(env->btf, "PG_head", &head))
		return pages;
	int flags = ir_alu(f, IR_SHR, folio_field(env, "flags"), IRV_IMM(head));
	ir_br(f, IR_EQ, ir_alu(f, IR_AND, flags, IRV_IMM(1)), IRV_IMM(0), one_page);
	int order = ir_alu(f, IR_AND, folio_field(env, "_flags_1"), IRV_IMM(ORDER_BITS));
	ir_mov(f, pages, IRV_REG(ir_alu(f, IR_SHL, pages, IRV_REG(order))));
	ir_place(f, one_page);
	return pages;
}

/* Leaves unless the folio has the page that this thread wants. */
static void begin_page(struct emit_env *env)
{
	struct ir_func *f = env->f;
	int what = remembered(env);
	int mapping = ir_load(f, what, MAPPING, 8), index = ir_load(f, what, INDEX, 8);
	ir_br(f, IR_NE, mapping, IRV_REG(folio_field(env, "mapping")), env->fail);
	int into = ir_alu(f, IR_SUB, index, IRV_REG(folio_field(env, "index")));
	ir_br(f, IR_UGE, into, IRV_REG(folio_pages(env)), env->fail);
}

/* Leaves unless a folio of these flags is memory, of processes or shared: what goes to swap. */
static void only_memory(struct emit_env *env, int flags, int out)
{
	int64_t bit;
	if (!env->btf || !btf_find_enumerator(env->btf, "PG_swapbacked", &bit)) {
		ir_jmp(env->f, out);
		return;
	}
	int is = ir_alu(env->f, IR_AND, flags, IRV_IMM(1LL << bit));
	ir_br(env->f, IR_EQ, is, IRV_IMM(0), out);
}

/* ---- pages that are read ---- */

static int bio_bytes(struct emit_env *env)
{
	int bytes = stable_field(env, stable_param(env, 0), "bio", "bi_iter.bi_size", false);
	return ir_unary(env->f, IR_ZEXT, bytes, 4);
}

static int bio_pages(struct emit_env *env)
{
	enum { PAGE_SHIFT_BITS = 12 };
	return ir_alu(env->f, IR_SHR, bio_bytes(env), IRV_IMM(PAGE_SHIFT_BITS));
}

/* Leaves to `out` unless memory is to be read from swap: it is nobody's yet. Devices made of others hand copies on. */
static void from_swap(struct emit_env *env, int bio, int folio, int out)
{
	struct ir_func *f = env->f;
	int64_t copy;
	if (!env->btf || !btf_find_enumerator(env->btf, "BIO_CLONED", &copy)) {
		ir_jmp(f, out);
		return;
	}
	int bio_flags = stable_field(env, bio, "bio", "bi_flags", false);
	int copied = ir_alu(f, IR_AND, bio_flags, IRV_IMM(1LL << copy));
	ir_br(f, IR_NE, copied, IRV_IMM(0), out);
	ir_br(f, IR_NE, stable_read(env, folio, "folio", "mapping", out), IRV_IMM(0), out);
	only_memory(env, stable_read(env, folio, "folio", "flags", out), out);
}

/* Leaves unless pages of a file are to be read into the page cache. Devices made of others ask those for the same pages once more: only what the
 * file system asks its own device for counts. */
static void from_file(struct emit_env *env, int bio, int folio)
{
	int inode = bio_inode(env, folio, env->fail);
	int fs = stable_read(env, inode, "inode", "i_sb", env->fail);
	int device = stable_read(env, fs, "super_block", "s_bdev", env->fail);
	int asked = stable_field(env, bio, "bio", "bi_bdev", false);
	ir_br(env->f, IR_NE, device, IRV_REG(asked), env->fail);
}

/* Which of the two it is, for the conditions of the probes. */
enum { FROM_FILE, FROM_SWAP };

static int read_from(struct emit_env *env)
{
	enum { KIND_FRAME = 1 };
	if (!env->frame[KIND_FRAME])
		env->frame[KIND_FRAME] = ir_frame(env->f, 8, 8) + 1;
	return ir_frame_addr(env->f, env->frame[KIND_FRAME] - 1, 0);
}

static void begin_pages_in(struct emit_env *env)
{
	enum { OP_MASK = 0xff, READ = 0 };
	struct ir_func *f = env->f;
	int file = ir_label(f), known = ir_label(f);
	int bio = stable_param(env, 0), op = stable_field(env, bio, "bio", "bi_opf", false);
	ir_br(f, IR_NE, ir_alu(f, IR_AND, op, IRV_IMM(OP_MASK)), IRV_IMM(READ), env->fail);
	ir_br(f, IR_EQ, bio_bytes(env), IRV_IMM(0), env->fail);
	int folio = bio_folio(env, bio, env->fail);
	ir_store(f, read_from(env), 0, 8, IRV_IMM(FROM_SWAP));
	from_swap(env, bio, folio, file);
	ir_jmp(f, known);
	ir_place(f, file);
	ir_store(f, read_from(env), 0, 8, IRV_IMM(FROM_FILE));
	from_file(env, bio, folio);
	ir_place(f, known);
}

static void enter_from_file(struct emit_env *env)
{
	int kind = ir_load(env->f, read_from(env), 0, 8);
	ir_br(env->f, IR_NE, kind, IRV_IMM(FROM_FILE), env->fail);
}

static void enter_from_swap(struct emit_env *env)
{
	int kind = ir_load(env->f, read_from(env), 0, 8);
	ir_br(env->f, IR_NE, kind, IRV_IMM(FROM_SWAP), env->fail);
}

/* ---- faults that wait for pages, and that copy them ---- */

enum { IN_CACHE, FROM_DISK }; /* sources of maj_fault */

static void begin_maj(struct emit_env *env)
{
	if (env->source == IN_CACHE)
		begin_page(env);
	else
		begin_pages_in(env);
}

/* Pages beside it are read as well, for the same fault. */
static void enter_maj(struct emit_env *env)
{
	if (env->source == IN_CACHE)
		return;
	int code, what;
	enter_from_swap(env);
	what = remembered_fault(env, &code);
	mark(env, what, code, IS_OVER);
}

enum { PAGE_MADE, FILE_ASKED }; /* sources of cow_fault */

/* Memory for a process that need not be zeroed. What is to be read ahead may fail, and what is to be written says so. */
static void made_to_fill(struct emit_env *env)
{
	int64_t wanted =
	    gfp_flag(env, "___GFP_MOVABLE_BIT", 3) | gfp_flag(env, "___GFP_HIGHMEM_BIT", 1) |
	    gfp_flag(env, "___GFP_HARDWALL_BIT", 20) | gfp_flag(env, "___GFP_FS_BIT", 7);
	int64_t others = gfp_flag(env, "___GFP_ZERO_BIT", 8) |
			 gfp_flag(env, "___GFP_NORETRY_BIT", 16) |
			 gfp_flag(env, "___GFP_WRITE_BIT", 12);
	int flags = ir_alu(env->f, IR_AND, stable_param(env, 2), IRV_IMM(wanted | others));
	ir_br(env->f, IR_NE, flags, IRV_IMM(wanted), env->fail);
	ir_br(env->f, IR_EQ, stable_param(env, 0), IRV_IMM(0), env->fail);
}

/* The page that a file's is copied to is made first. */
static void enter_cow(struct emit_env *env)
{
	struct ir_func *f = env->f;
	int there = ir_label(f), code, what;
	if (env->source == PAGE_MADE)
		made_to_fill(env);
	what = remembered_fault(env, &code);
	if (env->source == FILE_ASKED) {
		int copied = ir_alu(f, IR_AND, code, IRV_IMM(IS_COPIED));
		ir_br(f, IR_EQ, copied, IRV_IMM(0), env->fail);
		mark(env, what, code, IS_OVER);
		return;
	}
	int writes = ir_alu(f, IR_AND, code, IRV_IMM(WRITES));
	ir_br(f, IR_EQ, writes, IRV_IMM(0), env->fail);
	int present = ir_alu(f, IR_AND, code, IRV_IMM(PRESENT));
	ir_br(f, IR_NE, present, IRV_IMM(0), there);
	mark(env, what, code, IS_COPIED);
	ir_jmp(f, env->fail);
	ir_place(f, there);
	mark(env, what, code, IS_OVER);
}

/* ---- reclaim ---- */

enum { ISOLATE_SCANNED = 3, SHRINK_FREED = 2, SHRINK_FILE = 5 };

static void enter_scan(struct emit_env *env)
{
	ir_br(env->f, IR_EQ, stable_param(env, ISOLATE_SCANNED), IRV_IMM(0), env->fail);
}

static void enter_freed(struct emit_env *env)
{
	ir_br(env->f, IR_EQ, stable_param(env, SHRINK_FREED), IRV_IMM(0), env->fail);
}

/* The event of 6.1 has priority and file at the same places. */
static void freed_of_files(struct emit_env *env, bool files)
{
	enter_freed(env);
	int file = ir_unary(env->f, IR_ZEXT, stable_param(env, SHRINK_FILE), 4);
	ir_br(env->f, files ? IR_EQ : IR_NE, file, IRV_IMM(0), env->fail);
}

static void enter_fsfree(struct emit_env *env)
{
	freed_of_files(env, true);
}

static void enter_anonfree(struct emit_env *env)
{
	freed_of_files(env, false);
}

static void enter_fspgout(struct emit_env *env)
{
	int file = ir_label(env->f);
	only_memory(env, folio_field(env, "flags"), file);
	ir_jmp(env->f, env->fail);
	ir_place(env->f, file);
}

static void enter_anonpgout(struct emit_env *env)
{
	only_memory(env, folio_field(env, "flags"), env->fail);
}

static const struct stable_arg count_args[] = {{.type = "int64_t", .emit = one}};
static const struct stable_arg order_args[] = {{.type = "int64_t", .emit = order_pages}};
static const struct stable_arg pages_in_args[] = {{.type = "int64_t", .emit = bio_pages}};
static const struct stable_arg pages_out_args[] = {{.type = "int64_t", .emit = folio_pages}};
static const struct stable_arg scanned_args[] = {{.type = "int64_t", .param = ISOLATE_SCANNED}};
static const struct stable_arg freed_args[] = {{.type = "int64_t", .param = SHRINK_FREED}};

#define NO_DETAIL "Linux has no tracepoint that tells this kind of fault or page apart"
#define NO_TEXT	  "Linux does not tell pages of programs from other pages of files"
#define NO_LIST	  "Linux takes no page back from its free list"

static const struct stable_probe probes[] = {
    {"as_fault", "page_fault_user", enter_user_address, count_args, 1,
     .more = {"page_fault_kernel"}},
    {"prot_fault", "page_fault_user", enter_prot, count_args, 1, .more = {"page_fault_kernel"}},
    {"kernel_asflt", "page_fault_kernel", enter_kernel_address, count_args, 1},
    {"zfod", "mm_page_alloc", enter_zfod, order_args, 1},
    {"maj_fault", "mm_filemap_add_to_page_cache", enter_maj, count_args, 1, .memory = &wanted,
     .begin = begin_maj, .more = {"block_bio_queue"}},
    {"cow_fault", "mm_page_alloc", enter_cow, count_args, 1, .memory = &faults,
     .more = {"mm_filemap_fault"}},
    {"pgin", "block_bio_queue", NULL, count_args, 1, .begin = begin_pages_in},
    {"pgpgin", "block_bio_queue", NULL, pages_in_args, 1, .begin = begin_pages_in},
    {"fspgin", "block_bio_queue", enter_from_file, pages_in_args, 1, .begin = begin_pages_in},
    {"anonpgin", "block_bio_queue", enter_from_swap, pages_in_args, 1, .begin = begin_pages_in},
    {"pgswapin", "block_bio_queue", enter_from_swap, pages_in_args, 1, .begin = begin_pages_in},
    {"swapin", "block_bio_queue", enter_from_swap, count_args, 1, .begin = begin_pages_in},
    {"scan", "mm_vmscan_lru_isolate", enter_scan, scanned_args, 1},
    {"pgrrun", "mm_vmscan_kswapd_wake", NULL, count_args, 1},
    {"pgout", "mm_vmscan_write_folio", NULL, count_args, 1},
    {"pgpgout", "mm_vmscan_write_folio", NULL, pages_out_args, 1},
    {"fspgout", "mm_vmscan_write_folio", enter_fspgout, pages_out_args, 1},
    {"anonpgout", "mm_vmscan_write_folio", enter_anonpgout, pages_out_args, 1},
    {"pgswapout", "mm_vmscan_write_folio", enter_anonpgout, pages_out_args, 1},
    {"swapout", "mm_vmscan_write_folio", enter_anonpgout, count_args, 1},
    {"dfree", "mm_vmscan_lru_shrink_inactive", enter_freed, freed_args, 1},
    {"fsfree", "mm_vmscan_lru_shrink_inactive", enter_fsfree, freed_args, 1},
    {"anonfree", "mm_vmscan_lru_shrink_inactive", enter_anonfree, freed_args, 1},
    {"execfree", NULL, .why_not = NO_TEXT},
    {"execpgin", NULL, .why_not = NO_TEXT},
    {"execpgout", NULL, .why_not = NO_TEXT},
    {"hat_fault", NULL, .why_not = NO_DETAIL},
    {"pgfrec", NULL, .why_not = NO_LIST},
    {"pgrec", NULL, .why_not = NO_LIST},
    {"rev", NULL, .why_not = NO_DETAIL},
    {"softlock", NULL, .why_not = NO_DETAIL},
};

void provider_vminfo_add(struct registry *r)
{
	static const struct stable_provider table = {"vminfo", probes,
						     sizeof(probes) / sizeof(probes[0])};
	provider_stable_add(r, &table);
}

/*
 * io.c - provider io: block device input and output
 *
 *	block_io_start(request)				start	in the thread that hands the request over (a writeback thread for
 *								cached writes)
 *	block_rq_complete(request, error, bytes)	done	in whatever thread the interrupt found
 *
 * args[0] bufinfo_t, args[1] devinfo_t, args[2] fileinfo_t, all translated from the request (dlib/io.d). Kernels without block_io_start fire start
 * at block_rq_issue.
 */
#include "dtrace/provider/providers.h"
#include "dtrace/provider/stable.h"

static const struct stable_arg request_args[] = {
    {.type = "struct request *", .xtype = "bufinfo_t *", .param = 0},
    {.type = "struct request *", .xtype = "devinfo_t *", .param = 0},
    {.type = "struct request *", .xtype = "fileinfo_t *", .param = 0},
};

#define NO_WAIT "Linux has no event at both ends of a wait for a block; see sched:::off-cpu"

static const struct stable_probe probes[] = {
    {"start", "block_io_start", NULL, request_args, 3, .fallback = "block_rq_issue"},
    {"done", "block_rq_complete", NULL, request_args, 3, .context = CONTEXT_NONE},
    {"wait-start", NULL, .why_not = NO_WAIT},
    {"wait-done", NULL, .why_not = NO_WAIT},
};

void provider_io_add(struct registry *r)
{
	static const struct stable_provider table = {"io", probes,
						     sizeof(probes) / sizeof(probes[0])};
	provider_stable_add(r, &table);
}

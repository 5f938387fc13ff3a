/*
 * limit.h - a row of the policy as limits of a session
 */
#ifndef BROKER_LIMIT_H
#define BROKER_LIMIT_H

#include "broker/policy.h"

#include "dtrace/api/serve.h"

struct limit { /* must live as long as the session */
	const struct peer *peer;
	const struct policy_row *row;
};
/* The process that the peer means by a number; 0: none that it may name. A tenant's are those of its zone. */
pid_t limit_target(const struct limit *l, uint64_t number);
/* To be called before anything is compiled. told: $pid and the like, where the asker has told them. slots: most
 * of an aggregation's table where aggsize is not set; 0: as usual. */
void limit_apply(struct limit *l, struct session *s, const struct session_asker *told,
		 uint32_t slots);

#endif

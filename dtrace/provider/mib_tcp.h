/*
 * mib_tcp.h - counters of TCP: what a segment says, by what its connection expects
 *
 * tcp_probe(sock, skb) tells of each segment that comes in for a connection that is established, before it changes anything. Each function emits a
 * condition that leaves to env->fail when it does not hold, or a number.
 */
#ifndef PROVIDER_MIB_TCP_H
#define PROVIDER_MIB_TCP_H

#include "dtrace/probe/probe.h"

/* Data: what was expected next, something behind it, nothing or only in part new. */
void mib_in_order(struct emit_env *env);
void mib_out_of_order(struct emit_env *env);
void mib_duplicate(struct emit_env *env);
void mib_partly_duplicate(struct emit_env *env);
int mib_data_bytes(struct emit_env *env);
int mib_new_bytes(struct emit_env *env);
int mib_old_bytes(struct emit_env *env);

/* Acknowledgements: of data that was not yet acknowledged; of nothing new, without data, the window as it was; the same with a
 * window that is larger. */
void mib_acknowledges(struct emit_env *env);
int mib_acked_bytes(struct emit_env *env);
void mib_duplicate_ack(struct emit_env *env);
void mib_window_update(struct emit_env *env);

/* Of a segment made here (net.h): it asks the other side to answer, whose window is closed (window) or that has said nothing for
 * long. */
void mib_probes(struct emit_env *env, bool window);

#endif

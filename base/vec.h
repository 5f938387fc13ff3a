/*
 * vec.h - growable arrays in an arena
 *
 *	VEC(int) v = {0};
 *	*vec_push(&v, arena) = 7;
 *	for (size_t i = 0; i < v.n; i++) use(v.at[i]);
 *
 * Element pointers are valid until the next push.
 */
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include "base/arena.h"

#define VEC(type)                                                                                  \
	struct {                                                                                   \
		type *at;                                                                          \
		size_t n, cap;                                                                     \
	}

/* Pointer to a new zeroed last element. */
#define vec_push(v, arena)                                                                         \
	((v)->n == (v)->cap                                                                        \
	     ? (void)((v)->at = arena_grow((arena), (v)->at, (v)->cap * sizeof(*(v)->at),          \
					   ((v)->cap ? (v)->cap * 2 : 8) * sizeof(*(v)->at)),      \
		      (v)->cap = (v)->cap ? (v)->cap * 2 : 8)                                      \
	     : (void)0,                                                                            \
	 &(v)->at[(v)->n++])

/* Room for n elements more, so that as many pushes copy nothing. */
#define vec_reserve(v, arena, more)                                                                \
	((v)->cap - (v)->n < (more)                                                                \
	     ? (void)((v)->at = arena_grow((arena), (v)->at, (v)->cap * sizeof(*(v)->at),          \
					   ((v)->n + (more)) * sizeof(*(v)->at)),                  \
		      (v)->cap = (v)->n + (more))                                                  \
	     : (void)0)

/* As vec_push(), where up to `more` are to come, this one among them: once it holds many it grows for them all. */
#define vec_push_of(v, arena, more)                                                                \
	((v)->n == (v)->cap && (v)->n >= 64 ? vec_reserve((v), (arena), (more)) : (void)0,         \
	 vec_push((v), (arena)))

#define vec_last(v) (&(v)->at[(v)->n - 1])

#endif

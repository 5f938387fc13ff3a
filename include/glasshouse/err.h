/*
 * err.h - what a function that fails tells
 *
 * Functions that can fail take a `struct err *e` as their last argument, return -1 or NULL and set
 * it. The text is made for people: one or several whole sentences, without a newline at the end.
 */
#ifndef GLASSHOUSE_ERR_H
#define GLASSHOUSE_ERR_H

struct err {
	int code; /* errno value, or 0 when no error is set */
	char text[512];
};

#endif

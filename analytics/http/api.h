/*
 * api.h - what the files of handlers share
 */
#ifndef HTTP_API_H
#define HTTP_API_H

#include "analytics/http/call.h"

/* The id of a dataset given by id or name, in the scope of who asks. -1 after call_error(). */
int dataset_id(struct call *c, const char *text, uint32_t *out);
void put_dataset(struct put *j, const struct hub_dataset *d);
void put_alert(struct put *j, const struct alert *al);

#endif

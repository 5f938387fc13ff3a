/*
 * container_name.h - what docker and podman call a container whose id is known
 *
 * Read from where they keep their state, as root alone can: config.v2.json of docker, which has "/NAME" as "Name"; of
 * podman the list containers.json, where each has "id" and "names".
 */
#ifndef BASE_CONTAINER_NAME_H
#define BASE_CONTAINER_NAME_H

#include <stdbool.h>
#include <stddef.h>

/* brand: "docker", "podman". false: not found, or not of these. */
bool container_name_of(const char *brand, const char *id, char *name, size_t size);

/* The texts of these files, n bytes and a zero: the name in a docker container's, that of podman's container with this id. */
bool container_name_docker(const char *text, size_t n, char *name, size_t size);
bool container_name_podman(const char *text, size_t n, const char *id, char *name, size_t size);

#endif

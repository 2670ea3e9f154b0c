// Calls of Linux that Swift's Glibc module leaves out: statfs, which tells network file systems by their magic number;
// malloc_trim, which gives freed memory back to the system, and mallopt, which says how it is kept; and the flag that
// opens a file without a name, glibc's O_TMPFILE: a sum that Swift does not see.
#pragma once
#include <fcntl.h>
#include <malloc.h>
#include <sys/vfs.h>

enum LinuxOpenFlag { UNNAMED_FILE = __O_TMPFILE | O_DIRECTORY };

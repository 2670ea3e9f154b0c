// Calls of Linux that Swift's Glibc module leaves out: statfs, which tells network file systems by their magic number;
// malloc_trim, which gives freed memory back to the system, and mallopt, which says how it is kept.
#pragma once
#include <malloc.h>
#include <sys/vfs.h>

// Calls of Linux that Swift's Glibc module leaves out: statfs, which tells network file systems by their magic number.
#pragma once
#include <sys/vfs.h>

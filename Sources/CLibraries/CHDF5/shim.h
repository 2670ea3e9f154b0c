// libhdf5's C interface, serial build.
#pragma once
#include <hdf5/serial/hdf5.h>

// Constants that are macros over variables or casts, which Swift cannot see.
static inline hid_t eelscout_h5_default(void) { return H5P_DEFAULT; }
static inline hid_t eelscout_h5_file_access(void) { return H5P_FILE_ACCESS; }
static inline hid_t eelscout_h5_error_stack(void) { return H5E_DEFAULT; }
static inline unsigned eelscout_h5_read_only(void) { return H5F_ACC_RDONLY; }
static inline hid_t eelscout_h5_whole(void) { return H5S_ALL; }

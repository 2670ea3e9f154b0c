// libhdf5's C interface, serial build.
#pragma once
#include <hdf5/serial/hdf5.h>
#include <stdlib.h>

// Constants that are macros over variables or casts, which Swift cannot see.
static inline hid_t eelscout_h5_default(void) { return H5P_DEFAULT; }
static inline hid_t eelscout_h5_file_access(void) { return H5P_FILE_ACCESS; }
static inline hid_t eelscout_h5_file_create(void) { return H5P_FILE_CREATE; }
static inline hid_t eelscout_h5_dataset_create(void) { return H5P_DATASET_CREATE; }
static inline hid_t eelscout_h5_native_double(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t eelscout_h5_c_string(void) { return H5T_C_S1; }
static inline hid_t eelscout_h5_error_stack(void) { return H5E_DEFAULT; }
static inline unsigned eelscout_h5_read_only(void) { return H5F_ACC_RDONLY; }
static inline unsigned eelscout_h5_truncate(void) { return H5F_ACC_TRUNC; }
static inline hid_t eelscout_h5_whole(void) { return H5S_ALL; }
static inline hsize_t eelscout_h5_unlimited(void) { return H5S_UNLIMITED; }
static inline size_t eelscout_h5_variable(void) { return H5T_VARIABLE; }

// OpenBLAS: CBLAS matrix products and the two LAPACK drivers the project uses.
#pragma once
#include <cblas.h>

// LAPACK's Fortran entry points (OpenBLAS contains them); declared here because Debian's
// OpenBLAS package ships no LAPACK header of its own. All arguments by address, column-major.
void dsyevd_(const char *jobz, const char *uplo, const int *n, double *a, const int *lda, double *w,
             double *work, const int *lwork, int *iwork, const int *liwork, int *info);
void dpotrf_(const char *uplo, const int *n, double *a, const int *lda, int *info);

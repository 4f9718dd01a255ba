#ifndef COPENBLAS_SHIM_H
#define COPENBLAS_SHIM_H
/* C99 _Complex cannot be imported into Swift. */
#define LAPACK_COMPLEX_STRUCTURE
#include <cblas.h>
#include <lapacke.h>
#endif

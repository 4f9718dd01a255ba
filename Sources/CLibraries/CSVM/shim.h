#ifndef CSVM_SHIM_H
#define CSVM_SHIM_H
#include <libsvm/svm.h>
#endif

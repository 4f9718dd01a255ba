/* SwiftPM wants one source file in a C target; the library itself is libnifti2. */
#include "CNIfTI.h"

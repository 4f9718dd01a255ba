/* <nifti/nifti2_io.h> includes <znzlib.h>, which Debian installs beside it in a folder that is not
   on the include path. This forwards it, so that no -I flag is needed. */
#include <nifti/znzlib.h>

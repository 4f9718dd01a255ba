#ifndef CHDF5_SHIM_H
#define CHDF5_SHIM_H
#include <hdf5.h>
#include <sys/syscall.h>
#include <unistd.h>
/* HDF5's type and property constants are "(H5open(), X_g)" macros; the importer drops them. */
static inline hid_t ch5_native_double(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t ch5_native_int64(void) { return H5T_NATIVE_INT64; }
static inline hid_t ch5_ieee_f64le(void) { return H5T_IEEE_F64LE; }
static inline hid_t ch5_std_i64le(void) { return H5T_STD_I64LE; }
static inline hid_t ch5_c_s1(void) { return H5T_C_S1; }
static inline size_t ch5_variable(void) { return H5T_VARIABLE; }
static inline hid_t ch5_file_access(void) { return H5P_FILE_ACCESS; }
static inline hid_t ch5_file_create(void) { return H5P_FILE_CREATE; }
static inline hid_t ch5_dataset_create(void) { return H5P_DATASET_CREATE; }
static inline hid_t ch5_group_create(void) { return H5P_GROUP_CREATE; }
static inline hid_t ch5_dataset_xfer(void) { return H5P_DATASET_XFER; }
static inline hid_t ch5_default(void) { return H5P_DEFAULT; }
static inline hid_t ch5_all(void) { return H5S_ALL; }
static inline hid_t ch5_default_stack(void) { return H5E_DEFAULT; }
static inline unsigned ch5_truncate(void) { return H5F_ACC_TRUNC; }
static inline unsigned ch5_read_only(void) { return H5F_ACC_RDONLY; }
static inline unsigned ch5_read_write(void) { return H5F_ACC_RDWR; }
/* MPI_Comm as the opaque pointer that Swift passes on. */
static inline herr_t ch5_set_mpio(hid_t list, void *communicator) {
  return H5Pset_fapl_mpio(list, (MPI_Comm)communicator, MPI_INFO_NULL);
}
/* Linux' fallocate(2), which fails where a file system cannot do it; glibc's posix_fallocate would
   write every block instead. */
static inline int ch5_reserve(int descriptor, long bytes) {
  return (int)syscall(SYS_fallocate, descriptor, 0, 0L, bytes);
}
#endif

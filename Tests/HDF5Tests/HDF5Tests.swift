import Testing

/// The HDF5 library is not safe for threads: everything that uses it runs one after the other.
@Suite(.serialized) struct HDF5Tests {}
